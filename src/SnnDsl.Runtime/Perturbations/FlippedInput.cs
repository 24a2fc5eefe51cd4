using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>Event recordings of which at most k entries, anywhere in time and space, are flipped (l0).</summary>
public sealed class FlippedInput : IPerturbedInput
{
    private readonly Tensor spikes;
    private readonly int flips;
    private readonly FlipMode mode;

    /// <summary>Creates the set.</summary>
    /// <param name="spikes">The recordings, zeros and ones, [T, B, ...].</param>
    /// <param name="flips">k, at least 0.</param>
    /// <param name="mode">Which entries may be flipped.</param>
    public FlippedInput(Tensor spikes, int flips, FlipMode mode)
    {
        this.spikes = spikes;
        this.flips = flips;
        this.mode = mode;
    }

    /// <summary>The recordings, [T, B, ...].</summary>
    internal Tensor Spikes => spikes;

    /// <summary>k.</summary>
    internal int Flips => flips;

    /// <summary>Which entries may be flipped.</summary>
    internal FlipMode Mode => mode;

    // What a flip adds to an entry: +1 for a 0, -1 for a 1, 0 where flips are not allowed.
    private Tensor Changes => mode switch
    {
        FlipMode.Insert => spikes.Times(-1).Plus(1),
        FlipMode.Delete => -spikes,
        _ => spikes.Times(-2).Plus(1),
    };

    /// <summary>
    /// At each step and for each neuron the k most harmful flips: all k may fall on one step, so every step is given all of them.
    /// </summary>
    /// <param name="first">The maps before the first spiking layer.</param>
    /// <returns>[T, B, ...].</returns>
    public Interval Currents(AffineMap first) => new HarmfulChanges(spikes, Changes, flips).Currents(first);

    /// <summary>The k most harmful flips of all steps together, each weighed as its step is.</summary>
    /// <param name="first">The maps before the first spiking layer.</param>
    /// <param name="weights">Of each mean the weights of the T steps.</param>
    /// <returns>[means, B, ...].</returns>
    public Interval? Means(AffineMap first, IReadOnlyList<double[]> weights) => new HarmfulChanges(spikes, Changes, flips).Means(first, weights);

    /// <inheritdoc/>
    public Tensor Concretise(Tensor coefficients)
    {
        long steps = coefficients.shape[0];
        int inner = (int)spikes.dim() - 2;
        var unperturbed = BoxInput.Dot(coefficients, spikes.narrow(0, 0, steps), inner).sum(0L);
        var changes = Changes;
        var gains = (coefficients * changes.narrow(0, 0, steps).unsqueeze(2)).neg().AtLeast(0);
        var (samples, rows) = (gains.shape[1], gains.shape[2]);
        var flat = gains.permute([1, 2, 0, .. Enumerable.Range(3, inner)]).reshape(samples, rows, -1);
        return unperturbed - new HarmfulChanges(spikes, changes, flips).MostHarmful(flat, -1);
    }

    /// <inheritdoc/>
    public IPerturbedInput Select(Tensor samples) => new FlippedInput(spikes.index_select(1, samples), flips, mode);
}
