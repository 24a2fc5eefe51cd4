namespace SnnDsl;

/// <summary>
/// Puts the outputs of layers before it behind the value that arrives, along channels or features. All of them are currents, or all of them spikes.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class ConcatAttribute : LayerAttribute
{
    /// <summary>Puts the outputs of layers behind the value that arrives.</summary>
    /// <param name="sources">The layers' names, at least one, in order. Images have the height and width of the image that arrives.</param>
    public ConcatAttribute(params string[] sources) => Sources = sources;

    /// <summary>The layers whose outputs follow.</summary>
    public IReadOnlyList<string> Sources { get; }
}
