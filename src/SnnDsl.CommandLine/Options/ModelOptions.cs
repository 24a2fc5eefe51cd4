using System.CommandLine;
using SnnDsl.Networks;
using TorchSharp;

namespace SnnDsl.CommandLine.Options;

/// <summary>Which network runs, and on what.</summary>
internal sealed class ModelOptions
{
    private readonly IReadOnlyList<ModelRegistration> models;
    private readonly Option<string> model;
    private readonly Option<long?> seed;
    private readonly Option<int?> steps;
    private readonly Option<Device?> device = Choice.Of(
        "--device", "device", "Where it computes. cuda needs an NVIDIA GPU and a build with -p:SnnDslBackend=cuda. [default: cpu]",
        ("cpu", Device.Cpu), ("cuda", Device.Cuda));

    private readonly Option<int?> threads = Choice.AtLeast(
        1, "--threads", "N", "How many CPU threads torch uses. [default: one a core]");

    public ModelOptions(IReadOnlyList<ModelRegistration> models, string seedText, string stepsText)
    {
        this.models = models;
        model = new Option<string>("--model", "-m")
        {
            Description = "The network, by the name of its class.",
            Required = models.Count > 1,
        }.WithWords([.. models.Select(entry => entry.Name)]);
        seed = Choice.Number<long>("--seed", "S", seedText);
        steps = Choice.AtLeast(1, "--steps", "T", stepsText);
    }

    private enum Device
    {
        Cpu,
        Cuda,
    }

    public IEnumerable<Option> All => [model, steps, seed, device, threads];

    /// <summary>The seed; 0 unless stated.</summary>
    public long Seed(ParseResult arguments) => arguments.GetValue(seed) ?? 0;

    /// <summary>The stated number of steps, if any.</summary>
    public int? Steps(ParseResult arguments) => arguments.GetValue(steps);

    /// <summary>The registration of the named network.</summary>
    public ModelRegistration Registration(ParseResult arguments) =>
        models.Count == 1 && arguments.GetValue(model) is null ? models[0] : Find(models, arguments.GetValue(model));

    /// <summary>The registration with a name.</summary>
    public static ModelRegistration Find(IReadOnlyList<ModelRegistration> models, string? name) =>
        models.FirstOrDefault(entry => entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new UsageException($"There is no model '{name}': this program knows {string.Join(", ", models.Select(entry => entry.Name))}.");

    /// <summary>Creates the network on its device.</summary>
    public SpikingModule Create(ParseResult arguments)
    {
        var registration = Registration(arguments);
        var target = Prepare(arguments);
        var network = registration.Create(Seed(arguments));
        if (target.type != DeviceType.CPU)
        {
            network.to(target);
        }

        return network;
    }

    private torch.Device Prepare(ParseResult arguments)
    {
        if (arguments.GetValue(threads) is { } count)
        {
            torch.set_num_threads(count);
        }

        if (arguments.GetValue(device) != Device.Cuda)
        {
            return torch.CPU;
        }

        return torch.cuda.is_available()
            ? torch.CUDA
            : throw new UsageException(
                "--device cuda needs an NVIDIA GPU with its driver and a program built with -p:SnnDslBackend=cuda, and one of them is missing: take --device cpu.");
    }
}
