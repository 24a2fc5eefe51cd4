namespace SnnDsl.Benchmarks.Certificates;

/// <summary>What one way did on the samples of one network.</summary>
internal sealed record Measurement
{
    /// <summary>The network.</summary>
    public required string Network { get; init; }

    /// <summary>The way.</summary>
    public required string Way { get; init; }

    /// <summary>How many samples.</summary>
    public required int Samples { get; init; }

    /// <summary>Proved; 0 for attacks.</summary>
    public required int Certified { get; init; }

    /// <summary>Refuted: wrong, or tied, on the sample itself or on a perturbed input; 0 for methods that only bound.</summary>
    public required int Falsified { get; init; }

    /// <summary>Of these, how many have another prediction than the label: ties that break towards the label do not count.</summary>
    public required int Misled { get; init; }

    /// <summary>The rest.</summary>
    public int Unknown => Samples - Certified - Falsified;

    /// <summary>The mean, over the samples that are not falsified, of the least margin's bound; of attacks, of the least margin that was reached.</summary>
    public required double MeanMargin { get; init; }

    /// <summary>Milliseconds a sample.</summary>
    public required double Milliseconds { get; init; }

    /// <summary>The process's largest resident size, in MB, with the network and the libraries loaded.</summary>
    public double PeakMegabytes { get; init; }

    /// <summary>How many samples each stage settled; empty for ways of one stage.</summary>
    public IReadOnlyDictionary<string, int> DecidedBy { get; init; } = new Dictionary<string, int>();

    /// <summary>Of each layer, how many spikes (neurons times steps) a sample that stayed unknown leaves open: the median.</summary>
    public IReadOnlyDictionary<string, int> OpenSpikes { get; init; } = new Dictionary<string, int>();

    /// <summary>The samples that stayed unknown.</summary>
    public IReadOnlyList<long> UnknownSamples { get; init; } = [];
}
