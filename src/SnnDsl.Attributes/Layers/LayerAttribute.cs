namespace SnnDsl;

/// <summary>
/// A layer of the network. Layers act in the order in which their attributes stand on the class, each on what the one before it gives, unless
/// <see cref="From"/> names another: then a branch starts there.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public abstract class LayerAttribute : Attribute
{
    // Closed: the compiler knows its own layers, and would leave out another.
    private protected LayerAttribute()
    {
    }

    /// <summary>
    /// The layer's name: the prefix of its parameters ("fc1" gives fc1.weight, fc1.bias, as in a PyTorch state dict) and a
    /// member of the emitted class. A C# identifier, unique in the network. Default: the kind and a number, conv1, fc1, lif1, ...
    /// </summary>
    public string? Name { get; set; }

    /// <summary>The name of the layer, before this one, whose output it reads. Default: the layer that stands directly before it.</summary>
    public string? From { get; set; }
}
