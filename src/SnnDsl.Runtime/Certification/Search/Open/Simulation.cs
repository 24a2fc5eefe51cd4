namespace SnnDsl.Certification.Search;

/// <summary>Runs the open part of a network on one input, in float64: a quick look at whether a point may be a counterexample.</summary>
internal sealed class Simulation
{
    private readonly OpenNetwork network;
    private readonly double[][] spikes;
    private readonly double[][] currents;

    /// <param name="network">The network.</param>
    public Simulation(OpenNetwork network)
    {
        this.network = network;
        spikes = [.. network.Layers.Select(layer => new double[network.Steps * layer.Count])];
        currents = [.. network.Layers.Select(layer => new double[layer.Base.Length])];
    }

    /// <summary>The margin.</summary>
    /// <param name="margin">Which.</param>
    /// <param name="input">[S, entries].</param>
    public double Margin(OpenMargin margin, double[] input)
    {
        for (int index = 0; index < spikes.Length; index++)
        {
            var layer = network.Layers[index];
            int count = layer.Count, width = layer.Weights.Width;
            double[] below = index == 0 ? input : spikes[index - 1];
            layer.Base.CopyTo(currents[index], 0);
            for (int t = 0; t < (layer.IsConstant ? 1 : network.Steps); t++)
            {
                layer.Weights.Apply(below.AsSpan(t * width, width), currents[index].AsSpan(t * count, count));
            }

            for (int n = 0; n < count; n++)
            {
                double rest = 0;
                for (int t = 0; t < network.Steps; t++)
                {
                    int at = (t * count) + n;
                    double u = (layer.Decay * rest) + currents[index][layer.IsConstant ? n : at];
                    bool fires = u > layer.Threshold;
                    spikes[index][at] = fires ? 1 : 0;
                    rest = fires ? layer.AfterSpike(u) : u;
                }
            }
        }

        double value = margin.Constant;
        for (int i = 0; i < margin.OnSpikes.Length; i++)
        {
            value += margin.OnSpikes[i] * spikes[^1][i];
        }

        return value;
    }
}
