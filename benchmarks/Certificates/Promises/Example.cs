using Mnist;
using NMnist;
using SnnDsl.Data;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Serialization;

namespace SnnDsl.Benchmarks.Certificates.Promises;

/// <summary>A network of the examples, and what its samples are certified against. What was trained on pixels serves Poisson spikes too.</summary>
/// <param name="Name">Its class.</param>
/// <param name="Create">The network.</param>
/// <param name="Perturbation">What an adversary may do.</param>
/// <param name="File">Its weights' file.</param>
internal sealed record Example(string Name, Func<SpikingModule> Create, Perturbation Perturbation, string File)
{
    /// <summary>All of them, those first whose records are checked soonest.</summary>
    public static IReadOnlyList<Example> All { get; } =
    [
        new(nameof(FcDirect), () => new FcDirect(0), new LInfinity(0.05), "fc-mnist-0.05"),
        new(nameof(FcPoisson), () => new FcPoisson(0), new LInfinity(0.02), "fc-mnist-0.05"),
        new(nameof(NmnistFc), () => new NmnistFc(0), new SpikeFlips(1), "fc-nmnist-1"),
        new(nameof(ConvDirect), () => new ConvDirect(0), new LInfinity(0.05), "conv-mnist-0.05"),
        new(nameof(ConvPoisson), () => new ConvPoisson(0), new LInfinity(0.02), "conv-mnist-0.05"),
        new(nameof(NmnistConv), () => new NmnistConv(0), new SpikeFlips(1), "conv-nmnist-1"),
    ];

    /// <summary>The network with the trained weights.</summary>
    /// <param name="weights">The folder of the weights' files.</param>
    public SpikingModule Trained(string weights)
    {
        var network = Create();
        Weights.Load(network, Path.Combine(weights, File + ".safetensors"));
        return network;
    }

    /// <summary>So many samples: the first test ones, and where there are fewer the first training ones too.</summary>
    /// <param name="folder">The folder of the data sets: mnist, and nmnist with its zip.</param>
    /// <param name="count">How many.</param>
    public IReadOnlyList<Dataset> Samples(string folder, int count)
    {
        using var network = Create();
        Dataset Load(string split) => network.Description.Encoding == Encoding.Spikes
            ? EventDataset.Load(Path.Combine(folder, "nmnist"), network.Steps, split)
            : ImageDataset.Load(Path.Combine(folder, "mnist"), "mnist", split);
        var test = Load("test");
        return test.Count >= count ? [test.Take(count)] : [test, Load("train").Take(count - test.Count)];
    }
}
