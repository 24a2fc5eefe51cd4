using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Networks;

/// <summary>The weights of a layer as it runs: where a normalisation follows, with that one folded into them.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Norm">The normalisation behind it, or null.</param>
/// <param name="Values">All values by name, as in their file.</param>
internal sealed record LayerWeights(LayerSpec Layer, LayerSpec? Norm, IReadOnlyDictionary<string, float[]> Values)
{
    /// <summary>Weight and bias.</summary>
    /// <typeparam name="T">The numbers.</typeparam>
    /// <param name="outputs">How many outputs or output channels.</param>
    /// <param name="inputs">How many weights each of them has.</param>
    /// <param name="transposed">How many weights stand together for each input channel and output, where the file has input channels first; 0 where it has outputs.</param>
    /// <exception cref="FormatException">Values are missing, or of another number.</exception>
    public (T[] Weight, T[] Bias) Of<T>(int outputs, int inputs, int transposed = 0)
        where T : struct, IReal<T>
    {
        float[] weight = Named(Layer, "weight", checked(outputs * inputs));
        float[] bias = Layer.Constants["bias"] == "true" ? Named(Layer, "bias", outputs) : new float[outputs];
        if (transposed > 0)
        {
            weight = OutputsFirst(weight, outputs, transposed);
        }

        if (Norm is not null)
        {
            (weight, bias) = Folded(weight, bias, inputs);
        }

        return (Array.ConvertAll(weight, value => T.From(value)), Array.ConvertAll(bias, value => T.From(value)));
    }

    private static float[] OutputsFirst(float[] weight, int outputs, int taps)
    {
        float[] ordered = new float[weight.Length];
        int channels = weight.Length / outputs / taps;
        for (int channel = 0; channel < channels; channel++)
        {
            for (int output = 0; output < outputs; output++)
            {
                weight.AsSpan(((channel * outputs) + output) * taps, taps).CopyTo(ordered.AsSpan(((output * channels) + channel) * taps));
            }
        }

        return ordered;
    }

    // The float32 numbers that run: each square root, quotient, product and sum is rounded by itself, as IEEE 754 says, and in this order.
    private (float[] Weight, float[] Bias) Folded(float[] weight, float[] bias, int inputs)
    {
        int outputs = bias.Length;
        float epsilon = (float)Architecture.Float(Norm!.Constants["epsilon"]);
        bool affine = Norm.Constants["affine"] == "true";
        float[] mean = Named(Norm, "running_mean", outputs), variance = Named(Norm, "running_var", outputs);
        float[]? own = affine ? Named(Norm, "weight", outputs) : null, shift = affine ? Named(Norm, "bias", outputs) : null;
        var (scaled, moved) = (new float[weight.Length], new float[outputs]);
        for (int channel = 0; channel < outputs; channel++)
        {
            float sum = variance[channel] + epsilon;
            float deviation = MathF.Sqrt(sum);
            float scale = (own?[channel] ?? 1f) / deviation;
            float centred = bias[channel] - mean[channel];
            float product = centred * scale;
            moved[channel] = shift is null ? product : product + shift[channel];
            for (int i = channel * inputs; i < (channel + 1) * inputs; i++)
            {
                scaled[i] = weight[i] * scale;
            }

            if (!float.IsFinite(moved[channel]) || !float.IsFinite(scale))
            {
                throw new FormatException($"{Norm.Name} has statistics that make no finite weights of channel {channel}.");
            }
        }

        return (scaled, moved);
    }

    private float[] Named(LayerSpec layer, string what, int count)
    {
        string name = $"{layer.Name}.{what}";
        return Values.TryGetValue(name, out float[]? values) && values.Length == count
            ? values
            : throw new FormatException($"The architecture needs {count} values {name}, but the weights hold {values?.Length ?? 0}.");
    }
}
