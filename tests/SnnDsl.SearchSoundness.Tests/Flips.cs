using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Search;

/// <summary>All recordings within a number of flips.</summary>
internal static class Flips
{
    /// <summary>All of them, shaped as the input.</summary>
    public static IEnumerable<Tensor> All(Tensor input, SpikeFlips flips) =>
        Flipped(Values.Of(input), flips, 0, 0).Select(values => tensor(values).view(input.shape).to(input.dtype));

    private static IEnumerable<double[]> Flipped(double[] recording, SpikeFlips flips, int from, int used)
    {
        yield return recording;
        for (int i = from; i < recording.Length && used < flips.Count; i++)
        {
            if (flips.Mode == FlipMode.Both || (flips.Mode == FlipMode.Insert) == (recording[i] == 0))
            {
                double[] flipped = [.. recording];
                flipped[i] = 1 - flipped[i];
                foreach (double[] more in Flipped(flipped, flips, i + 1, used + 1))
                {
                    yield return more;
                }
            }
        }
    }
}
