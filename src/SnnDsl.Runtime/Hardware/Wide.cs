using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SnnDsl.Hardware;

/// <summary>Sixteen float32 values at a time: AVX-512 where the processor has it, else what the portable vectors make of it.</summary>
/// <remarks>The portable 512-bit vectors fall back to 256 bits on processors that .NET expects to slow down under wide vectors. Loops
/// that only read weights and add them are bound by loads, and one wide load is cheaper than two, so AVX-512 is asked for by name.</remarks>
internal static unsafe class Wide
{
    /// <summary>How many values a vector holds.</summary>
    public const int Width = 16;

    /// <summary>Sixteen values.</summary>
    /// <param name="from">Where they lie.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from) => Avx512F.IsSupported ? Avx512F.LoadVector512(from) : Vector512.Load(from);

    /// <summary>Writes sixteen values.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="value">The values.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* to, Vector512<float> value)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.Store(to, value);
        }
        else
        {
            value.Store(to);
        }
    }

    /// <summary>a + b.</summary>
    /// <param name="a">Values.</param>
    /// <param name="b">Values.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => Avx512F.IsSupported ? Avx512F.Add(a, b) : a + b;

    /// <summary>a b + c, rounded once where the processor can.</summary>
    /// <param name="a">Values.</param>
    /// <param name="b">Values.</param>
    /// <param name="c">Values.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Avx512F.IsSupported ? Avx512F.FusedMultiplyAdd(a, b, c) : Vector512.MultiplyAddEstimate(a, b, c);

    /// <summary>The larger values.</summary>
    /// <param name="a">Values.</param>
    /// <param name="b">Values.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Max(Vector512<float> a, Vector512<float> b) => Avx512F.IsSupported ? Avx512F.Max(a, b) : Vector512.Max(a, b);

    /// <summary>The smaller values.</summary>
    /// <param name="a">Values.</param>
    /// <param name="b">Values.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Min(Vector512<float> a, Vector512<float> b) => Avx512F.IsSupported ? Avx512F.Min(a, b) : Vector512.Min(a, b);

    /// <summary>The same value in all lanes.</summary>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> All(float value) => Avx512F.IsSupported
        ? Avx512F.BroadcastScalarToVector512(Vector128.CreateScalarUnsafe(value))
        : Vector512.Create(value);
}
