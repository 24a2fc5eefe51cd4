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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Round(Vector256<float> value)
    {
        var bits = value.AsUInt32();
        var rounded = bits + Vector256.Create(0x7FFFu) + (bits >> 16 & Vector256.Create(1u)) >> 16;
        return Vector256.ConditionalSelect(Vector256.Equals(value, value).AsUInt32(), rounded, Vector256.Create((uint)NotANumber));
    }
}
