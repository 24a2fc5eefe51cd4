using SnnDsl.Attacks;
using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Training;

/// <summary>
/// Attacked samples for training: projected gradient ascent on the loss, from a random point of the box, to its last step. The attacks that judge networks stop where a sample
/// breaks; training wants what is worst.
/// </summary>
internal static class Adversary
{
    /// <summary>A point of each sample's box. The network is attacked as it is deployed: by running statistics, and without dropout.</summary>
    /// <param name="network">The network.</param>
    /// <param name="inputs">Pixels, [B, ...].</param>
    /// <param name="box">Where points may lie.</param>
    /// <param name="labels">int64 [B].</param>
    /// <param name="indices">The samples' indices in their data set.</param>
    /// <param name="steps">How many steps, at least 1; each goes 2.5 times as far as the box reaches, divided by them.</param>
    /// <param name="scale">The scale of logits.</param>
    /// <param name="seed">What random points depend on, with the sample's index.</param>
    /// <returns>Shaped as the inputs, without a gradient.</returns>
    public static Tensor Points(
        SpikingModule network, Tensor inputs, Interval box, Tensor labels, ReadOnlyMemory<long>? indices, int steps, double scale, long seed)
    {
        using var scope = NewDisposeScope();
        using var weights = new FrozenWeights(network);
        using var deployed = network.InMode(training: false);
        long[] samples = indices?.ToArray() ?? [.. Enumerable.Range(0, (int)inputs.size(0)).Select(i => (long)i)];
        var noise = new AttackNoise(seed);
        var points = noise.Point(box, samples, start: 0);
        var sizes = SignSteps.Reach(inputs, box).Times(2.5 / steps);
        for (int step = 0; step < steps; step++)
        {
            var variable = points.detach().clone().requires_grad_();
            var loss = Losses.Robust(Margins.FromLogits(network.forward(variable, indices), labels), scale);
            var downhill = autograd.grad([loss], [variable])[0].neg();
            points = SignSteps.Step(points, noise.OrRandom(downhill, samples, start: 0, step), sizes, box);
        }

        return points.MoveToOuterDisposeScope();
    }
}
