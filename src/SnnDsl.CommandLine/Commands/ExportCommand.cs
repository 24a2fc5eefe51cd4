using System.CommandLine;
using System.Text.Json.Nodes;
using SnnDsl.CommandLine.Options;
using SnnDsl.CommandLine.Output;
using SnnDsl.Interchange;
using SnnDsl.Networks;
using SnnDsl.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.CommandLine.Commands;

/// <summary>Writes a trained network for other tools.</summary>
internal sealed class ExportCommand(IReadOnlyList<ModelRegistration> models, IReadOnlyList<DataSource> sources)
    : HostCommand("export", "Write a trained network for other tools: ONNX, NIR, and properties and results for verifiers.")
{
    private readonly ModelOptions model = new(
        models, "Poisson encoding: the seed of the draw. [default: 0]", "T, the time steps that are unrolled. [default: as declared]");

    private readonly DataOptions data = new(sources, "");
    private readonly Option<string> weights = EvaluationOptions.Weights();
    private readonly Option<string> onnx = new("--onnx") { HelpName = "FILE", Description = "Write the unrolled network as ONNX, opset 13." };
    private readonly Option<long?> index = Choice.Number<long>("--index", "I", "Poisson encoding: the sample whose draw of noise is written with the network.");
    private readonly Option<bool> wide = new("--float64") { Description = "ONNX: write in float64, where the order of a sum decides no spike." };
    private readonly Option<string> nir = new("--nir") { HelpName = "FILE", Description = "Write the network as a NIR graph." };
    private readonly Option<double?> timeStep = Choice.Number<double>(
        "--dt", "S", "NIR: the length of a time step in seconds. [default: 0.0001]", value => value > 0 ? null : "it must be a number of seconds above 0");

    private readonly Option<string> records = new("--records") { HelpName = "FILE", Description = "Records of certify, for --vnncomp." };
    private readonly Option<string> vnnComp = new("--vnncomp")
    {
        HelpName = "FOLDER", Description = "Write network.onnx, a VNN-LIB property and a result for each record, and instances.csv.",
    };

    private readonly JsonFile json = new("what was written", "Results");

    public override IReadOnlyList<string> Examples
    {
        get
        {
            string start = models.Count == 0 ? "" : $"export --model {models[0].Name} --weights runs/{models[0].Name}.safetensors";
            return models.Count == 0 ? [] : [$"{start} --onnx network.onnx", $"{start} --nir network.nir", $"{start} --records runs/certificates.jsonl --vnncomp properties"];
        }
    }

    public override string Remarks =>
        """
        Batch normalisation is folded, and all T steps are written out. A property is satisfied by a perturbed input whose class some rival
        reaches: unsat means robust, and a tie is a counterexample. Results are sat with a witness (falsified), unsat (certified), unknown.
        """;

    protected override IEnumerable<Option> Options => [.. model.All.Take(1), weights, onnx, wide, index, nir, timeStep, records, vnnComp, .. data.Whole, .. model.All.Skip(1).Take(2), json.Option];

    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        string? file = arguments.GetValue(onnx), graph = arguments.GetValue(nir), folder = arguments.GetValue(vnnComp), log = arguments.GetValue(records);
        OutputFile.Check(file, "--onnx");
        OutputFile.Check(graph, "--nir");
        json.Check(arguments);
        if (file is null && graph is null && folder is null)
        {
            throw new UsageException("Nothing is to be written: give --onnx FILE, --nir FILE, or --records FILE with --vnncomp FOLDER.");
        }

        if (folder is null != log is null)
        {
            throw new UsageException("--records and --vnncomp go together: the records of a run, and the folder for its properties.");
        }

        if (arguments.GetValue(wide) && file is null)
        {
            throw new UsageException("--float64 is for --onnx FILE: graphs of NIR and properties are float32.");
        }

        using var network = Load(arguments);
        if (file is not null)
        {
            using var doubles = arguments.GetValue(wide) ? Load(arguments) : null;
            doubles?.to(ScalarType.Float64);
            OnnxFile.Save(doubles ?? network, file, arguments.GetValue(index));
            Evaluations.SayWritten(file, "Network", screen);
        }

        if (graph is not null)
        {
            NirFile.Save(network, graph, arguments.GetValue(timeStep) ?? 1e-4);
            Evaluations.SayWritten(graph, "Graph", screen);
        }

        int? count = null;
        if (folder is not null)
        {
            var samples = data.Load(arguments, network.Description, "test", network.Steps, screen);
            count = VnnComp.Save(folder, network, samples, log!);
            Evaluations.SayWritten(folder, $"{count:N0} properties and results", screen);
        }

        json.Write(arguments, screen, () => new JsonObject
        {
            ["model"] = network.Description.Name, ["steps"] = network.Steps, ["onnx"] = file, ["nir"] = graph, ["vnncomp"] = folder, ["properties"] = count,
        });
        return ExitCodes.Success;
    }

    private SpikingModule Load(ParseResult arguments)
    {
        var network = model.Registration(arguments).Create(model.Seed(arguments));
        try
        {
            Weights.Load(network, arguments.GetRequiredValue(weights));
            network.Steps = model.Steps(arguments) ?? network.Steps;
            network.EncodingSeed = model.Seed(arguments);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
