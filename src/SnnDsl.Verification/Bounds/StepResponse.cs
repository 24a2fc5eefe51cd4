using SnnDsl.Model;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Bounds;

/// <summary>Neurons to which a spike does nothing: what the threshold is compared with is a sum of their currents.</summary>
internal static class StepResponse
{
    /// <summary>
    /// What a current of 0, 1, ... steps ago adds to what the threshold is compared with, where that is a sum of the currents so far: a spike leaves what a step without
    /// one does, nothing is added by itself, and no coefficient is below 0. Null for other neurons.
    /// </summary>
    /// <typeparam name="T">The numbers.</typeparam>
    /// <param name="neurons">The neurons.</param>
    /// <param name="steps">How many steps.</param>
    public static Interval<T>[]? Of<T>(Neurons neurons, int steps)
        where T : struct, IReal<T>
    {
        if (neurons.Each is not [var own] || !own.Silent.Equals(own.Fired) || !own.Bias.IsZero(0) || !own.Silent.Offset.IsZero(0))
        {
            return null;
        }

        int[] all = [.. Enumerable.Range(0, own.Size)];
        if (!all.All(i => own.Input[i] >= 0 && own.Guard[i] >= 0 && all.All(j => own.Decay[i, j] >= 0 && own.Silent.Matrix[i, j] >= 0)))
        {
            return null;
        }

        Interval<T>[] Times(Coefficients m, Interval<T>[] x) => [.. all.Select(i => EquationStates<T>.Sum(m, i, x))];
        Interval<T>[] response = new Interval<T>[steps], y = [.. all.Select(i => (Interval<T>)T.From(own.Input[i]))];
        for (int ago = 0; ago < steps; ago++)
        {
            response[ago] = EquationStates<T>.Sum(own.Guard, 0, y);
            y = Times(own.Decay, Times(own.Silent.Matrix, y));
        }

        return response;
    }
}
