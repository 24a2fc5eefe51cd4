namespace SnnDsl;

/// <summary>
/// Adds the outputs of layers before it to the value that arrives, x + y: a shortcut. Currents are added to currents (then neurons may follow), or
/// spikes to spikes, as in SEW networks: such sums are numbers from 0 on, which only an affine layer may read.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class ResidualAttribute : LayerAttribute
{
    /// <summary>Adds the outputs of layers.</summary>
    /// <param name="sources">The layers' names, at least one. Their outputs have the shape of the value that arrives.</param>
    public ResidualAttribute(params string[] sources) => Sources = sources;

    /// <summary>The layers whose outputs are added.</summary>
    public IReadOnlyList<string> Sources { get; }
}
