using SnnDsl.Evaluation.Records;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Inputs;

/// <summary>The sets that records can name.</summary>
internal static class InputSets
{
    /// <summary>The set of one sample.</summary>
    /// <typeparam name="T">The numbers.</typeparam>
    /// <param name="network">The network, which says how inputs are encoded.</param>
    /// <param name="perturbation">What the adversary may do.</param>
    /// <param name="sample">The sample's values: [1] the pixels, or by step the entries of a recording.</param>
    /// <param name="seed">The seed of Poisson encoding.</param>
    /// <param name="index">The sample's index in its data set.</param>
    /// <param name="stated">The box that is named by its hash alone.</param>
    /// <exception cref="FormatException">The perturbation does not fit the encoding, or the verifier does not know it.</exception>
    public static IInputSet<T> Of<T>(
        Network<T> network, RecordedPerturbation perturbation, float[][] sample, long seed, long index, StatedBox? stated = null)
        where T : struct, IReal<T>
    {
        Check(perturbation);
        StatedBox.Check(stated, perturbation);
        switch (network.Encoding, perturbation)
        {
            case (Encoding.Direct or Encoding.Poisson, { Norm: "linf", Epsilon: { } epsilon, Clamp: { } clamp, Box: { } box }):
                return OfBox(network, PixelBox<T>.Around(sample[0], epsilon, clamp, box), seed, index);
            case (Encoding.Direct or Encoding.Poisson, { Norm: "box", Clamp: { } clamp, Box: { } box }):
                return OfBox(network, PixelBox<T>.Stated(sample[0], stated!, index, clamp, box), seed, index);
            case (Encoding.Spikes, { Norm: "l0", Flips: { } flips, FlipMode: "both" or "insert" or "delete" }):
                return new FlippedSpikes<T>(
                    sample[..network.Steps], flips, mayInsert: perturbation.FlipMode != "delete", mayDelete: perturbation.FlipMode != "insert");
            case (Encoding.Spikes, { Norm: "retiming", Jitter: { } jitter }):
                return new RetimedSpikes<T>(sample[..network.Steps], jitter, perturbation.Moves);
            default:
                throw new FormatException($"The verifier knows no set of {perturbation} under {network.Encoding} encoding.");
        }
    }

    /// <summary>Checks that a perturbation has all that belongs to its kind, and nothing else.</summary>
    /// <param name="perturbation">The perturbation.</param>
    /// <exception cref="FormatException">It has not.</exception>
    public static void Check(RecordedPerturbation perturbation)
    {
        var whole = new RecordedPerturbation { Norm = perturbation.Norm };
        var (epsilon, clamp, box) = (perturbation.Epsilon, perturbation.Clamp, perturbation.Box);
        bool isOne = perturbation.Norm switch
        {
            "linf" => perturbation == whole with { Epsilon = epsilon, Clamp = clamp, Box = box }
                && epsilon >= 0 && epsilon <= float.MaxValue && clamp is not null && RecordedBox.All.Contains(box),
            "box" => perturbation == whole with { BoxSha256 = perturbation.BoxSha256, Clamp = clamp, Box = box }
                && perturbation.BoxSha256 is not null && clamp is not null && RecordedBox.All.Contains(box),
            "l0" => perturbation == whole with { Flips = perturbation.Flips, FlipMode = perturbation.FlipMode }
                && perturbation.Flips >= 0 && perturbation.FlipMode is "both" or "insert" or "delete",
            "retiming" => perturbation == whole with { Jitter = perturbation.Jitter, Moves = perturbation.Moves }
                && perturbation.Jitter >= 0 && perturbation.Moves is null or >= 0,
            _ => false,
        };
        if (!isOne)
        {
            throw new FormatException($"The verifier knows no set of {perturbation}.");
        }
    }

    private static IInputSet<T> OfBox<T>(Network<T> network, Box<T> box, long seed, long index)
        where T : struct, IReal<T> => network.Encoding == Encoding.Direct
            ? new PixelBox<T>(box)
            : new NestedSpikes<T>(box, Noise.Draw(seed, index, network.Steps, network.Inputs));
}
