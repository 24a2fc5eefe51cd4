using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Networks;

/// <summary>What one output of a map weighs.</summary>
/// <typeparam name="T">The numbers.</typeparam>
/// <param name="inputs">Which inputs; often the same array for many outputs.</param>
/// <param name="lower">At most the weight of each.</param>
/// <param name="upper">At least the weight of each.</param>
/// <param name="magnitudes">At least the sum of absolute products behind each weight.</param>
internal readonly ref struct AffineRow<T>(int[] inputs, ReadOnlySpan<T> lower, ReadOnlySpan<T> upper, ReadOnlySpan<T> magnitudes)
    where T : struct, IReal<T>
{
    /// <summary>Which inputs; often the same array for many outputs.</summary>
    public int[] Inputs { get; } = inputs;

    /// <summary>At most the weight of each.</summary>
    public ReadOnlySpan<T> Lower { get; } = lower;

    /// <summary>At least the weight of each.</summary>
    public ReadOnlySpan<T> Upper { get; } = upper;

    /// <summary>At least the sum of absolute products behind each weight.</summary>
    public ReadOnlySpan<T> Magnitudes { get; } = magnitudes;
}
