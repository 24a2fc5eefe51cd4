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

    // By column, the rows that it is not 0 in; of dense ones, all rows.
    private readonly int[] columnStarts = [];
    private readonly int[] rows;

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
            this.rows = [.. Enumerable.Range(0, rows)];
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

        absolute = Array.ConvertAll(values, Math.Abs);
        (columnStarts, this.rows) = (new int[width + 1], new int[used]);
        foreach (int column in columns)
        {
            columnStarts[column + 1]++;
        }

        for (int column = 0; column < width; column++)
        {
            columnStarts[column + 1] += columnStarts[column];
        }

        int[] next = [.. columnStarts];
        for (int row = 0; row < rows; row++)
        {
            foreach (int column in columns.AsSpan(starts[row], starts[row + 1] - starts[row]))
            {
                this.rows[next[column]++] = row;
            }
        }
    }

    /// <summary>How many rows.</summary>
    public int Rows { get; }

    /// <summary>How many columns.</summary>
    public int Width { get; }

    /// <summary>Whether every column may be other than 0 in all rows.</summary>
    public bool ReachesAll => !IsSparse;

    private bool IsSparse => starts.Length > 0;

    /// <summary>y += W x.</summary>
    public void Apply(ReadOnlySpan<double> x, Span<double> y)
    {
        for (int row = 0; row < Rows; row++)
        {
            y[row] += Dot(row, x);
        }
    }

    /// <summary>y += |W| x.</summary>
    public void ApplyAbsolute(ReadOnlySpan<double> x, Span<double> y)
    {
        for (int row = 0; row < Rows; row++)
        {
            y[row] += DotAbsolute(row, x);
        }
    }

    /// <summary>A row's share of <see cref="Apply"/>.</summary>
    public double Dot(int row, ReadOnlySpan<double> x) =>
        IsSparse ? SparseDot(row, values, x) : Dot(dense.AsSpan(row * Width, Width), x);

    /// <summary>A row's share of <see cref="ApplyAbsolute"/>.</summary>
    public double DotAbsolute(int row, ReadOnlySpan<double> x) =>
        IsSparse ? SparseDot(row, absolute, x) : Dot(absolute.AsSpan(row * Width, Width), x);

    /// <summary>The rows that a column may not be 0 in, ascending.</summary>
    public ReadOnlySpan<int> RowsOf(int column) =>
        IsSparse ? rows.AsSpan(columnStarts[column], columnStarts[column + 1] - columnStarts[column]) : rows;

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

    // Four sums side by side: one would wait for itself at every addition.
    private double SparseDot(int row, double[] from, ReadOnlySpan<double> x)
    {
        var factors = from.AsSpan(starts[row], starts[row + 1] - starts[row]);
        var at = columns.AsSpan(starts[row], factors.Length);
        var (first, second, third, fourth) = (0.0, 0.0, 0.0, 0.0);
        int i = 0;
        for (; i + 3 < factors.Length; i += 4)
        {
            first += factors[i] * x[at[i]];
            second += factors[i + 1] * x[at[i + 1]];
            third += factors[i + 2] * x[at[i + 2]];
            fourth += factors[i + 3] * x[at[i + 3]];
        }

        for (; i < factors.Length; i++)
        {
            first += factors[i] * x[at[i]];
        }

        return first + second + (third + fourth);
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
