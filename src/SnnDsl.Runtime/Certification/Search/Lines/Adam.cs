namespace SnnDsl.Certification.Search;

/// <summary>Gradient ascent on the parameters of lines (Adam, Kingma and Ba 2015), on plain arrays; one for each thread.</summary>
internal sealed class Adam
{
    private const float Momentum = 0.8f, Memory = 0.95f, Tiny = 1e-12f;

    private readonly float[][] means;
    private readonly float[][] squares;
    private int taken;

    /// <param name="sizes">How many parameters each layer has: lambdas, then as many multipliers.</param>
    public Adam(IEnumerable<int> sizes)
    {
        means = [.. sizes.Select(size => new float[size])];
        squares = [.. means.Select(layer => new float[layer.Length])];
    }

    /// <summary>Forgets all steps.</summary>
    public void Reset()
    {
        taken = 0;
        foreach (float[] layer in means.Concat(squares))
        {
            Array.Clear(layer);
        }
    }

    /// <summary>Moves parameters up.</summary>
    /// <param name="parameters">By layer; lambdas stay in [0, 1].</param>
    /// <param name="gradients">Shaped alike.</param>
    /// <param name="step">How far a lambda moves.</param>
    /// <param name="scales">How far a multiplier moves, in multiples of that, by layer.</param>
    /// <param name="areFree">By layer, whether multipliers may be negative: those of trains, which have two ends.</param>
    public void Step(float[][] parameters, float[][] gradients, float step, float[] scales, bool[] areFree)
    {
        taken++;
        float unbias = 1 / (1 - MathF.Pow(Momentum, taken)), unbiasSquare = 1 / (1 - MathF.Pow(Memory, taken));
        for (int layer = 0; layer < parameters.Length; layer++)
        {
            float[] values = parameters[layer], gradient = gradients[layer], mean = means[layer], square = squares[layer];
            int half = values.Length / 2;
            for (int i = 0; i < values.Length; i++)
            {
                float g = gradient[i];
                if (g == 0 && mean[i] == 0)
                {
                    continue;
                }

                mean[i] = (Momentum * mean[i]) + ((1 - Momentum) * g);
                square[i] = (Memory * square[i]) + ((1 - Memory) * g * g);
                float move = step * unbias * mean[i] / (MathF.Sqrt(unbiasSquare * square[i]) + Tiny);
                values[i] = i < half
                    ? Math.Clamp(values[i] + move, 0, 1)
                    : areFree[layer] ? values[i] + (scales[layer] * move) : Math.Max(0, values[i] + (scales[layer] * move));
            }
        }
    }
}
