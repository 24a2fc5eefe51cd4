namespace SnnDsl;

/// <summary>A fully connected layer: y = W x + b, on a vector.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class LinearAttribute : LayerAttribute
{
    /// <summary>A fully connected layer on the layer before it.</summary>
    /// <param name="features">The number of outputs, at least 1.</param>
    public LinearAttribute(int features) => Features = features;

    /// <summary>A fully connected layer whose number of inputs is stated, and checked against the layer before it.</summary>
    /// <param name="inputs">The number of inputs that the layer before must give.</param>
    /// <param name="features">The number of outputs, at least 1.</param>
    public LinearAttribute(int inputs, int features)
    {
        Inputs = inputs;
        Features = features;
    }

    /// <summary>The number of inputs, or null where it follows from the layer before.</summary>
    public int? Inputs { get; }

    /// <summary>The number of outputs.</summary>
    public int Features { get; }

    /// <summary>Whether there is a bias b. Default: true.</summary>
    public bool Bias { get; set; } = true;
}
