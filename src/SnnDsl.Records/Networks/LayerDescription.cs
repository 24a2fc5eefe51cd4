namespace SnnDsl.Networks;

/// <summary>One row of a network's table.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Kind">Its kind: "Linear", "Lif", ...</param>
/// <param name="OutputShape">The shape of its output for one sample and step.</param>
/// <param name="Parameters">How many trainable values it holds.</param>
/// <param name="Equation">What it computes.</param>
/// <param name="States">How many numbers a neuron keeps from step to step; 0 for layers that do not fire.</param>
/// <param name="HasKernels">Whether the compiler emitted kernels for the neurons; others are walked by their equations.</param>
public sealed record LayerDescription(string Name, string Kind, IReadOnlyList<long> OutputShape, long Parameters, string Equation, int States = 0, bool HasKernels = false)
{
    /// <summary>How its kernel slides; null for layers that have none.</summary>
    public LayerWindow? Window { get; init; }

    /// <summary>What stands for the gradient of a spike: "Rectangular, width 1"; null for layers that do not fire.</summary>
    public string? Surrogate { get; init; }

    /// <summary>
    /// Its synaptic operations on one sample if no value were zero: every weight counts each time a value meets it, at all of the declared steps. What is the same
    /// at every step comes once. 0 for layers without weights.
    /// </summary>
    public long Operations { get; init; }

    /// <summary>The output shape as text: 64x14x14.</summary>
    public string Shape => string.Join('x', OutputShape);
}
