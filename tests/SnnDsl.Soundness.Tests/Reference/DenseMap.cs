namespace SnnDsl.Soundness.Tests.Reference;

/// <summary>y = W x + b as an explicit matrix, found by applying an operation's definition to unit vectors.</summary>
internal sealed class DenseMap
{
    private DenseMap(double[,] weight, double[] bias) => (Weight, Bias) = (weight, bias);

    public double[,] Weight { get; }

    public double[] Bias { get; }

    public int Outputs => Weight.GetLength(0);

    public int Inputs => Weight.GetLength(1);

    public static DenseMap Of(AffineOperation operation, Func<string, double[]?> parameter)
    {
        var weight = new double[operation.Outputs, operation.Inputs];
        for (int i = 0; i < operation.Inputs; i++)
        {
            var unit = new double[operation.Inputs];
            unit[i] = 1;
            double[] column = operation.Naive(unit, parameter);
            for (int o = 0; o < column.Length; o++)
            {
                weight[o, i] = column[o];
            }
        }

        return new(weight, operation.NaiveBias(parameter));
    }

    /// <summary>This map and then another as one matrix.</summary>
    public DenseMap Then(DenseMap next)
    {
        var weight = new double[next.Outputs, Inputs];
        for (int o = 0; o < next.Outputs; o++)
        {
            for (int m = 0; m < Outputs; m++)
            {
                for (int i = 0; i < Inputs; i++)
                {
                    weight[o, i] += next.Weight[o, m] * Weight[m, i];
                }
            }
        }

        return new(weight, next.Apply(Bias));
    }

    public double[] Apply(double[] x)
    {
        double[] y = [.. Bias];
        for (int o = 0; o < Outputs; o++)
        {
            for (int i = 0; i < Inputs; i++)
            {
                y[o] += Weight[o, i] * x[i];
            }
        }

        return y;
    }

    /// <summary>Each output's least and greatest value: every input at the end that its weight's sign names.</summary>
    public (double[] Lower, double[] Upper) Apply(double[] lower, double[] upper)
    {
        double[] least = [.. Bias], most = [.. Bias];
        for (int o = 0; o < Outputs; o++)
        {
            for (int i = 0; i < Inputs; i++)
            {
                double w = Weight[o, i];
                least[o] += w * (w > 0 ? lower[i] : upper[i]);
                most[o] += w * (w > 0 ? upper[i] : lower[i]);
            }
        }

        return (least, most);
    }

    /// <summary>Coefficients on the outputs as coefficients on the inputs, and the constant a . b.</summary>
    public (double[] Coefficients, double Constant) PullBack(double[] a)
    {
        var coefficients = new double[Inputs];
        double constant = 0;
        for (int o = 0; o < Outputs; o++)
        {
            constant += a[o] * Bias[o];
            for (int i = 0; i < Inputs; i++)
            {
                coefficients[i] += a[o] * Weight[o, i];
            }
        }

        return (coefficients, constant);
    }
}
