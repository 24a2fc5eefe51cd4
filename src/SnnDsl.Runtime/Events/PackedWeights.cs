using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Events;

/// <summary>
/// A weight in the orders that an <see cref="EventMap"/> reads, kept for as long as the weight's values stay what they are: torch counts
/// the changes of every tensor, and sorting is done again when that count has moved.
/// </summary>
internal sealed unsafe class PackedWeights
{
    private static readonly ConditionalWeakTable<Tensor, PackedWeights> All = [];

    private readonly Order byInput = new();
    private readonly Order byOutput = new();
    private readonly Order absoluteByOutput = new();

    /// <summary>The orders of a weight.</summary>
    /// <param name="weight">The weight: a parameter, which stays the same object while its values change.</param>
    public static PackedWeights Of(Tensor weight) => All.GetOrCreateValue(weight);

    /// <summary>Sorted by input.</summary>
    /// <param name="map">The map that the weight belongs to.</param>
    /// <param name="weight">The weight.</param>
    /// <returns>Valid for as long as nobody changes the weight; keep <paramref name="weight"/> alive.</returns>
    public float* ByInput(EventMap map, Tensor weight) => byInput.Get(map, weight, map.PackByInput);

    /// <summary>Sorted by output.</summary>
    /// <inheritdoc cref="ByInput"/>
    public float* ByOutput(EventMap map, Tensor weight) =>
        map.IsByOutput ? (float*)TensorMemory.Address(weight) : byOutput.Get(map, weight, map.PackByOutput);

    /// <summary>Absolute values, sorted by output.</summary>
    /// <inheritdoc cref="ByInput"/>
    public float* AbsoluteByOutput(EventMap map, Tensor weight) => absoluteByOutput.Get(map, weight, (source, packed) =>
    {
        map.PackByOutput(source, packed);
        for (long i = 0; i < map.Weights; i++)
        {
            packed[i] = MathF.Abs(packed[i]);
        }
    });

    private unsafe delegate void Sorting(float* source, float* packed);

    private sealed class Order
    {
        private readonly Lock gate = new();
        private float* values;
        private long? version;
        private nint source;

        ~Order() => NativeMemory.AlignedFree(values);

        public float* Get(EventMap map, Tensor weight, Sorting sort)
        {
            lock (gate)
            {
                nint address = TensorMemory.Address(weight);
                if (values is null)
                {
                    values = (float*)NativeMemory.AlignedAlloc((nuint)map.Weights * sizeof(float), 64);
                }
                else if (version is { } known && source == address && TensorVersions.Of(weight) == known)
                {
                    return values;
                }

                sort((float*)address, values);
                (version, source) = (TensorVersions.Of(weight), address);
                return values;
            }
        }
    }
}
