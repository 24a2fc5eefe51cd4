namespace SnnDsl.TinyNetworks.Tests;

/// <summary>What one input does to a tiny network.</summary>
internal sealed class TinyRun
{
    /// <summary>By spiking layer, step and neuron.</summary>
    public List<double[][]> Membranes { get; } = [];

    /// <summary>By spiking layer, step and neuron, 0 or 1.</summary>
    public List<double[][]> Spikes { get; } = [];

    /// <summary>T times the logits where they are means, the logits otherwise.</summary>
    public double[] Logits { get; set; } = [];
}
