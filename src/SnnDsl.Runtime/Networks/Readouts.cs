using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Networks;

/// <summary>Readouts that take more than one operation.</summary>
public static class Readouts
{
    [ThreadStatic]
    private static Seen? t_seen;

    /// <summary>Runs a network and keeps what its readout gets, for losses that look at every step.</summary>
    /// <param name="run">Runs it.</param>
    /// <returns>Logits [B, classes], and the last layer's outputs [T, B, classes]; null where no readout of this class was asked.</returns>
    internal static (Tensor Logits, Tensor? Outputs) Watched(Func<Tensor> run)
    {
        var seen = t_seen = new();
        try
        {
            return (run(), seen.Outputs);
        }
        finally
        {
            t_seen = null;
        }
    }

    /// <summary>The mean over time: firing rates of neurons, the mean of other values.</summary>
    /// <param name="outputs">[T, B, ...].</param>
    /// <returns>[B, ...], the sum divided by T.</returns>
    public static Tensor Mean(Tensor outputs) => Shown(outputs).sum(0L).Over(outputs.size(0));

    /// <summary>
    /// The last membrane of neurons that integrate and do not fire: v[t] = decay v[t-1] + i[t], i[t] = synapticDecay i[t-1] + I[t], both 0 before the first step.
    /// </summary>
    /// <param name="currents">I, [T, B, ...].</param>
    /// <param name="decay">The share of the membrane that is left one step later.</param>
    /// <param name="synapticDecay">The share of the synaptic current that is left one step later.</param>
    /// <returns>v[T-1], [B, ...].</returns>
    public static Tensor LastMembrane(Tensor currents, float decay, float synapticDecay = 0) => Integrated(Shown(currents), decay, synapticDecay).Last();

    /// <summary>The mean over time of the membrane of such neurons.</summary>
    /// <param name="currents">I, [T, B, ...].</param>
    /// <param name="decay">The share of the membrane that is left one step later.</param>
    /// <param name="synapticDecay">The share of the synaptic current that is left one step later.</param>
    /// <returns>The sum of v divided by T, [B, ...].</returns>
    public static Tensor MeanMembrane(Tensor currents, float decay, float synapticDecay = 0) =>
        Integrated(Shown(currents), decay, synapticDecay).Aggregate((sum, membrane) => sum.Plus(membrane)).Over(currents.size(0));

    /// <summary>The membranes of such neurons at every step.</summary>
    /// <param name="currents">I, [T, B, ...].</param>
    /// <param name="decay">The share of the membrane that is left one step later.</param>
    /// <param name="synapticDecay">The share of the synaptic current that is left one step later.</param>
    /// <returns>v, [T, B, ...].</returns>
    internal static Tensor Membranes(Tensor currents, float decay, float synapticDecay = 0) => stack(Integrated(currents, decay, synapticDecay));

    private static IEnumerable<Tensor> Integrated(Tensor currents, float decay, float synapticDecay)
    {
        Tensor current = currents[0], membrane = current;
        yield return membrane;
        for (int t = 1; t < currents.size(0); t++)
        {
            current = synapticDecay == 0 ? currents[t] : current.Times(synapticDecay).Plus(currents[t]);
            membrane = membrane.Times(decay).Plus(current);
            yield return membrane;
        }
    }

    private static Tensor Shown(Tensor outputs)
    {
        if (t_seen is { } seen)
        {
            seen.Outputs = outputs;
        }

        return outputs;
    }

    private sealed class Seen
    {
        public Tensor? Outputs { get; set; }
    }
}
