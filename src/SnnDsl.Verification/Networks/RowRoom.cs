using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Networks;

/// <summary>Room for one row of weights, for those who read many, one after the other.</summary>
/// <typeparam name="T">The numbers.</typeparam>
internal sealed class RowRoom<T>
    where T : struct, IReal<T>
{
    private T[] lower = [], upper = [], magnitudes = [];

    /// <summary>The room.</summary>
    /// <param name="count">How many weights.</param>
    public (T[] Lower, T[] Upper, T[] Magnitudes) Of(int count)
    {
        if (lower.Length < count)
        {
            (lower, upper, magnitudes) = (new T[count], new T[count], new T[count]);
        }

        return (lower, upper, magnitudes);
    }
}
