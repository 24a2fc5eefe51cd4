using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SnnDsl.Kernels;

/// <summary>
/// The words that emitted CPU kernels are written in: sixteen neurons at a time, one a lane, with masks for "where". On a machine
/// with narrower vectors the same code runs on two or four of them.
/// </summary>
/// <remarks>
/// Sums and products are written with the vectors' own operators, each rounded by itself: a multiplication and an addition are never
/// contracted to one rounding, so every lane has the bits of the scalar float32 recursion.
/// </remarks>
/// <param name="parameters">The constants that the emitted code holds as literals.</param>
public abstract class VectorNeuronKernel(NeuronParameters parameters) : NeuronKernel(parameters)
{
    [ThreadStatic]
    private static float[]? scratch;

    /// <summary>The number of neurons in a vector.</summary>
    protected const int Width = 16;

    /// <inheritdoc cref="LineLimits.Steepest"/>
    protected const float Steepest = LineLimits.Steepest;

    /// <inheritdoc cref="LineLimits.Near"/>
    protected const float Near = LineLimits.Near;

    /// <summary>0 in all lanes.</summary>
    protected static Vector512<float> Zero => Vector512<float>.Zero;

    /// <summary>The same value in all lanes.</summary>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> All(float value) => Vector512.Create(value);

    /// <summary>Where a is above b; nowhere where either is not a number.</summary>
    /// <param name="a">Values.</param>
    /// <param name="b">What they are compared with.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> Greater(Vector512<float> a, Vector512<float> b) => Vector512.GreaterThan(a, b);

    /// <inheritdoc cref="Greater(Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> Greater(Vector512<float> a, float b) => Vector512.GreaterThan(a, Vector512.Create(b));

    /// <summary>Where a is below b; nowhere where either is not a number.</summary>
    /// <param name="a">Values.</param>
    /// <param name="b">What they are compared with.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> Less(Vector512<float> a, float b) => Vector512.LessThan(a, Vector512.Create(b));

    /// <summary>Where the first mask holds and the second does not.</summary>
    /// <param name="mask">What must hold.</param>
    /// <param name="except">What must not.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> Except(Vector512<float> mask, Vector512<float> except) => Vector512.AndNot(mask, except);

    /// <summary>Whether a mask holds in some lane.</summary>
    /// <param name="mask">The mask.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static bool Any(Vector512<float> mask) => Vector512.ExtractMostSignificantBits(mask) != 0;

    /// <summary>a where the mask holds, b elsewhere.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="a">Values where it holds.</param>
    /// <param name="b">Values elsewhere.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> Select(Vector512<float> mask, Vector512<float> a, Vector512<float> b) =>
        Vector512.ConditionalSelect(mask, a, b);

    /// <inheritdoc cref="Select(Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> Select(Vector512<float> mask, float a, Vector512<float> b) =>
        Vector512.ConditionalSelect(mask, Vector512.Create(a), b);

    /// <inheritdoc cref="Select(Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> Select(Vector512<float> mask, Vector512<float> a, float b) =>
        Vector512.ConditionalSelect(mask, a, Vector512.Create(b));

    /// <inheritdoc cref="Select(Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> Select(Vector512<float> mask, float a, float b) =>
        Vector512.ConditionalSelect(mask, Vector512.Create(a), Vector512.Create(b));

    /// <summary>The smaller value, lane by lane.</summary>
    /// <param name="a">Values.</param>
    /// <param name="b">Other values.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> Min(Vector512<float> a, Vector512<float> b) => Vector512.Min(a, b);

    /// <inheritdoc cref="Min(Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> Min(Vector512<float> a, float b) => Vector512.Min(a, Vector512.Create(b));

    /// <summary>The larger value, lane by lane.</summary>
    /// <param name="a">Values.</param>
    /// <param name="b">Other values.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> Max(Vector512<float> a, Vector512<float> b) => Vector512.Max(a, b);

    /// <inheritdoc cref="Max(Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> Max(Vector512<float> a, float b) => Vector512.Max(a, Vector512.Create(b));

    /// <summary>The absolute value, lane by lane.</summary>
    /// <param name="value">Values.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> Abs(Vector512<float> value) => Vector512.Abs(value);

    /// <summary>The exponential function, lane by lane.</summary>
    /// <param name="value">Values.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> Exp(Vector512<float> value) => Vector512.Exp(value);

    /// <summary>Float64 sums of lane i and lane i + 8.</summary>
    /// <param name="value">Values.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<double> Wide(Vector512<float> value)
    {
        var (low, high) = Vector512.Widen(value);
        return low + high;
    }

    /// <summary>The sum over the lanes.</summary>
    /// <param name="value">Values.</param>
    protected static double Total(Vector512<double> value) => Vector512.Sum(value);

    /// <summary>Reads a vector, or what is left of one, with zeros in the lanes beyond.</summary>
    /// <param name="origin">A buffer's first element.</param>
    /// <param name="offset">Where in the buffer.</param>
    /// <param name="lanes">How many elements there are; more than <see cref="Width"/> counts as that.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected internal static unsafe Vector512<float> Load(ref float origin, nint offset, nint lanes)
    {
        if (lanes >= Width)
        {
            return Vector512.LoadUnsafe(ref origin, (nuint)offset);
        }

        // A call on this path, however rarely taken, would keep the kernel's values out of registers on the other one.
        if (Avx512F.IsSupported)
        {
            fixed (float* first = &origin)
            {
                return Avx512F.MaskLoad(first + offset, First((int)lanes), Vector512<float>.Zero);
            }
        }

        return LoadPart(ref Unsafe.Add(ref origin, offset), (int)lanes);
    }

    /// <summary>Writes a vector, or its first lanes.</summary>
    /// <param name="value">What is written.</param>
    /// <param name="origin">A buffer's first element.</param>
    /// <param name="offset">Where in the buffer.</param>
    /// <param name="lanes">How many elements are written; more than <see cref="Width"/> counts as that.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected internal static unsafe void Store(Vector512<float> value, ref float origin, nint offset, nint lanes)
    {
        if (lanes >= Width)
        {
            value.StoreUnsafe(ref origin, (nuint)offset);
        }
        else if (Avx512F.IsSupported)
        {
            fixed (float* first = &origin)
            {
                Avx512F.MaskStore(first + offset, First((int)lanes), value);
            }
        }
        else
        {
            StorePart(value, ref Unsafe.Add(ref origin, offset), (int)lanes);
        }
    }

    /// <summary>Adds a vector, or its first lanes, to what is there.</summary>
    /// <param name="value">What is added.</param>
    /// <param name="origin">A buffer's first element.</param>
    /// <param name="offset">Where in the buffer.</param>
    /// <param name="lanes">How many elements are changed; more than <see cref="Width"/> counts as that.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void Add(Vector512<float> value, ref float origin, nint offset, nint lanes) =>
        Store(Load(ref origin, offset, lanes) + value, ref origin, offset, lanes);

    /// <summary>Whether an optional buffer is absent.</summary>
    /// <param name="origin">The buffer's first element.</param>
    protected static bool IsNull(ref float origin) => Unsafe.IsNullRef(ref origin);

    /// <summary>A later element of a buffer; absent where the buffer is.</summary>
    /// <param name="origin">The buffer's first element.</param>
    /// <param name="offset">Where in the buffer.</param>
    protected static ref float At(ref float origin, nint offset) =>
        ref Unsafe.IsNullRef(ref origin) ? ref origin : ref Unsafe.Add(ref origin, offset);

    /// <summary>A buffer of this thread, valid until the next call; its content is what was left there.</summary>
    /// <param name="count">How many elements.</param>
    protected static ref float Scratch(int count)
    {
        if (scratch is null || scratch.Length < count)
        {
            scratch = new float[count];
        }

        return ref MemoryMarshal.GetArrayDataReference(scratch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> First(int lanes) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(lanes)).AsSingle();

    // The last lanes of a range take these slow ways: they are reached once a step at most, and never touch what lies beyond.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> LoadPart(ref float source, int lanes)
    {
        Span<float> part = stackalloc float[Width];
        part.Clear();
        MemoryMarshal.CreateReadOnlySpan(ref source, lanes).CopyTo(part);
        return Vector512.Create<float>(part);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StorePart(Vector512<float> value, ref float target, int lanes)
    {
        Span<float> part = stackalloc float[Width];
        value.CopyTo(part);
        part[..lanes].CopyTo(MemoryMarshal.CreateSpan(ref target, lanes));
    }
}
