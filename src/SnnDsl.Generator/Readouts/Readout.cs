namespace SnnDsl.Generator.Readouts;

/// <summary>How the last layer's outputs over time become logits. One sealed record a kind.</summary>
/// <remarks>Equality: the same kind with the same constants.</remarks>
internal abstract record Readout
{
    /// <summary>What it computes, as mathematics in one line.</summary>
    public abstract string Equation { get; }

    /// <summary>The kind and every constant, in a fixed order, for <see cref="Planning.NetworkPlan.Architecture"/>.</summary>
    public abstract string Describe();

    /// <summary>The emitted expression of the logits.</summary>
    /// <param name="outputs">The local that holds the last layer's outputs, [T, B, classes].</param>
    public abstract string Forward(string outputs);

    /// <summary>The emitted expression of a linear form on the last layer's outputs, for a query on the logits.</summary>
    public abstract string Back { get; }

    /// <summary>The emitted decay of a readout by membranes, whether by their mean, and the decay of a synapse before them; "null" for others.</summary>
    public virtual string Decay => "null";

    /// <summary>What the backward step does, for a comment.</summary>
    public abstract string BackEquation { get; }
}
