namespace SnnDsl.Affine;

/// <summary>A row of an affine map's matrix: what one output sees of the input.</summary>
/// <param name="Inputs">The inputs that it sees, as indices into the input as one vector; null for all, in order.</param>
/// <param name="Weights">A weight for each.</param>
internal readonly record struct MapRow(int[]? Inputs, double[] Weights)
{
    /// <summary>Writes some of its entries; what it does not see is left as it is.</summary>
    /// <param name="columns">Of each input, where its weight goes; -1 for nowhere.</param>
    /// <param name="row">Where they go.</param>
    public void CopyTo(ReadOnlySpan<int> columns, Span<double> row)
    {
        for (int i = 0; i < Weights.Length; i++)
        {
            int column = columns[Inputs is null ? i : Inputs[i]];
            if (column >= 0)
            {
                row[column] = Weights[i];
            }
        }
    }

    /// <summary>The sum of the weights times what they see.</summary>
    /// <param name="input">The input as one vector.</param>
    public double Dot(ReadOnlySpan<double> input)
    {
        double sum = 0;
        for (int i = 0; i < Weights.Length; i++)
        {
            sum += Weights[i] * input[Inputs is null ? i : Inputs[i]];
        }

        return sum;
    }
}
