using SnnDsl.Kernels;
using SnnDsl.Model;
using static TorchSharp.torch;

namespace SnnDsl.Bounds;

/// <summary>
/// What is asked of a network's linear bounds (S-CROWN): where a linear form starts, and which lines it is carried through. The one
/// entry point of margins, intermediate bounds, slope optimisation and branch and bound.
/// </summary>
public sealed class LinearQuery
{
    /// <summary>
    /// The index of the spiking layer whose membranes at step Steps - 1 the rows weigh; the number of spiking layers for rows that
    /// weigh the logits.
    /// </summary>
    public required int Layer { get; init; }

    /// <summary>The rows: [B, K, N...] with N... the layer's shape, or [B, K, classes].</summary>
    public required Tensor Rows { get; init; }

    /// <summary>How many time steps take part: t + 1 for a membrane at step t; T for logits.</summary>
    public required int Steps { get; init; }

    /// <summary>Bounds of every spiking layer's membranes, each [T, B, ...] (before the start layer, and the layer's own).</summary>
    public required IReadOnlyList<Interval> Membranes { get; init; }

    /// <summary>Which lines stand for an unstable neuron.</summary>
    public RelaxationRule Rule { get; init; } = RelaxationRule.Joint;

    /// <summary>
    /// Whether neurons with a constant current and a hard reset to 0 get one line for their whole train instead of one for each step, for
    /// I between the bounds of the first step's membrane, whatever <see cref="Rule"/> says. Tighter at its supporting point; where a layer has
    /// <see cref="Phases"/> its steps keep their own lines. No gradient goes to the membranes' bounds.
    /// </summary>
    public bool Trains { get; init; }

    /// <summary>
    /// Slopes by layer, in [0, 1], [S, B, K, N...], or [1, B, K, N...] for lines of whole trains: k = k1 + lambda (k2 - k1) between the two
    /// extreme sound lines. A null list or entry leaves the choice to <see cref="Rule"/>.
    /// </summary>
    public IReadOnlyList<Tensor?>? Slopes { get; init; }

    /// <summary>
    /// Writes down the slopes of a Joint walk, for an optimisation to start from; null for none. Where it is given, no
    /// <see cref="Slopes"/> are.
    /// </summary>
    public SlopeStart? Start { get; init; }

    /// <summary>
    /// Phases by layer, [T, B, N...]: 0 where a neuron-step is free, -1 where branch and bound assumes no spike, +1 where it assumes
    /// one. Explicit, never inferred from bounds.
    /// </summary>
    public IReadOnlyList<Tensor?>? Phases { get; init; }

    /// <summary>Multipliers of the phases' constraints by layer, at least 0, [S, B, K, N...].</summary>
    public IReadOnlyList<Tensor?>? Multipliers { get; init; }

    /// <summary>Writes down the slopes of the lines that the walk goes along; null for none.</summary>
    internal LineTrace? Trace { get; init; }

    /// <summary>Whether a layer whose current is constant gets lines for whole trains.</summary>
    /// <param name="layer">The spiking layer's index.</param>
    /// <param name="neuron">Its neurons.</param>
    internal bool TakesTrains(int layer, NeuronEquations neuron) => Trains && Phases?[layer] is null && neuron.HasPeriods;

    /// <summary>Bounds of what a layer's neurons keep, state by state, each [T, B, ...].</summary>
    /// <param name="layer">The spiking layer's index.</param>
    /// <exception cref="ArgumentException"><see cref="Membranes"/> hold none.</exception>
    internal IReadOnlyList<Interval> StatesOf(int layer) => (Membranes as IStateBounds)?.States(layer) ?? throw new ArgumentException(
        $"The neurons of spiking layer {layer} keep more than a membrane, and their lines need bounds of all states: give the membranes' bounds as BoundMembranes returns them.");

    /// <summary>Whether a layer's lines carry slopes or phases, or are written down, which the fused kernels do not know.</summary>
    /// <param name="layer">The spiking layer's index.</param>
    internal bool NeedsPlainLines(int layer) => Start is not null || Trace is not null || Slopes?[layer] is not null || Phases?[layer] is not null;
}
