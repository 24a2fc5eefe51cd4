using System.Runtime.InteropServices;
using SnnDsl.Kernels;

namespace SnnDsl.Generator.Tests.Kernels;

/// <summary>Layers that no cache holds are worked on in tiles: the same bits as in one walk.</summary>
public class TilesTests
{
    private const int Steps = 10;

    // Just large enough to be tiled; no multiple of a tile or of a cache line.
    private const int Neurons = 419_441;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tiles_give_the_bits_of_one_walk(bool constant)
    {
        var kernel = EmittedKernels.Of(EmittedKernels.Models[0]);
        var random = new Random(5);
        float[] current = Buffer(constant ? 1 : Steps, () => 2 * random.NextSingle() - 0.9f);
        float[] given = Buffer(Steps, () => random.NextSingle() - 0.5f);
        nint stride = constant ? 0 : Neurons;
        var (spikes, membranes, gradients) = (Buffer(Steps), Buffer(Steps), Buffer(constant ? 1 : Steps));
        var (tiledSpikes, tiledGradients) = (Buffer(Steps), Buffer(constant ? 1 : Steps));

        kernel.Forward(ref current[0], stride, ref spikes[0], ref membranes[0], Neurons, Steps, 0, Neurons);
        kernel.Backward(ref membranes[0], ref given[0], ref gradients[0], stride, Neurons, Steps, 0, Neurons);
        const int middle = 200_032;
        foreach (var (from, to) in new[] { (0, middle), (middle, Neurons) })
        {
            Tiles.Forward(kernel, At(current), stride, At(tiledSpikes), Neurons, Steps, from, to);
            Tiles.Backward(kernel, At(current), At(given), At(tiledGradients), stride, Neurons, Steps, from, to);
        }

        Assert.True(spikes.AsSpan().SequenceEqual(tiledSpikes));
        Assert.True(gradients.AsSpan().SequenceEqual(tiledGradients));
        Assert.Contains(1f, spikes);
    }

    private static float[] Buffer(int rows, Func<float>? value = null)
    {
        float[] buffer = GC.AllocateArray<float>(rows * Neurons, pinned: true);
        for (int i = 0; i < buffer.Length; i++)
        {
            buffer[i] = value?.Invoke() ?? float.NaN;
        }

        return buffer;
    }

    private static nint At(float[] buffer) => Marshal.UnsafeAddrOfPinnedArrayElement(buffer, 0);
}
