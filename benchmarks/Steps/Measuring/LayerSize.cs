namespace SnnDsl.Benchmarks.Measuring;

/// <summary>An affine layer and the neurons after it, for one sample and step.</summary>
/// <param name="Inputs">Values that come in.</param>
/// <param name="Neurons">Values that go out, a neuron each.</param>
/// <param name="Parameters">Weights and biases.</param>
/// <param name="Products">Multiplications with a weight.</param>
internal sealed record LayerSize(long Inputs, long Neurons, long Parameters, long Products)
{
    /// <summary>The layers of the fully connected network.</summary>
    public static IReadOnlyList<LayerSize> Fc { get; } = [Linear(784, 512), Linear(512, 256), Linear(256, 10)];

    /// <summary>The layers of the convolutional network.</summary>
    public static IReadOnlyList<LayerSize> Conv { get; } =
        [Convolution(1, 28, 64, 14), Convolution(64, 14, 128, 7), Linear(6272, 256), Linear(256, 10)];

    /// <summary>The layers of a model by its name on the command line.</summary>
    public static IReadOnlyList<LayerSize> Of(string model) => model == "fc" ? Fc : Conv;

    private static LayerSize Linear(long inputs, long outputs) => new(inputs, outputs, (inputs + 1) * outputs, inputs * outputs);

    private static LayerSize Convolution(long inputs, long inputSide, long outputs, long outputSide) => new(
        inputs * inputSide * inputSide, outputs * outputSide * outputSide, (9 * inputs + 1) * outputs,
        9 * inputs * outputs * outputSide * outputSide);
}
