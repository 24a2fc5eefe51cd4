using Mnist;
using SnnDsl.Benchmarks.Certificates.Networks;
using SnnDsl.Data;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Serialization;

namespace SnnDsl.Benchmarks.Certificates;

/// <summary>A trained network, its data and the box that it was trained for.</summary>
/// <param name="Name">What it is called in tables, and the name of its weights' file.</param>
/// <param name="Create">The network.</param>
/// <param name="CreatePerStep">The same network with an input of its own at every step.</param>
/// <param name="Data">The data set.</param>
/// <param name="Epsilon">How far a pixel moves.</param>
internal sealed record Subject(string Name, Func<SpikingModule> Create, Func<SpikingModule> CreatePerStep, string Data, double Epsilon)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Subject> All { get; } =
    [
        new("fc-mnist-0.1", () => new FcDirect(0), () => new FcPerStep(0), "mnist", 0.1),
        new("fc-mnist-0.05", () => new FcDirect(0), () => new FcPerStep(0), "mnist", 0.05),
        new("fc-fashion-0.05", () => new FcDirect(0), () => new FcPerStep(0), "fashion-mnist", 0.05),
        new("conv-mnist-0.05", () => new ConvDirect(0), () => new ConvPerStep(0), "mnist", 0.05),
    ];

    /// <summary>The box.</summary>
    public LInfinity Box => new(Epsilon);

    /// <summary>A network with the trained weights.</summary>
    /// <param name="create">Which.</param>
    public SpikingModule Trained(Func<SpikingModule> create)
    {
        var network = create();
        Weights.Load(network, Path.Combine(AppContext.BaseDirectory, "Weights", Name + ".safetensors"));
        return network;
    }

    /// <summary>The first test samples.</summary>
    /// <param name="folder">Where the data sets' folders lie.</param>
    /// <param name="count">How many samples.</param>
    public Dataset Samples(string folder, int count) => ImageDataset.Load(Path.Combine(folder, Data), Data, "test").Take(count);
}
