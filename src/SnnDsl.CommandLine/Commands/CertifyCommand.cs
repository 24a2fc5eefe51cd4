using System.CommandLine;
using SnnDsl.Certification;
using SnnDsl.CommandLine.Options;
using SnnDsl.CommandLine.Output;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Serialization;

namespace SnnDsl.CommandLine.Commands;

/// <summary>Proves for test samples that no perturbed input changes their class, or finds one that does.</summary>
internal sealed class CertifyCommand(IReadOnlyList<ModelRegistration> models, IReadOnlyList<DataSource> sources)
    : HostCommand("certify", "Prove for every test sample that no perturbed input changes its class, or find one that does.")
{
    private readonly ModelOptions model = new(
        models,
        "Poisson encoding: names the draw that the certificates hold for. Attacks: what random starts depend on. [default: 0]",
        "T, the time steps that the network runs for. A certificate is for this T alone. [default: as declared]");

    private readonly DataOptions data = new(sources, "Only the first N test samples, in file order. [default: all]");
    private readonly PerturbationOptions perturbation = new();
    private readonly CertificationOptions certification = new();
    private readonly RunOptions run = new();
    private readonly Option<string> weights = EvaluationOptions.Weights();
    private readonly JsonFile json = new("setting and summary", "Summary");

    public override IReadOnlyList<string> Examples { get; } =
    [
        .. EvaluationOptions.Examples("certify", models, sources, " --time-limit 60 --records certificates.jsonl"),
        .. EvaluationOptions.Examples("certify", models, sources, " --method s-ibp").Skip(1),
    ];

    public override string Remarks =>
        """
        A margin is logit(true class) - logit(rival). What comes out for every sample:
          certified   it is predicted right, and every margin of the float32 network as it runs is proved to be above 0
          falsified   it is predicted wrong, or a perturbed input was found with a margin of 0 or less: a tie is not certified
          unknown     neither was found in time; the lower bounds that were reached still hold
          bounded     --precision float32 or float64 says so where it would otherwise be certified, and promises less (below)
        Methods:
          auto           s-ibp, s-crown, alpha, an attack, bab: each only for what the ones before left open
          s-ibp          intervals through all layers, and the counts of the last neurons' spikes: fast, and tight on networks that
                         were trained with intervals
          s-crown-paper  linear relaxation with the lines of Liang et al., NeurIPS 2022
          s-crown        linear relaxation with the tightest single line for spike and reset together, and one for a whole spike
                         train where a neuron's current is the same at every step
          alpha          as s-crown, the slopes optimised for each open margin; never below s-ibp and s-crown
          bab            branch and bound on spikes: finds a proof or a counterexample, given the time
        None of the single passes is best on every sample, and each alone is a proof.

        --precision: rounding-safe, the default, holds for the float32 network as it runs, in whatever order it adds: rounding may flip
        no spike that it counts on. float32 and float64, for training and research, compute the same bounds without account of rounding:
        a sum within rounding of a threshold may fall on either side of it, in the network and in the bounds. They hold neither for a run
        of the network nor, strictly, for exact arithmetic on its weights, and so they certify nothing: such samples are bounded.

        With --records every sample is a line of its own, written when it is settled: a run that is killed, by whatever, loses no
        line. --resume goes on; --shard 0/8 to 7/8 share the samples among 8 processes, and merge joins their records. report
        reads them. A run that a limit ends returns 3, one that Ctrl-C ends 130; both keep their records.
        """;

    protected override IEnumerable<Option> Options =>
        [.. model.All.Take(1), weights, .. data.All, .. perturbation.All, .. certification.All, .. run.All, .. model.All.Skip(1), json.Option];

    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        json.Check(arguments);
        run.Check(arguments);
        certification.Check(arguments);
        using var network = model.Create(arguments);
        var budget = perturbation.Read(arguments, network.Description);
        Weights.Load(network, arguments.GetRequiredValue(weights));
        network.Steps = model.Steps(arguments) ?? network.Steps;
        network.EncodingSeed = model.Seed(arguments);
        var samples = data.Load(arguments, network.Description, "test", network.Steps, screen);
        perturbation.CheckPixels(arguments, network.Description, samples);
        var certifier = certification.Create(arguments, network, budget, model.Seed(arguments));
        var shard = run.Shard(arguments);
        var setting = certifier.Setting(samples);
        using var file = run.Open<CertificateRecord>(arguments, setting);
        using var limits = run.Limits(arguments, cancellation);
        var result = RunOptions.Kept(file, () => screen.Track(
            "certify", progress => certifier.Run(samples, file, shard, Evaluations.Relay(progress, CertificationTables.Word(setting)), limits.Token)));
        screen.Show(CertificationTables.Verdicts(result));
        screen.Show(CertificationTables.Stages(result));
        CertificationTables.SayPromise(setting, screen);
        Evaluations.SayWritten(file?.Path, "Records", screen);
        json.Write(arguments, screen, result.Save);
        if (Chain.Violations(result.Records) is [var broken, ..])
        {
            screen.Fail($"The counterexample of sample {broken} lies below a lower bound that was proved for it, so bounds or forward pass are wrong: please report it."
                + (certifier.Precision == Precision.RoundingSafe ? "" : " Or a rounding fell on a threshold, which plain bounds do not count: see whether it stays without --precision."));
            return ExitCodes.Failure;
        }

        return result.IsComplete ? ExitCodes.Success : limits.Explain(screen, result.Summary.Samples - result.Summary.Recorded, file is not null);
    }
}
