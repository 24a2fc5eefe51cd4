using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SnnDsl.Hardware;

/// <summary>The upper halves of float32 numbers.</summary>
internal static unsafe class BFloat16s
{
    private const ushort NotANumber = 0x7FC0;

    /// <summary>Sixteen numbers as float32, exactly.</summary>
    /// <param name="from">Where they lie.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ushort* from)
    {
        var halves = Vector256.Load(from);
        if (Avx512F.IsSupported)
        {
            return Avx512F.ShiftLeftLogical(Avx512F.ConvertToVector512UInt32(halves), 16).AsSingle();
        }

        var (lower, upper) = Vector256.Widen(halves);
        return Vector512.Create(lower << 16, upper << 16).AsSingle();
    }

    /// <summary>One number as float32, exactly.</summary>
    /// <param name="half">The number.</param>
    public static float Wide(ushort half) => BitConverter.UInt32BitsToSingle((uint)half << 16);

    /// <summary>Rounds to the nearest, ties to even; what is not a number stays none.</summary>
    /// <param name="from">float32.</param>
    /// <param name="to">Written.</param>
    /// <param name="count">How many.</param>
    public static void Round(float* from, ushort* to, long count)
    {
        long i = 0;
        for (; Avx512F.IsSupported && i + 16 <= count; i += 16)
        {
            var value = Avx512F.LoadVector512(from + i);
            var bits = value.AsUInt32();
            var rounded = bits + Vector512.Create(0x7FFFu) + (bits >> 16 & Vector512<uint>.One) >> 16;
            var number = Vector512.Equals(value, value).AsUInt32();
            Avx512F.ConvertToVector256UInt16(Vector512.ConditionalSelect(number, rounded, Vector512.Create((uint)NotANumber))).Store(to + i);
        }

        for (; i + 16 <= count; i += 16)
        {
            var (lower, upper) = (Round(Vector256.Load(from + i)), Round(Vector256.Load(from + i + 8)));
            Vector256.Narrow(lower, upper).Store(to + i);
        }

        for (; i < count; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(from[i]);
            to[i] = float.IsNaN(from[i]) ? NotANumber : (ushort)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
        }
    }

    /// <summary>Whether rows of this length can be added faster than rows of float32.</summary>
    /// <param name="length">The length.</param>
    public static bool AddsRows(int length) => Avx512F.IsSupported && length % 128 == 0;

    /// <summary>target += the rows at the offsets, summed in float32.</summary>
    /// <param name="rows">Rows of numbers.</param>
    /// <param name="offsets">Where they begin.</param>
    /// <param name="count">How many.</param>
    /// <param name="target">Added to.</param>
    /// <param name="length">The length of a row, for which <see cref="AddsRows"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows(ushort* rows, int* offsets, int count, float* target, int length)
    {
        // Numbers with even and with odd indices are summed apart: a shift or a mask makes float32 of them.
        var odds = Vector512.Create(0xFFFF0000u);
        for (int c = 0; c < length; c += 128)
        {
            Vector512<float> a = default, b = default, d = default, e = default, f = default, g = default, h = default, k = default;
            for (int i = 0; i < count; i++)
            {
                uint* row = (uint*)(rows + c + offsets[i]);
                var (p, q) = (Avx512F.LoadVector512(row), Avx512F.LoadVector512(row + 16));
                var (r, s) = (Avx512F.LoadVector512(row + 32), Avx512F.LoadVector512(row + 48));
                a = Avx512F.Add(a, Avx512F.ShiftLeftLogical(p, 16).AsSingle());
                b = Avx512F.Add(b, Avx512F.And(p, odds).AsSingle());
                d = Avx512F.Add(d, Avx512F.ShiftLeftLogical(q, 16).AsSingle());
                e = Avx512F.Add(e, Avx512F.And(q, odds).AsSingle());
                f = Avx512F.Add(f, Avx512F.ShiftLeftLogical(r, 16).AsSingle());
                g = Avx512F.Add(g, Avx512F.And(r, odds).AsSingle());
                h = Avx512F.Add(h, Avx512F.ShiftLeftLogical(s, 16).AsSingle());
                k = Avx512F.Add(k, Avx512F.And(s, odds).AsSingle());
            }

            AddAlternately(target + c, a, b);
            AddAlternately(target + c + 32, d, e);
            AddAlternately(target + c + 64, f, g);
            AddAlternately(target + c + 96, h, k);
        }
    }

    // The sums of even and of odd indices in turn.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddAlternately(float* target, Vector512<float> even, Vector512<float> odd)
    {
        var first = Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        var last = Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        Avx512F.Store(target, Avx512F.Add(Avx512F.LoadVector512(target), Avx512F.PermuteVar16x32x2(even, first, odd)));
        Avx512F.Store(target + 16, Avx512F.Add(Avx512F.LoadVector512(target + 16), Avx512F.PermuteVar16x32x2(even, last, odd)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Round(Vector256<float> value)
    {
        var bits = value.AsUInt32();
        var rounded = bits + Vector256.Create(0x7FFFu) + (bits >> 16 & Vector256.Create(1u)) >> 16;
        return Vector256.ConditionalSelect(Vector256.Equals(value, value).AsUInt32(), rounded, Vector256.Create((uint)NotANumber));
    }
}
