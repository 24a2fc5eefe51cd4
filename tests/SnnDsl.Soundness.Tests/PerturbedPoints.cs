using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>
/// Points of the sets of perturbed inputs, and what the network does there: drawn evenly, on corners, and chosen by gradients of random
/// membranes and margins.
/// </summary>
internal sealed class PerturbedPoints
{
    private readonly Subject subject;
    private readonly Perturbation perturbation;
    private readonly Tensor inputs;
    private readonly Tensor? noise;

    /// <param name="subject">The network.</param>
    /// <param name="perturbation">What may change.</param>
    /// <param name="inputs">The unperturbed inputs, float64.</param>
    /// <param name="drawn">How many points are drawn.</param>
    /// <param name="attacked">How many are chosen by gradients.</param>
    public PerturbedPoints(Subject subject, Perturbation perturbation, Tensor inputs, int drawn, int attacked)
    {
        (this.subject, this.perturbation, this.inputs) = (subject, perturbation, inputs);
        noise = subject.Blueprint.Encoding == Encoding.Poisson ? subject.Module.Noise(inputs, null) : null;
        List<Tensor> points = [inputs, .. Enumerable.Range(0, drawn).Select(Draw)];
        for (int i = 0; i < attacked; i++)
        {
            points.Add(Attack(points[^1]));
        }

        Count = points.Count;
        Inputs = points;
        Encoded = stack(points.Select(Encode), TimeDimensions);
        long samples = subject.Blueprint.Encoding == Encoding.Spikes ? inputs.shape[1] : inputs.shape[0];
        Samples = (int)samples;
        var trace = subject.Eager.Run(Encoded.flatten(TimeDimensions, TimeDimensions + 1), subject.Steps);
        Logits = trace.Logits.view(Count, samples, -1);
        Membranes = [.. trace.Membranes.Select(u => u.view([u.shape[0], Count, samples, .. u.shape[2..]]))];
        Spikes = [.. trace.Spikes.Select(s => s.view([s.shape[0], Count, samples, .. s.shape[2..]]))];
    }

    /// <summary>P, the number of points of every sample.</summary>
    public int Count { get; }

    /// <summary>The points as the network takes them.</summary>
    public IReadOnlyList<Tensor> Inputs { get; }

    /// <summary>B.</summary>
    public int Samples { get; }

    /// <summary>What enters the first layer, [P, B, ...] under direct encoding, else [T, P, B, ...].</summary>
    public Tensor Encoded { get; }

    /// <summary>[P, B, classes].</summary>
    public Tensor Logits { get; }

    /// <summary>By layer, [T, P, B, ...].</summary>
    public IReadOnlyList<Tensor> Membranes { get; }

    /// <summary>By layer, [T, P, B, ...].</summary>
    public IReadOnlyList<Tensor> Spikes { get; }

    private int TimeDimensions => subject.Blueprint.Encoding == Encoding.Direct ? 0 : 1;

    private Tensor Draw(int index)
    {
        var random = subject.Uniform(inputs.shape);
        switch (perturbation)
        {
            case LInfinity box:
                // Evenly, on corners, and some of both.
                var share = (index % 3) switch { 0 => random, 1 => random.round(), _ => (random * 3 - 1).clamp(0, 1) };
                var point = inputs + (share * 2 - 1) * box.Epsilon;
                return box.Clamp ? point.clamp(0, 1) : point;
            case FreeFraction free:
                var isFree = subject.Free(free, inputs);
                return where(isFree, random.round(), inputs);
            case SpikeFlips flips:
                return Flip(flips, random, subject.Next(flips.Count + 1));
            case SpikeRetiming:
                return Least(random - 0.5);
            default:
                throw new ArgumentException($"No points are known of {perturbation}.");
        }
    }

    // The corner, or the flips, that a gradient at some point says lower a random mix of margins and membranes most.
    private Tensor Attack(Tensor from)
    {
        using var leaf = from.detach().clone().requires_grad_(true);
        var encoded = Encode(leaf);
        var trace = subject.Eager.Run(encoded, subject.Steps);
        var u = trace.Membranes[subject.Next(trace.Membranes.Count)];
        var goal = ((subject.Uniform(trace.Logits.shape) - 0.5) * trace.Logits).sum()
            + (u[subject.Next(subject.Steps)] * (subject.Uniform(u.shape[1..]) < 0.1).to(float64) * (subject.Next(2) * 2 - 1)).sum();
        goal.backward();
        var gradient = leaf.grad!;
        return perturbation switch
        {
            LInfinity box => box.Clamp
                ? (inputs - gradient.sign() * box.Epsilon).clamp(0, 1)
                : inputs - gradient.sign() * box.Epsilon,
            FreeFraction free => where(subject.Free(free, inputs), (gradient < 0).to(float64), inputs),
            SpikeFlips flips => Flip(flips, gradient * (inputs * 2 - 1), flips.Count),
            SpikeRetiming => Least(gradient),
            _ => from,
        };
    }

    // The recordings of the sets at which linear forms [T, B, ...] are least, by the reference.
    private Tensor Least(Tensor coefficients)
    {
        var sets = subject.ReferenceSets(perturbation, inputs);
        return stack(sets.Select((set, b) =>
            stack(set.Worst(Values.Sample(coefficients, b)).Select(step => tensor(step, float64))).view(inputs.select(1, b).shape)), 1);
    }

    // Flips the entries with the highest scores of those that may be flipped, sample by sample.
    private Tensor Flip(SpikeFlips flips, Tensor scores, int count)
    {
        var flipped = inputs.clone();
        for (int b = 0; b < inputs.shape[1]; b++)
        {
            double[] values = Values.Of(inputs.select(1, b)), score = Values.Of(scores.select(1, b));
            var allowed = Enumerable.Range(0, values.Length).Where(i =>
                flips.Mode == FlipMode.Both || (flips.Mode == FlipMode.Insert) == (values[i] == 0));
            foreach (int i in allowed.OrderByDescending(i => score[i]).Take(count).ToList())
            {
                values[i] = 1 - values[i];
            }

            flipped.select(1, b).copy_(tensor(values, float64).view(inputs.select(1, b).shape));
        }

        return flipped;
    }

    private Tensor Encode(Tensor pixels)
    {
        if (noise is null)
        {
            return pixels;
        }

        var spikes = (pixels.detach() > noise).to(float64);
        return pixels.requires_grad ? spikes + (pixels - pixels.detach()) : spikes;
    }
}
