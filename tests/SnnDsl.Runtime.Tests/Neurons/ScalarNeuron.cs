using SnnDsl.Model;

namespace SnnDsl.Runtime.Tests.Neurons;

/// <summary>One neuron in plain float64 numbers, as its equations read: the reference of everything that is derived from them.</summary>
/// <param name="neuron">The equations.</param>
internal sealed class ScalarNeuron(NeuronEquations neuron)
{
    private readonly int size = neuron.Size;

    /// <summary>What a run goes through, by step.</summary>
    public sealed record Run(double[] Spikes, double[] Guards, double[][] States);

    /// <summary>Runs it on currents.</summary>
    public Run Fire(IReadOnlyList<double> current)
    {
        var (spikes, guards, states) = (new double[current.Count], new double[current.Count], new double[current.Count][]);
        double[] x = new double[size];
        for (int t = 0; t < current.Count; t++)
        {
            double[] y = [.. All(i => Row(neuron.Decay, i, x) + (neuron.Input[i] * current[t]) + neuron.Bias[i])];
            states[t] = y;
            guards[t] = Row(neuron.Guard, 0, y);
            bool fires = Fires(guards[t]);
            spikes[t] = fires ? 1 : 0;
            x = Succeed(y, fires);
        }

        return new(spikes, guards, states);
    }

    /// <summary>Whether it fires.</summary>
    public bool Fires(double guard) => neuron.Spike.FiresAtThreshold ? guard >= neuron.Spike.Threshold : guard > neuron.Spike.Threshold;

    /// <summary>What a step leaves.</summary>
    public double[] Succeed(double[] y, bool fires)
    {
        var after = fires ? neuron.Fired : neuron.Silent;
        return [.. All(i => Row(after.Matrix, i, y) + after.Offset[i])];
    }

    /// <summary>The gradient of sum_t weights[t] s[t] by the currents: the equations' own adjoint, t from the last step down.</summary>
    public double[] Backward(Run run, double[] weights)
    {
        double[] gradients = new double[weights.Length], left = new double[size];
        for (int t = weights.Length - 1; t >= 0; t--)
        {
            bool fires = run.Spikes[t] == 1;
            double[] y = run.States[t], silent = Succeed(y, false), fired = Succeed(y, true);
            double onSpike = weights[t] + (neuron.Spike.Detached ? 0 : All(i => left[i] * (fired[i] - silent[i])).Sum());
            double onGuard = onSpike * Surrogate(run.Guards[t] - neuron.Spike.Threshold);
            var matrix = (fires ? neuron.Fired : neuron.Silent).Matrix;
            double[] onY = [.. All(j => (onGuard * neuron.Guard[j]) + All(i => left[i] * matrix[i, j]).Sum())];
            gradients[t] = All(i => neuron.Input[i] * onY[i]).Sum();
            left = [.. All(j => All(i => onY[i] * neuron.Decay[i, j]).Sum())];
        }

        return gradients;
    }

    private double Surrogate(double x) => Surrogate(neuron.Spike.Surrogate, x, neuron.Spike.Width);

    /// <summary>What stands for ds/dv, as its documentation reads.</summary>
    public static double Surrogate(SurrogateFunction surrogate, double x, double w)
    {
        return surrogate switch
        {
            SurrogateFunction.Rectangular => Math.Abs(x) < w / 2 ? 1 / w : 0,
            SurrogateFunction.Triangular => Math.Max(0, 1 - (Math.Abs(x) / w)) / w,
            SurrogateFunction.Arctan => 1 / (w * (1 + Math.Pow(Math.PI * x / w, 2))),
            SurrogateFunction.FastSigmoid => 1 / (2 * w * Math.Pow(1 + (Math.Abs(x) / w), 2)),
            SurrogateFunction.Sigmoid => 1 / (w * Math.Pow(2 * Math.Cosh(x / w / 2), 2)),
            SurrogateFunction.Gaussian => Math.Exp(-x * x / (2 * w * w)) / (w * Math.Sqrt(2 * Math.PI)),
            SurrogateFunction.Erf => Math.Exp(-x * x / (w * w)) / (w * Math.Sqrt(Math.PI)),
            SurrogateFunction.PiecewiseExponential => Math.Exp(-Math.Abs(x) / w) / (2 * w),
            _ => 1,
        };
    }

    private static double Row(Coefficients m, int row, double[] x) => x.Select((value, j) => m[row, j] * value).Sum();

    private IEnumerable<double> All(Func<int, double> of) => Enumerable.Range(0, size).Select(of);
}
