using System.Collections.Concurrent;
using SnnDsl.Bounds;
using SnnDsl.TinyNetworks.Tests;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using SnnDsl.Verification.Networks;
using static TorchSharp.torch;

namespace SnnDsl.TinyWalks.Tests;

/// <summary>What the checker, in fractions, says of one set of a batch: a second writing of everything, without torch.</summary>
internal sealed class Checked
{
    private static readonly PassOptions s_intervals = new();
    private static readonly ConcurrentDictionary<(string Name, bool IsFine, int Place, PassOptions Options), Checked> s_known = new();

    private readonly Network<Rational> network;
    private readonly TinySet set;
    private readonly ConcurrentDictionary<(int Own, int Rival, BoundMethod Method), double> lines = new();

    private Checked(TinyBatch batch, int place, PassOptions options)
    {
        (network, set) = (batch.Network.Build<Rational>(), batch.Sets[place]);
        Known = new IntervalPass<Rational>(network, set.Build<Rational>(), options).Run();
    }

    /// <summary>What the checker says; once a process, for it depends on nothing else.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="place">Which set.</param>
    /// <param name="options">How membranes are bounded; null for intervals.</param>
    public static Checked Of(TinyBatch batch, int place, PassOptions? options = null) =>
        s_known.GetOrAdd((batch.Name, batch.IsFine, place, options ?? s_intervals), _ => new(batch, place, options ?? s_intervals));

    /// <summary>Bounds of all membranes.</summary>
    public NetworkBounds<Rational> Known { get; }

    /// <summary>A margin's bound by the lines of a method.</summary>
    public double ByLines(int own, int rival, BoundMethod method) => lines.GetOrAdd((own, rival, method), _ => ByLines(own, rival, method switch
    {
        BoundMethod.SCrown => new JointSlopes(trains: false),
        BoundMethod.SCrownTrains => new JointSlopes(trains: true),
        _ => new PaperSlopes(),
    }));

    /// <summary>A margin's bound by lines.</summary>
    public double ByLines(int own, int rival, ISlopes slopes) => new MarginBounds<Rational>(network, set.Build<Rational>(), Known).ByLines(own, rival, slopes).ToDouble();

    /// <summary>A margin's bound by counts, or over the bounds of the last spikes.</summary>
    public double ByIntervals(int own, int rival) => new MarginBounds<Rational>(network, set.Build<Rational>(), Known).ByIntervals(own, rival).ToDouble();

    /// <summary>The bound of sign times a membrane by lines.</summary>
    public double Membrane(int layer, int t, int neuron, int sign, ISlopes slopes) =>
        new BackwardWalk<Rational>(network, set.Build<Rational>(), Known, slopes).Membrane(layer, t, neuron, sign).ToDouble();

    /// <summary>Goes through all membranes of one set.</summary>
    /// <param name="place">Which set of the batch.</param>
    /// <param name="found">The runtime's bounds.</param>
    /// <param name="visit">Gets layer, step and neuron, the runtime's ends and the checker's, and whether the spike is known.</param>
    public void Each(int place, NetworkIntervals found, Action<(int Layer, int T, int I), (double Lower, double Upper), (double Lower, double Upper), Phase> visit)
    {
        for (int layer = 0; layer < Known.Stages.Count; layer++)
        {
            var (stage, bounds) = (Known.Stages[layer], found.Membranes[layer]);
            double[][] lower = Steps(bounds.Lower, place), upper = Steps(bounds.Upper, place);
            for (int t = 0; t < lower.Length; t++)
            {
                Assert.Equal(stage.Stage.Width, lower[t].Length);
                for (int i = 0; i < lower[t].Length; i++)
                {
                    var membrane = stage.Membranes[t][i];
                    visit((layer, t, i), (lower[t][i], upper[t][i]), (membrane.Lower.ToDouble(), membrane.Upper.ToDouble()), stage.Phases[t][i]);
                }
            }
        }
    }

    /// <summary>Values of one set by step and neuron.</summary>
    /// <param name="values">[T, B, ...].</param>
    /// <param name="place">Which set.</param>
    public static double[][] Steps(Tensor values, int place) => [.. Enumerable.Range(0, (int)values.size(0)).Select(t => Values(values[t, place]))];

    /// <summary>A number.</summary>
    public static double Number(Tensor value) => value.to(float64).item<double>();

    /// <summary>All numbers of a tensor.</summary>
    public static double[] Values(Tensor values) => [.. values.detach().to(float64).contiguous().view(-1).data<double>()];
}
