using Mnist;
using NMnist;
using SnnDsl.Networks;

namespace SnnDsl.Benchmarks.Paper;

/// <summary>A network of the examples, and how long it is trained.</summary>
/// <param name="Create">The network, for a seed.</param>
/// <param name="NaturalEpochs">Epochs for accuracy alone.</param>
/// <param name="CertifiedEpochs">Epochs with bounds.</param>
internal sealed record Subject(Func<long, SpikingModule> Create, int NaturalEpochs, int CertifiedEpochs)
{
    /// <summary>The learning rate.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Samples a step.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>By how many pixels training samples are moved.</summary>
    public int Shift { get; init; }

    /// <summary>All of them, by the name of their class.</summary>
    public static IReadOnlyDictionary<string, Subject> All { get; } = new Dictionary<string, Subject>
    {
        [nameof(FcDirect)] = new(seed => new FcDirect(seed), 5, 20),
        [nameof(ConvDirect)] = new(seed => new ConvDirect(seed), 3, 8),
        [nameof(FcPoisson)] = new(seed => new FcPoisson(seed), 5, 20),
        [nameof(FcEncoded)] = new(seed => new FcEncoded(seed), 5, 20),
        [nameof(ConvEncoded)] = new(seed => new ConvEncoded(seed), 5, 20),
        [nameof(NmnistFc)] = new(seed => new NmnistFc(seed), 15, 12),
        [nameof(NmnistIntegrated)] = new(seed => new NmnistIntegrated(seed), 40, 40) { LearningRate = 2e-3, BatchSize = 32, Shift = 2 },
        [nameof(NmnistShallow)] = new(seed => new NmnistShallow(seed), 40, 40) { LearningRate = 2e-3, BatchSize = 32, Shift = 2 },
    };
}
