using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Networks;

/// <summary>y = W x + b of flattened values, seen row by row.</summary>
/// <typeparam name="T">The numbers.</typeparam>
internal interface IAffineRows<T>
    where T : struct, IReal<T>
{
    /// <summary>How many values y has.</summary>
    int Outputs { get; }

    /// <summary>Bounds of y for x in a box, and of the sums of absolute products that were added up for them.</summary>
    /// <param name="x">Bounds of x.</param>
    /// <param name="float32">Whether y is what float32 arithmetic makes of it, added up in any order, with or without fused steps.</param>
    Box<T> Bound(Box<T> x, bool float32 = false);

    /// <summary>What one output weighs.</summary>
    /// <param name="output">The output.</param>
    /// <param name="room">Where weights are put side by side that are not so anywhere; the next row takes their place.</param>
    AffineRow<T> Row(int output, RowRoom<T> room);

    /// <summary>At most how many float32 operations a term of an output meets.</summary>
    /// <param name="output">The output.</param>
    /// <param name="terms">How many of the inputs that it sees can be other than 0; others round nothing.</param>
    long Roundings(int output, int terms);

    /// <summary>At least what float32 arithmetic loses of an output.</summary>
    /// <param name="output">The output.</param>
    /// <param name="terms">How many of the inputs that it sees can be other than 0.</param>
    /// <param name="sum">At least the sum of absolute products.</param>
    T Float32Loss(int output, int terms, T sum);
}
