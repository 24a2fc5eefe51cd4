namespace SnnDsl;

/// <summary>
/// Leaves out a random share of the values before it while the network trains, the same ones at every time step of a sample, and scales the
/// others by 1 / (1 - rate). Where the network does not train it is nothing: bounds, records and the architecture's hash know nothing of it.
/// </summary>
/// <remarks>The draws come from the network's own seed; torch's global random state is neither read nor moved.</remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class DropoutAttribute : LayerAttribute
{
    /// <summary>Leaves out a share of the values before it.</summary>
    /// <param name="rate">The share, in [0, 1). Default: 0.5.</param>
    public DropoutAttribute(double rate = 0.5) => Rate = rate;

    /// <summary>The share that is left out.</summary>
    public double Rate { get; }
}
