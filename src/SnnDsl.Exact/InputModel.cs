using Google.OrTools.LinearSolver;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Exact;

/// <summary>A set of perturbed inputs of one sample as variables.</summary>
/// <param name="Values">What enters the first layer: [step][entry], or [0][entry] where it is the same at every step.</param>
/// <param name="Read">The input, flattened as the network takes it, that the solver's solution stands for.</param>
internal sealed record InputModel(LinearSum[][] Values, Func<double[]> Read)
{
    /// <summary>Writes a set into a model.</summary>
    /// <param name="solver">The model.</param>
    /// <param name="network">The network, which says how inputs are encoded.</param>
    /// <param name="perturbation">What may change.</param>
    /// <param name="input">The sample as a batch of one.</param>
    /// <param name="index">Its index, which Poisson noise depends on.</param>
    public static InputModel Create(Solver solver, SpikingModule network, Perturbation perturbation, Tensor input, long index)
    {
        switch (perturbation)
        {
            case BoxPerturbation box when network.Description.Encoding == Encoding.Direct:
                var (lower, upper) = box.Box(input, new[] { index });
                return Pixels(solver, Numbers.Of(lower), Numbers.Of(upper));
            case BoxPerturbation box when network.Description.Encoding == Encoding.Poisson:
                var (least, most) = box.Box(input, new[] { index });
                return Nested(solver, Numbers.Of(least), Numbers.Of(most), Numbers.BySteps(network.Noise(input, new[] { index })));
            case SpikeFlips flips when network.Description.Encoding == Encoding.Spikes:
                return Flipped(solver, Numbers.BySteps(network.Encode(input, null)), flips, Numbers.Of(input));
            case SpikeRetiming retiming when network.Description.Encoding == Encoding.Spikes:
                return Retimed(solver, Numbers.BySteps(network.Encode(input, null)), retiming, Numbers.Of(input));
            default:
                throw new ArgumentException(
                    $"{perturbation.GetType().Name} of {network.Description.Name} has no exact model: take a box for images, SpikeFlips or SpikeRetiming for recordings.",
                    nameof(perturbation));
        }
    }

    private static InputModel Pixels(Solver solver, double[] lower, double[] upper)
    {
        Variable[] pixels = [.. lower.Zip(upper, (low, high) => solver.MakeNumVar(low, high, ""))];
        return new([[.. pixels.Select(LinearSum.Of)]], () => [.. pixels.Select(pixel => pixel.SolutionValue())]);
    }

    // A growing pixel passes the noise values inside its interval one after the other: a chain of binaries, each at most the one before.
    private static InputModel Nested(Solver solver, double[] lower, double[] upper, double[][] noise)
    {
        LinearSum[][] values = [.. noise.Select(step => step.Select((n, i) => LinearSum.Of(lower[i] > n ? 1 : 0)).ToArray())];
        var chains = new (double Noise, Variable Passed)[lower.Length][];
        for (int i = 0; i < lower.Length; i++)
        {
            int pixel = i;
            var inside = Enumerable.Range(0, noise.Length).Where(t => noise[t][pixel] >= lower[pixel] && noise[t][pixel] < upper[pixel])
                .GroupBy(t => noise[t][pixel]).OrderBy(group => group.Key);
            List<(double, Variable)> chain = [];
            foreach (var steps in inside)
            {
                var passed = solver.MakeBoolVar("");
                if (chain.Count > 0)
                {
                    LinearSum.Of(chain[^1].Item2).Add(-1, passed).Require(solver, 0, double.PositiveInfinity);
                }

                chain.Add((steps.Key, passed));
                foreach (int t in steps)
                {
                    values[t][i] = LinearSum.Of(passed);
                }
            }

            chains[i] = [.. chain];
        }

        return new(values, () => [.. chains.Select((chain, i) =>
        {
            // A pixel equal to a noise value does not exceed it: it passes exactly those below.
            int passed = chain.Count(entry => entry.Passed.SolutionValue() > 0.5);
            return passed == 0 ? lower[i] : passed == chain.Length ? upper[i] : chain[passed].Noise;
        })]);
    }

    private static InputModel Flipped(Solver solver, double[][] spikes, SpikeFlips perturbation, double[] recording)
    {
        var flips = spikes.Select(step => step.Select(spike => IsAllowed(perturbation.Mode, spike) ? solver.MakeBoolVar("") : null).ToArray()).ToArray();
        var count = new LinearSum();
        foreach (var flip in flips.SelectMany(step => step).OfType<Variable>())
        {
            count.Add(1, flip);
        }

        count.Require(solver, 0, perturbation.Count);
        LinearSum[][] values =
        [
            .. spikes.Select((step, t) => step.Select((spike, i) =>
                flips[t][i] is { } flip ? LinearSum.Of(spike).Add(1 - 2 * spike, flip) : LinearSum.Of(spike)).ToArray()),
        ];
        return new(values, () =>
        {
            // Frames after the network's last step stay as they are.
            double[] read = [.. recording];
            int at = 0;
            foreach (var flip in flips.SelectMany(step => step))
            {
                read[at] = flip is not null && flip.SolutionValue() > 0.5 ? 1 - read[at] : read[at];
                at++;
            }

            return read;
        });
    }

    // A binary for each entry of a pixel that has spikes. A train is within the jitter if its cumulative count stays between those of
    // the recording as much later and as much earlier.
    private static InputModel Retimed(Solver solver, double[][] spikes, SpikeRetiming perturbation, double[] recording)
    {
        int steps = spikes.Length, width = spikes[0].Length;
        var entries = new Variable?[steps, width];
        var gained = new LinearSum();
        for (int i = 0; i < width; i++)
        {
            double[] counts = [.. spikes.Select((_, t) => spikes.Take(t + 1).Sum(step => step[i]))];
            if (counts[^1] == 0)
            {
                continue;
            }

            for (int t = 0; t < steps; t++)
            {
                entries[t, i] = solver.MakeBoolVar("");
                gained.Add(spikes[t][i] == 0 ? 1 : 0, entries[t, i]!);
                var count = Enumerable.Range(0, t + 1).Aggregate(new LinearSum(), (sum, past) => sum.Add(1, entries[past, i]!));
                int late = t - perturbation.Jitter;
                double early = t == steps - 1 ? counts[^1] : counts[Math.Min(steps - 1, t + perturbation.Jitter)];
                count.Require(solver, t == steps - 1 ? counts[^1] : late < 0 ? 0 : counts[late], early);
            }
        }

        gained.Require(solver, 0, perturbation.Moves ?? double.PositiveInfinity);
        LinearSum[][] values =
        [
            .. Enumerable.Range(0, steps).Select(t => Enumerable.Range(0, width).Select(i =>
                entries[t, i] is { } entry ? LinearSum.Of(entry) : LinearSum.Of(0)).ToArray()),
        ];
        // Frames after the network's last step stay as they are.
        return new(values, () => [.. recording.Select((own, at) =>
            at < steps * width ? (entries[at / width, at % width]?.SolutionValue() > 0.5 ? 1 : 0) : own)]);
    }

    private static bool IsAllowed(FlipMode mode, double spike) => mode switch
    {
        FlipMode.Insert => spike == 0,
        FlipMode.Delete => spike == 1,
        _ => true,
    };
}
