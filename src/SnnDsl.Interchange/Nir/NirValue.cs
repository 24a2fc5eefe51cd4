namespace SnnDsl.Interchange.Nir;

/// <summary>A field of a node: a text, or numbers in an array of any number of dimensions.</summary>
internal sealed record NirValue
{
    private NirValue(string? text, double[] numbers, long[] shape, bool isWhole) => (Text, Numbers, Shape, IsWhole) = (text, numbers, shape, isWhole);

    /// <summary>The text; null for numbers.</summary>
    public string? Text { get; }

    /// <summary>The numbers, the last dimension fastest.</summary>
    public double[] Numbers { get; }

    /// <summary>The array's sizes; none for one number.</summary>
    public long[] Shape { get; }

    /// <summary>Whether the numbers are stored as whole ones.</summary>
    public bool IsWhole { get; }

    /// <summary>A text.</summary>
    public static NirValue Of(string text) => new(text, [], [], false);

    /// <summary>Numbers.</summary>
    public static NirValue Of(double[] numbers, params long[] shape) => new(null, numbers, shape, false);

    /// <summary>Whole numbers.</summary>
    public static NirValue Whole(long[] numbers, params long[] shape) => new(null, Array.ConvertAll(numbers, number => (double)number), shape, true);
}
