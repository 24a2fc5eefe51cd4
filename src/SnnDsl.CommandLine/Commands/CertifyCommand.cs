using System.CommandLine;
using SnnDsl.Certification;
using SnnDsl.CommandLine.Options;
using SnnDsl.CommandLine.Output;
using SnnDsl.Evaluation;
using SnnDsl.Serialization;

namespace SnnDsl.CommandLine.Commands;

/// <summary>Proves for test samples that no perturbed input changes their class.</summary>
internal sealed class CertifyCommand(IReadOnlyList<ModelRegistration> models, IReadOnlyList<DataSource> sources)
    : HostCommand("certify", "Prove for every test sample that no perturbed input changes its class, by sound bounds of the margins.")
{
    private readonly ModelOptions model = new(
        models,
        "Poisson encoding: names the draw that the certificates hold for. [default: 0]",
        "T, the time steps that the network runs for. A certificate is for this T alone. [default: as declared]");

    private readonly DataOptions data = new(sources, "Only the first N test samples, in file order. [default: all]");
    private readonly PerturbationOptions perturbation = new();
    private readonly Option<string> weights = EvaluationOptions.Weights();
    private readonly Option<CertificationMethod?> method = Choice.Of(
        "--method", "method", "How margins are bounded. [default: s-crown]",
        [.. CertificationMethodNames.All.Select(name => (name, CertificationMethodNames.Parse(name)))]);

    private readonly Option<IntermediateBounds?> intermediate = Choice.Of(
        "--intermediate", "choice", "Where linear bounds take the bounds of all membranes from; s-crown is tighter and slower. [default: s-ibp]",
        ("s-ibp", IntermediateBounds.SIbp), ("s-crown", IntermediateBounds.SCrown));

    private readonly Option<int?> iterations = Choice.AtLeast(1, "--iterations", "N", "alpha: gradient steps for each open margin. [default: 40]");

    private readonly Option<int?> batch = EvaluationOptions.Batch();
    private readonly Option<string> json = EvaluationOptions.Json();

    public override IReadOnlyList<string> Examples { get; } = EvaluationOptions.Examples("certify", models, sources, " --method s-ibp --json certificates.json");

    public override string Remarks =>
        """
        A margin is logit(true class) - logit(rival). A sample is certified if it is predicted right and every margin's lower bound is
        above 0; a tie is not certified. Methods:
          s-ibp          intervals through all layers, and the counts of the last neurons' spikes: fast, and tight on networks that
                         were trained with intervals
          s-crown-paper  linear relaxation with the lines of Liang et al., NeurIPS 2022
          s-crown        linear relaxation with the tightest single line for spike and reset together, and one for a whole spike
                         train where a neuron's current is the same at every step
          alpha          as s-crown, the slopes optimised for each open margin: tightest, and slowest
        None of the first three is best on every sample, and each alone is a proof: a sample that any of them certifies is certified.
        alpha is never below s-ibp and s-crown.
        """;

    protected override IEnumerable<Option> Options => [.. model.All.Take(1), weights, .. data.All, .. perturbation.All, method, intermediate, iterations, .. model.All.Skip(1), batch, json];

    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        string? report = arguments.GetValue(json);
        OutputFile.Check(report, "--json");
        var how = arguments.GetValue(method) ?? CertificationMethod.SCrown;
        if (how != CertificationMethod.Alpha && arguments.GetValue(iterations) is not null)
        {
            throw new UsageException("--iterations are alpha's: leave them out, or give --method alpha.");
        }

        if (how == CertificationMethod.SIbp && arguments.GetValue(intermediate) is not null)
        {
            throw new UsageException("--intermediate is for linear bounds, and s-ibp draws none: leave it out, or give --method s-crown or alpha.");
        }

        using var network = model.Create(arguments);
        var budget = perturbation.Read(arguments, network.Description);
        Weights.Load(network, arguments.GetRequiredValue(weights));
        network.Steps = model.Steps(arguments) ?? network.Steps;
        network.EncodingSeed = model.Seed(arguments);
        var samples = data.Load(arguments, network.Description, "test", network.Steps, screen);
        var certifier = new Certifier(network, budget, how)
        {
            BatchSize = arguments.GetValue(batch),
            Intermediate = arguments.GetValue(intermediate) ?? IntermediateBounds.SIbp,
            Alpha = new() { Iterations = arguments.GetValue(iterations) ?? new AlphaOptions().Iterations },
        };
        var result = screen.Track("certify", progress => certifier.Run(samples, Evaluations.Relay(progress, "certified"), cancellation));
        if (report is not null)
        {
            result.Save(report);
        }

        screen.Show(Evaluations.Table(
            result,
            ("method", result.Method),
            ("accuracy", Screen.Percent(result.Summary.Accuracy)),
            ("certified accuracy", Screen.Percent(result.Summary.CertifiedAccuracy)),
            ("certified error", Screen.Percent(result.Summary.CertifiedError)),
            ("time", Screen.Duration(TimeSpan.FromSeconds(result.Summary.Seconds)))));
        Evaluations.SayWritten(report, "Certificates", screen);
        return ExitCodes.Success;
    }
}
