using System.CommandLine;
using SnnDsl.Certification;
using SnnDsl.Evaluation;
using SnnDsl.Networks;
using SnnDsl.Perturbations;

namespace SnnDsl.CommandLine.Options;

/// <summary>How margins are proved.</summary>
internal sealed class CertificationOptions
{
    private readonly Option<CertificationMethod?> method = Choice.Of(
        "--method", "method", "How margins are proved; see below. [default: auto]",
        [.. CertificationMethodNames.All.Select(name => (name, CertificationMethodNames.Parse(name)))]);

    private readonly Option<double?> timeLimit = Choice.Number<double>(
        "--time-limit", "S", "auto, bab, alpha: how many seconds one sample may take. [default: 10; alpha: as long as its steps take]",
        value => value is > 0 and < 1e9 ? null : "it must be a number of seconds above 0");

    private readonly Option<IntermediateBounds?> intermediate = Choice.Of(
        "--intermediate", "choice", "Where linear bounds take the bounds of all membranes from; s-crown is tighter and slower. [default: s-ibp]",
        ("s-ibp", IntermediateBounds.SIbp), ("s-crown", IntermediateBounds.SCrown));

    private readonly Option<Precision?> precision = Choice.Of(
        "--precision", "choice", "rounding-safe: certificates of the float32 network as it runs; float32, float64: bounds for research, which certify nothing. [default: rounding-safe]",
        [.. PrecisionNames.All.Select(name => (name, PrecisionNames.Parse(name)))]);

    private readonly Option<int?> iterations = Choice.AtLeast(1, "--iterations", "N", "alpha: gradient steps for each open margin. [default: 40]");
    private readonly Option<int?> batch = EvaluationOptions.Batch();

    public IEnumerable<Option> All => [method, timeLimit, intermediate, precision, iterations, batch];

    /// <summary>The certifier, once all options fit together.</summary>
    public Certifier Create(ParseResult arguments, SpikingModule network, Perturbation perturbation, long seed) =>
        new(network, perturbation, Method(arguments))
        {
            BatchSize = arguments.GetValue(batch),
            Intermediate = arguments.GetValue(intermediate) ?? IntermediateBounds.SIbp,
            Alpha = new() { Iterations = arguments.GetValue(iterations) ?? new AlphaOptions().Iterations },
            TimeLimit = arguments.GetValue(timeLimit) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            AttackSeed = seed,
            Precision = arguments.GetValue(precision) ?? Precision.RoundingSafe,
        };

    /// <summary>Refuses options of other methods than the stated one.</summary>
    public void Check(ParseResult arguments)
    {
        var how = Method(arguments);
        if (arguments.GetValue(iterations) is not null && how is not (CertificationMethod.Alpha or CertificationMethod.Auto))
        {
            throw new UsageException("--iterations are alpha's: leave them out, or give --method alpha or auto.");
        }

        if (arguments.GetValue(timeLimit) is not null && how is not (CertificationMethod.Alpha or CertificationMethod.Auto or CertificationMethod.Bab))
        {
            throw new UsageException($"{CertificationMethodNames.Of(how)} is one pass and is not interrupted: leave --time-limit out, or give --method alpha, bab or auto.");
        }

        if (arguments.GetValue(intermediate) is not null && how is (CertificationMethod.SIbp or CertificationMethod.Bab))
        {
            throw new UsageException(
                $"--intermediate is for s-crown and alpha, and {CertificationMethodNames.Of(how)} does not take it: leave it out, or give another --method.");
        }
    }

    private CertificationMethod Method(ParseResult arguments) => arguments.GetValue(method) ?? CertificationMethod.Auto;
}
