using System.CommandLine;
using SnnDsl.CommandLine.Options;
using SnnDsl.CommandLine.Output;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Serialization;

namespace SnnDsl.CommandLine.Commands;

/// <summary>Finds how large a perturbation each test sample is proved to withstand.</summary>
internal sealed class RadiusCommand(IReadOnlyList<ModelRegistration> models, IReadOnlyList<DataSource> sources)
    : HostCommand("radius", "Find for every test sample how large a perturbation it is proved to withstand.")
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
    private readonly Option<double?> tolerance = Choice.Number<double>(
        "--tolerance", "E", "Images: how far the largest certified epsilon and the smallest uncertified one may stay apart. [default: 0.001]",
        value => value is > 0 and < double.PositiveInfinity ? null : "it must be a number above 0");

    private readonly JsonFile json = new("setting and summary", "Summary");

    public override IReadOnlyList<string> Examples { get; } =
        EvaluationOptions.Examples("radius", models, sources, " --method s-ibp --records radii.jsonl");

    public override string Remarks =>
        """
        --epsilon (or --flips) is the largest size that is tried. For each sample an attack looks for the smallest size that breaks it;
        below that, bisection looks for the largest size that the method certifies. --time-limit is for one size. A certificate covers all
        smaller sizes, so the radius is a proof; with --precision float32 or float64 sizes are bounded, not certified (certify --help says
        what that does not promise), and so is the radius. Records (--records, --resume, --shard, merge) are as those of certify, and
        report --plot draws certified accuracy against size from them.
        """;

    protected override IEnumerable<Option> Options =>
        [.. model.All.Take(1), weights, .. data.All, .. perturbation.All, tolerance, .. certification.All, .. run.All, .. model.All.Skip(1), json.Option];

    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        json.Check(arguments);
        run.Check(arguments);
        certification.Check(arguments);
        using var network = model.Create(arguments);
        var largest = perturbation.Read(arguments, network.Description);
        if (perturbation.Epsilon(arguments) is null && arguments.GetValue(tolerance) is not null)
        {
            throw new UsageException("--tolerance is about epsilon, and flips are whole numbers: leave it out.");
        }

        Weights.Load(network, arguments.GetRequiredValue(weights));
        network.Steps = model.Steps(arguments) ?? network.Steps;
        network.EncodingSeed = model.Seed(arguments);
        var samples = data.Load(arguments, network.Description, "test", network.Steps, screen);
        perturbation.CheckPixels(arguments, network.Description, samples);
        var search = new RadiusSearch(network, largest, size => certification.Create(arguments, network, size, model.Seed(arguments)))
        {
            Tolerance = arguments.GetValue(tolerance) ?? 0.001,
        };
        var setting = search.Setting(samples);
        using var file = run.Open<RadiusRecord>(arguments, setting);
        using var limits = run.Limits(arguments, cancellation);
        var shard = run.Shard(arguments);
        var records = RunOptions.Kept(file, () => screen.Track(
            "radius", progress => search.Run(samples, file, shard, Evaluations.Relay(progress, "with a radius above 0"), limits.Token)));
        int count = shard.Positions(samples.Count).Count();
        if (records.Count > 0)
        {
            screen.Show(CertificationTables.Radii(records, count));
            CertificationTables.SayPromise(setting, screen);
        }

        json.Write(arguments, screen, new RadiusReport(setting, records, RadiusSummary.Of(records, count)).ToJson);
        Evaluations.SayWritten(file?.Path, "Records", screen);
        return records.Count == count ? ExitCodes.Success : limits.Explain(screen, count - records.Count, file is not null);
    }
}
