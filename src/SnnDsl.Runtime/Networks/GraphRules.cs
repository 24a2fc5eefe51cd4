using SnnDsl.Bounds;
using SnnDsl.Kernels;

namespace SnnDsl.Networks;

/// <summary>
/// What one step backwards through a node of a graph does to a linear form: exact arithmetic here, and with every rounding paid for where
/// bounds are rounding-safe.
/// </summary>
internal class GraphRules
{
    /// <summary>A form on a node's values as one on what exact arithmetic makes of its sources' values.</summary>
    /// <param name="node">The node, a map or a sum.</param>
    /// <param name="form">The form.</param>
    public virtual LinearForm Exact(int node, LinearForm form) => form;

    /// <summary>Two forms on one node's values, from two that read it.</summary>
    /// <param name="node">The node, or <see cref="NetworkNode.Input"/>.</param>
    /// <param name="one">One form.</param>
    /// <param name="other">The other.</param>
    public virtual LinearForm Meet(int node, LinearForm one, LinearForm other) => one.Plus(other);

    /// <summary>A form on the logits as one on the values that are read out.</summary>
    /// <param name="form">The form, on exact sums of these values.</param>
    /// <param name="query">The query.</param>
    public virtual LinearForm ReadOut(LinearForm form, LinearQuery query) => form;

    /// <summary>Replaces a form on spikes by a smaller one on currents.</summary>
    /// <param name="neurons">The neurons.</param>
    /// <param name="form">The form.</param>
    /// <param name="query">The query.</param>
    /// <param name="layer">The spiking layer's index.</param>
    /// <param name="constant">Whether the current is the same at every step.</param>
    public virtual LinearForm Relax(SpikingLayer neurons, LinearForm form, LinearQuery query, int layer, bool constant) =>
        constant ? neurons.RelaxConstant(form, query, layer) : neurons.Relax(form, query, layer);
}
