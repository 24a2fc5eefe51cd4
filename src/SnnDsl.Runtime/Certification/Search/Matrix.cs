using System.Numerics;
using System.Runtime.InteropServices;

namespace SnnDsl.Certification.Search;

/// <summary>
/// Weights of the neurons that a search looks at, in float64: rows of all columns, or of those that are not 0 where these are few
/// (convolutions).
/// </summary>
internal sealed class Matrix
{
    private const double Sparse = 0.25;

    private readonly double[] dense = [];
    private readonly double[] absolute = [];
    private readonly int[] starts = [];
    private readonly int[] columns = [];
    private readonly double[] values = [];

    /// <param name="rows">How many rows.</param>
    /// <param name="width">How many columns.</param>
    /// <param name="weights">[rows, width].</param>
    public Matrix(int rows, int width, double[] weights)
    {
        (Rows, Width) = (rows, width);
        int used = weights.Count(weight => weight != 0);
        if (used >= Sparse * weights.Length)
        {
            (dense, absolute) = (weights, Array.ConvertAll(weights, Math.Abs));
            return;
        }

        (starts, columns, values) = (new int[rows + 1], new int[used], new double[used]);
        int at = 0;
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < width; column++)
            {
                if (weights[((long)row * width) + column] is var weight and not 0)
                {
                    (columns[at], values[at++]) = (column, weight);
                }
            }

            starts[row + 1] = at;
        }
    }

    /// <summary>How many rows.</summary>
    public int Rows { get; }

    /// <summary>How many columns.</summary>
    public int Width { get; }

    private bool IsSparse => starts.Length > 0;

    /// <summary>y += W x.</summary>
    public void Apply(ReadOnlySpan<double> x, Span<double> y)
    {
        for (int row = 0; row < Rows; row++)
        {
            y[row] += IsSparse ? SparseDot(row, x) : Dot(dense.AsSpan(row * Width, Width), x);
        }
    }

    /// <summary>y += |W| x.</summary>
    public void ApplyAbsolute(ReadOnlySpan<double> x, Span<double> y)
    {
        for (int row = 0; row < Rows; row++)
        {
            y[row] += IsSparse ? SparseDotAbsolute(row, x) : Dot(absolute.AsSpan(row * Width, Width), x);
        }
    }

    /// <summary>x += W' a.</summary>
    public void PullBack(ReadOnlySpan<double> a, Span<double> x)
    {
        for (int row = 0; row < Rows; row++)
        {
            double factor = a[row];
            if (factor == 0)
            {
                continue;
            }

            if (IsSparse)
            {
                for (int i = starts[row]; i < starts[row + 1]; i++)
                {
                    x[columns[i]] += factor * values[i];
                }
            }
            else
            {
                AddScaled(dense.AsSpan(row * Width, Width), factor, x);
            }
        }
    }

    /// <summary>The sum of a row's absolute values.</summary>
    public double AbsoluteSum(int row)
    {
        double sum = 0;
        foreach (double value in IsSparse ? values.AsSpan(starts[row], starts[row + 1] - starts[row]) : dense.AsSpan(row * Width, Width))
        {
            sum += Math.Abs(value);
        }

        return sum;
    }

    /// <summary>A row's values, [width].</summary>
    public void Row(int row, Span<double> into)
    {
        if (!IsSparse)
        {
            dense.AsSpan(row * Width, Width).CopyTo(into);
            return;
        }

        into.Clear();
        for (int i = starts[row]; i < starts[row + 1]; i++)
        {
            into[columns[i]] = values[i];
        }
    }

    private double SparseDot(int row, ReadOnlySpan<double> x)
    {
        double sum = 0;
        for (int i = starts[row]; i < starts[row + 1]; i++)
        {
            sum += values[i] * x[columns[i]];
        }

        return sum;
    }

    private double SparseDotAbsolute(int row, ReadOnlySpan<double> x)
    {
        double sum = 0;
        for (int i = starts[row]; i < starts[row + 1]; i++)
        {
            sum += Math.Abs(values[i]) * x[columns[i]];
        }

        return sum;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var left = MemoryMarshal.Cast<double, Vector<double>>(a);
        var right = MemoryMarshal.Cast<double, Vector<double>>(b);
        var (even, odd) = (Vector<double>.Zero, Vector<double>.Zero);
        int i = 0;
        for (; i + 1 < left.Length; i += 2)
        {
            even += left[i] * right[i];
            odd += left[i + 1] * right[i + 1];
        }

        if (i < left.Length)
        {
            even += left[i] * right[i];
        }

        double sum = Vector.Sum(even + odd);
        for (int rest = left.Length * Vector<double>.Count; rest < a.Length; rest++)
        {
            sum += a[rest] * b[rest];
        }

        return sum;
    }

    private static void AddScaled(ReadOnlySpan<double> row, double factor, Span<double> x)
    {
        var from = MemoryMarshal.Cast<double, Vector<double>>(row);
        var to = MemoryMarshal.Cast<double, Vector<double>>(x);
        var wide = new Vector<double>(factor);
        for (int i = 0; i < from.Length; i++)
        {
            to[i] += wide * from[i];
        }

        for (int rest = from.Length * Vector<double>.Count; rest < row.Length; rest++)
        {
            x[rest] += factor * row[rest];
        }
    }
}
