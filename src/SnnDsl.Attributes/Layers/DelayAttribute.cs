namespace SnnDsl;

/// <summary>
/// Gives the value before it some whole steps later, y[t] = x[t - steps], with zeros before: an axonal delay behind neurons, or one of currents.
/// Spikes stay spikes.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class DelayAttribute : LayerAttribute
{
    /// <summary>Delays the value before it.</summary>
    /// <param name="steps">By how many steps: at least 1, and fewer than the network's time steps.</param>
    public DelayAttribute(int steps) => Steps = steps;

    /// <summary>By how many steps.</summary>
    public int Steps { get; }
}
