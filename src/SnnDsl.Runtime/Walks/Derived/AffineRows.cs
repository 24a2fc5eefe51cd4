using SnnDsl.Bounds;
using SnnDsl.Model;
using static TorchSharp.torch;

namespace SnnDsl.Kernels.Derived;

/// <summary>Rows of a neuron's small matrices, applied to tensors of its states; null stands for zeros, and a coefficient of 0 costs nothing.</summary>
internal static class AffineRows
{
    /// <summary>m[row] . x.</summary>
    /// <param name="m">The matrix, or a vector and row 0.</param>
    /// <param name="row">The row.</param>
    /// <param name="x">The states.</param>
    public static Tensor? Apply(Coefficients m, int row, IReadOnlyList<Tensor?> x)
    {
        Tensor? sum = null;
        for (int j = 0; j < m.Columns; j++)
        {
            sum = sum.And(m[row, j] == 0 ? null : x[j]?.Scaled(m[row, j]));
        }

        return sum;
    }

    /// <summary>Bounds of m[row] . x.</summary>
    /// <param name="m">The matrix, or a vector and row 0.</param>
    /// <param name="row">The row.</param>
    /// <param name="x">Bounds of the states.</param>
    public static Interval? Apply(Coefficients m, int row, IReadOnlyList<Interval?> x)
    {
        Interval? sum = null;
        for (int j = 0; j < m.Columns; j++)
        {
            sum = sum.And(m[row, j] == 0 ? null : x[j]?.Scaled(m[row, j]));
        }

        return sum;
    }

    /// <summary>The product with a number; 1 rounds nothing and costs nothing.</summary>
    public static Tensor Scaled(this Tensor value, double factor) => factor == 1 ? value : value.Times(factor);

    /// <summary>The product with a number.</summary>
    public static Interval Scaled(this Interval value, double factor) => factor >= 0
        ? new(value.Lower.Scaled(factor), value.Upper.Scaled(factor))
        : new(value.Upper.Scaled(factor), value.Lower.Scaled(factor));

    /// <summary>Wider by so much on both sides; null is nothing.</summary>
    public static Interval Widened(this Interval value, Tensor? by) => by is null ? value : new(value.Lower - by, value.Upper.Plus(by));

    /// <summary>A sum, in which null is 0.</summary>
    public static Tensor? And(this Tensor? sum, Tensor? term) => sum is null ? term : term is null ? sum : sum.Plus(term);

    /// <summary>A sum, in which null is 0.</summary>
    public static Interval? And(this Interval? sum, Interval? term) => sum is not { } a ? term : term is not { } b
        ? sum
        : new(a.Lower.Plus(b.Lower), a.Upper.Plus(b.Upper));

    /// <summary>A value and a constant; zeros of a shape where there is no value.</summary>
    public static Tensor AndConstant(this Tensor? value, double constant, Tensor shape) => value is null
        ? shape.Filled(constant)
        : constant == 0 ? value : value.Plus(constant);

    /// <summary>A value and a constant; zeros of a shape where there is no value.</summary>
    public static Interval AndConstant(this Interval? value, double constant, Tensor shape) => value is { } known
        ? new(known.Lower.AndConstant(constant, shape), known.Upper.AndConstant(constant, shape))
        : new(shape.Filled(constant), shape.Filled(constant));
}
