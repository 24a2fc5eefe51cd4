using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Inputs;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Bounds;

/// <summary>Lower bounds of one sample's margins by single passes. Passes are run when they are first needed.</summary>
/// <typeparam name="T">The numbers.</typeparam>
internal sealed class MarginBounds<T>
    where T : struct, IReal<T>
{
    private readonly Network<T> network;
    private readonly IInputSet<T> input;
    private readonly Lazy<NetworkBounds<T>> intervals;

    /// <summary>Prepares.</summary>
    /// <param name="network">The network.</param>
    /// <param name="input">The set of inputs.</param>
    /// <param name="refine">The lines that bound membranes; null for intervals alone.</param>
    /// <param name="slack">How far these bounds are moved outward, as the run that is checked did.</param>
    /// <param name="float32">Whether the network is the one that float32 arithmetic computes.</param>
    public MarginBounds(Network<T> network, IInputSet<T> input, ISlopes? refine = null, double slack = 0, bool float32 = false)
    {
        (this.network, this.input) = (network, input);
        intervals = new(() => new IntervalPass<T>(network, input, refine, slack, float32).Run());
    }

    /// <summary>Bounds of all membranes.</summary>
    public NetworkBounds<T> Intervals => intervals.Value;

    /// <summary>S-IBP: from the last spikes' counts, or their bounds.</summary>
    public T ByIntervals(int own, int rival)
    {
        if (network.Tail.Count > 0)
        {
            return new BackwardWalk<T>(network, input, Intervals, new PaperSlopes()).MarginOverSpikes(own, rival);
        }

        var last = Intervals.Stages[^1];
        return T.Below(T.From(last.Count(own).Least - last.Count(rival).Most) / T.From(network.Steps));
    }

    /// <summary>S-CROWN: by linear relaxation through the given lines.</summary>
    public T ByLines(int own, int rival, ISlopes slopes) => new BackwardWalk<T>(network, input, Intervals, slopes).Margin(own, rival);
}
