using System.Globalization;

namespace SnnDsl.Training;

/// <summary>Sentences about options that cannot be.</summary>
internal static class Check
{
    public static void AtLeast(long least, long value, string what)
    {
        if (value < least)
        {
            throw Wrong($"{what} is {value}, but it must be at least {least}.");
        }
    }

    public static void Positive(double value, string what)
    {
        if (!(value > 0) || double.IsInfinity(value))
        {
            throw Wrong($"{what} is {Text(value)}, but it must be a number greater than 0.");
        }
    }

    public static void NotNegative(double value, string what)
    {
        if (!(value >= 0) || double.IsInfinity(value))
        {
            throw Wrong($"{what} is {Text(value)}, but it must be a number of at least 0.");
        }
    }

    public static void Share(double value, string what)
    {
        if (!(value is >= 0 and <= 1))
        {
            throw Wrong($"{what} is {Text(value)}, but it is a share and must lie in [0, 1].");
        }
    }

    public static ArgumentException Wrong(string message) => new(message);

    public static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
