namespace SnnDsl.Generator.Readouts;

/// <summary>How the last layer's outputs over time become logits. One sealed record a kind.</summary>
/// <remarks>Equality: the same kind with the same constants.</remarks>
internal abstract record Readout
{
    /// <summary>Whether it integrates a last layer that does not fire, so that an affine layer must follow the last neurons.</summary>
    public virtual bool IntegratesCurrents => false;

    /// <summary>What it computes, as mathematics in one line.</summary>
    public abstract string Equation { get; }

    /// <summary>The kind and every constant, in a fixed order, for <see cref="Planning.NetworkPlan.Architecture"/>.</summary>
    public abstract string Describe();
}
