using System.Globalization;

namespace SnnDsl.Model;

/// <summary>A small matrix of finite float32 numbers, or a vector, which is a matrix of one row.</summary>
/// <remarks>Equality: shape and numbers. There is no -0: it is written as 0, which it equals.</remarks>
public sealed class Coefficients : IEquatable<Coefficients>
{
    private static readonly string[] s_formats = ["G7", "G8", "G9"];

    private readonly float[] _values;

    private Coefficients(int rows, float[] values)
    {
        if (rows < 1 || values.Length == 0 || values.Length % rows != 0)
        {
            throw new ArgumentException("A matrix has at least one row, and rows of equal lengths.", nameof(values));
        }

        if (values.Any(value => float.IsNaN(value) || float.IsInfinity(value)))
        {
            throw new ArgumentException("Coefficients are finite numbers.", nameof(values));
        }

        Rows = rows;
        _values = [.. values.Select(value => value == 0f ? 0f : value)];
    }

    /// <summary>How many rows.</summary>
    public int Rows { get; }

    /// <summary>How many numbers a row has.</summary>
    public int Columns => _values.Length / Rows;

    /// <summary>A number.</summary>
    /// <param name="row">Its row.</param>
    /// <param name="column">Its column.</param>
    public float this[int row, int column] => _values[(row * Columns) + column];

    /// <summary>A number of a vector.</summary>
    /// <param name="index">Its place.</param>
    public float this[int index] => _values[index];

    /// <summary>A vector.</summary>
    /// <param name="values">Its numbers, at least one.</param>
    /// <exception cref="ArgumentException">There is none, or one is not finite.</exception>
    public static Coefficients Vector(params float[] values) => new(1, values);

    /// <summary>A matrix.</summary>
    /// <param name="rows">Its rows, at least one, of equal lengths.</param>
    /// <exception cref="ArgumentException">Rows differ in length, or a number is not finite.</exception>
    public static Coefficients Matrix(params float[][] rows) => rows.Select(row => row.Length).Distinct().Count() == 1
        ? new(rows.Length, [.. rows.SelectMany(row => row)])
        : throw new ArgumentException("A matrix has at least one row, and rows of equal lengths.", nameof(rows));

    /// <summary>The matrix with ones on its diagonal and zeros elsewhere.</summary>
    /// <param name="size">How many rows.</param>
    public static Coefficients Identity(int size) =>
        new(size, [.. Enumerable.Range(0, size * size).Select(i => i / size == i % size ? 1f : 0f)]);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">Rows between bars, numbers between blanks.</param>
    /// <exception cref="FormatException">It is no such text.</exception>
    public static Coefficients Parse(string text)
    {
        try
        {
            return Matrix([.. text.Split('|').Select(row => row.Split(' ').Select(ParseNumber).ToArray())]);
        }
        catch (ArgumentException wrong)
        {
            throw new FormatException($"'{text}' are no coefficients: {wrong.Message}", wrong);
        }
    }

    /// <summary>The shortest text of a float32 number that gives it again: "0.25".</summary>
    /// <param name="value">The number.</param>
    public static string Text(float value)
    {
        // "R" of a .NET Framework host is not the same text as that of .NET; the first of 7, 8, 9 digits that suffices is.
        string[] texts = [.. s_formats.Select(format => value.ToString(format, CultureInfo.InvariantCulture))];
        return texts.FirstOrDefault(text =>
            float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float back) && back.Equals(value)) ?? texts[2];
    }

    /// <summary>A float32 number that <see cref="Text"/> wrote.</summary>
    /// <param name="text">Its text.</param>
    /// <exception cref="FormatException">It is no number.</exception>
    public static float ParseNumber(string text) => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value)
        ? value
        : throw new FormatException($"'{text}' is no number.");

    /// <summary>Whether all numbers of a row are 0.</summary>
    /// <param name="row">The row.</param>
    public bool IsZero(int row) => Enumerable.Range(0, Columns).All(column => this[row, column] == 0);

    /// <inheritdoc/>
    public bool Equals(Coefficients? other) => other is not null && Rows == other.Rows && _values.SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Coefficients);

    /// <inheritdoc/>
    public override int GetHashCode() => _values.Aggregate(Rows, (hash, value) => unchecked((hash * 31) + value.GetHashCode()));

    /// <summary>Rows between bars, numbers between blanks: "0.5 0|0.5 0.25".</summary>
    public override string ToString() => string.Join("|", Enumerable.Range(0, Rows).Select(row =>
        string.Join(" ", Enumerable.Range(0, Columns).Select(column => Text(this[row, column])))));
}
