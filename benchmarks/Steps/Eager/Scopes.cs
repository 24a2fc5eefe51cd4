using SnnDsl.Bounds;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Eager;

/// <summary>State that lives from one time step's scope to the next.</summary>
internal static class Scopes
{
    /// <summary>Hands both ends to the scope around the current one.</summary>
    public static Interval MoveToOuterDisposeScope(this Interval interval) =>
        new(interval.Lower.MoveToOuterDisposeScope(), interval.Upper.MoveToOuterDisposeScope());

    /// <summary>Puts a value in the place of the last step's, which is freed; the value outlives the current scope.</summary>
    public static void Replace(ref Tensor? state, Tensor value)
    {
        state?.Dispose();
        state = value.MoveToOuterDisposeScope();
    }

    /// <inheritdoc cref="Replace(ref Tensor?, Tensor)"/>
    public static void Replace(ref Interval? state, Interval value)
    {
        state?.Lower.Dispose();
        state?.Upper.Dispose();
        state = value.MoveToOuterDisposeScope();
    }
}
