using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>Float32 points of sets of perturbed inputs.</summary>
internal static class FloatPoints
{
    /// <summary>A point: the unperturbed input, a corner, or one in between.</summary>
    /// <param name="subject">The network.</param>
    /// <param name="perturbation">What may change.</param>
    /// <param name="inputs">The unperturbed inputs, float32.</param>
    /// <param name="index">Which point.</param>
    public static Tensor Draw(Subject subject, Perturbation perturbation, Tensor inputs, int index)
    {
        if (index == 0)
        {
            return inputs;
        }

        var random = subject.Uniform(inputs.shape).to(float32);
        switch (perturbation)
        {
            case LInfinity box:
                var (lower, upper) = box.Box(inputs);
                var share = index % 2 == 0 ? random : random.round();
                return maximum(minimum(where(share == 1, upper, lower + share * (upper - lower)), upper), lower);
            case SpikeFlips flips:
                var allowed = flips.Mode switch
                {
                    FlipMode.Insert => inputs == 0,
                    FlipMode.Delete => inputs == 1,
                    _ => ones_like(inputs, @bool),
                };
                var scores = (random * allowed).transpose(0, 1).flatten(1);
                var flipped = inputs.transpose(0, 1).flatten(1).clone();
                if (flips.Count > 0)
                {
                    var (best, places) = scores.topk(flips.Count, 1);
                    var values = flipped.gather(1, places);
                    flipped.scatter_(1, places, where(best > 0, 1 - values, values));
                }

                return flipped.view(inputs.transpose(0, 1).shape).transpose(0, 1).contiguous();
            case SpikeRetiming:
                // A reference set's recording at which a random form is least.
                return stack(subject.ReferenceSets(perturbation, inputs).Select((set, b) => stack(set.Worst(Values.Sample(random.to(float64) - 0.5, b))
                    .Select(step => tensor(step, float32))).view(inputs.select(1, b).shape)), 1);
            default:
                throw new ArgumentException($"No points are known of {perturbation}.");
        }
    }

    /// <summary>A float32 tensor's values.</summary>
    /// <param name="tensor">The tensor.</param>
    public static float[] Of(Tensor tensor) => tensor.detach().cpu().contiguous().flatten().data<float>().ToArray();
}
