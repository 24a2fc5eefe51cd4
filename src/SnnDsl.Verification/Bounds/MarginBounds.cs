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
    /// <param name="options">How membranes are bounded.</param>
    public MarginBounds(Network<T> network, IInputSet<T> input, PassOptions options)
    {
        (this.network, this.input) = (network, input);
        intervals = new(() => new IntervalPass<T>(network, input, options).Run());
    }

    /// <summary>Continues from bounds of all membranes that are known.</summary>
    /// <param name="network">The network.</param>
    /// <param name="input">The set of inputs.</param>
    /// <param name="known">The bounds.</param>
    public MarginBounds(Network<T> network, IInputSet<T> input, NetworkBounds<T> known)
    {
        (this.network, this.input) = (network, input);
        intervals = new(known);
    }

    /// <summary>Bounds of all membranes.</summary>
    public NetworkBounds<T> Intervals => intervals.Value;

    /// <summary>S-IBP: from the last spikes' counts, or their bounds.</summary>
    public T ByIntervals(int own, int rival)
    {
        if (!network.EndsInNeurons)
        {
            return new BackwardWalk<T>(network, input, Intervals, new PaperSlopes()).MarginOverSpikes(own, rival);
        }

        var last = Intervals.Stages[^1];
        return T.Below(T.From(last.Count(own).Least - last.Count(rival).Most) / T.From(network.Steps));
    }

    /// <summary>S-CROWN: by linear relaxation through the given lines.</summary>
    public T ByLines(int own, int rival, ISlopes slopes) => new BackwardWalk<T>(network, input, Intervals, slopes).Margin(own, rival);
}
