using SnnDsl.Kernels;
using SnnDsl.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Neurons;

/// <summary>Surrogates as TorchSharp operations: finite for every input, and what their documentation says.</summary>
public class SurrogateTests
{
    public static TheoryData<SurrogateFunction> All => [.. Enum.GetValues<SurrogateFunction>()];

    [Theory, MemberData(nameof(All))]
    public void IsFiniteAndWhatItSays(SurrogateFunction surrogate)
    {
        double[] x = [.. Enumerable.Range(-1000, 2001).Select(k => k / 10.0), .. Enumerable.Range(-200, 401).Select(k => k / 7919.0), 1e30, -1e30];
        foreach (double width in new[] { 0.01, 0.3, 1, 100 })
        {
            foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
            {
                using var scope = NewDisposeScope();
                var guard = tensor(x, type).add(1).requires_grad_(true);
                SurrogateGradient.Spike(guard, new SpikeRule(1, surrogate, (float)width)).sum().backward();
                double[] at = [.. guard.detach().to(ScalarType.Float64).add(-1).data<double>()], found = [.. guard.grad!.to(ScalarType.Float64).data<double>()];
                double tolerance = type == ScalarType.Float64 ? 1e-9 : 1e-4;
                for (int i = 0; i < at.Length; i++)
                {
                    double expected = ScalarNeuron.Surrogate(surrogate, at[i], (float)width);
                    bool onAnEdge = surrogate == SurrogateFunction.Rectangular && Math.Abs(Math.Abs(at[i]) - (width / 2)) < 1e-5;
                    Assert.True(double.IsFinite(found[i]), $"{surrogate} of width {width} at {at[i]}: {found[i]}");
                    Assert.True(onAnEdge || Math.Abs(found[i] - expected) <= tolerance * Math.Max(expected, 1e-3 / width), $"{surrogate} of width {width} at {at[i]}: {found[i]}, not {expected}");
                }
            }
        }
    }

    /// <summary>Each is the derivative of a step from 0 to 1, but for the one that says otherwise.</summary>
    [Theory, MemberData(nameof(All))]
    public void IntegratesToOne(SurrogateFunction surrogate)
    {
        if (surrogate == SurrogateFunction.StraightThrough)
        {
            return;
        }

        using var scope = NewDisposeScope();
        const double Step = 1.0 / 512;
        var guard = (arange(-400_000, 400_000, ScalarType.Float64) * Step + 1 + (Step / 2)).requires_grad_(true);
        SurrogateGradient.Spike(guard, new SpikeRule(1, surrogate, 0.5f)).sum().backward();
        // The arctan's and the fast sigmoid's tails hold a few thousandths.
        Assert.Equal(1, guard.grad!.sum().ToDouble() * Step, 2e-3);
    }
}
