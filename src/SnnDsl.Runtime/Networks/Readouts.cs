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

    /// <summary>The last membrane of neurons that integrate and do not fire: v[t] = decay v[t-1] + I[t], v[-1] = 0.</summary>
    /// <param name="currents">I, [T, B, ...].</param>
    /// <param name="decay">The share of the membrane that is left one step later.</param>
    /// <returns>v[T-1], [B, ...].</returns>
    public static Tensor LastMembrane(Tensor currents, float decay)
    {
        var membrane = Shown(currents)[0];
        for (int t = 1; t < currents.size(0); t++)
        {
            membrane = membrane.Times(decay).Plus(currents[t]);
        }

        return membrane;
    }

    /// <summary>The mean over time of the membrane of neurons that integrate and do not fire: v[t] = decay v[t-1] + I[t], v[-1] = 0.</summary>
    /// <param name="currents">I, [T, B, ...].</param>
    /// <param name="decay">The share of the membrane that is left one step later.</param>
    /// <returns>The sum of v divided by T, [B, ...].</returns>
    public static Tensor MeanMembrane(Tensor currents, float decay)
    {
        Tensor membrane = Shown(currents)[0], sum = membrane;
        for (int t = 1; t < currents.size(0); t++)
        {
            membrane = membrane.Times(decay).Plus(currents[t]);
            sum = sum.Plus(membrane);
        }

        return sum.Over(currents.size(0));
    }

    /// <summary>The membranes of such neurons at every step.</summary>
    /// <param name="currents">I, [T, B, ...].</param>
    /// <param name="decay">The share of the membrane that is left one step later.</param>
    /// <returns>v, [T, B, ...].</returns>
    internal static Tensor Membranes(Tensor currents, float decay)
    {
        var membranes = new Tensor[currents.size(0)];
        for (int t = 0; t < membranes.Length; t++)
        {
            membranes[t] = t == 0 ? currents[0] : membranes[t - 1].Times(decay).Plus(currents[t]);
        }

        return stack(membranes);
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
