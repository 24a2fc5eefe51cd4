using SnnDsl.Data;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Neurons;

/// <summary>Networks of other neurons with weights, inputs and what may change of them.</summary>
internal static class NeuronCases
{
    public const int Samples = 3;

    /// <summary>A network with random weights, which are float32 numbers, and inputs.</summary>
    public static (SpikingModule Network, Tensor Input) Draw(string name, ScalarType type, int seed)
    {
        random.manual_seed(seed);
        SpikingModule network = name switch
        {
            nameof(Mixed) => new Mixed(seed),
            nameof(AdaptiveEvents) => new AdaptiveEvents(seed),
            nameof(Pooled) => new Pooled(seed),
            nameof(Options) => new Options(seed),
            nameof(Learning) => new Learning(seed),
            nameof(Own) => new Own(seed),
            nameof(Integrating) => new Integrating(seed),
            nameof(LearningThresholds) => new LearningThresholds(seed),
            nameof(EncodedPixels) => new EncodedPixels(seed),
            nameof(LearningEach) => new LearningEach(seed),
            nameof(Recurring) => new Recurring(seed),
            nameof(RecurringEvents) => new RecurringEvents(seed),
            nameof(MoreOptions) => new MoreOptions(seed),
            nameof(Latching) => new Latching(seed),
            nameof(Summing) => new Summing(seed),
            nameof(SummingGraph) => new SummingGraph(seed),
            nameof(OnTheThreshold) => new OnTheThreshold(seed),
            _ => new Turning(seed),
        };
        using (no_grad())
        {
            foreach (var (parameter, weight) in network.named_parameters())
            {
                double scale = parameter.EndsWith(".bias", StringComparison.Ordinal) ? 0.25 : 1.6 / Math.Sqrt(weight.numel() / (double)weight.shape[0]);
                // Thresholds between a third and e.
                scale = parameter.EndsWith(".threshold_log", StringComparison.Ordinal) ? 0.8 : scale;
                weight.copy_((rand(weight.shape) * 2 - 0.7) * scale);
            }
        }

        network.to(type);
        long[] shape = [.. network.Description.InputShape];
        var input = network.Description.Encoding == Encoding.Spikes
            ? (rand([network.Steps, Samples, .. shape]) < 0.35).to(type)
            : rand([Samples, .. shape]).to(type);
        return (network, input);
    }

    /// <summary>What may change.</summary>
    public static IEnumerable<Perturbation> Sets(SpikingModule network) => network.Description.Encoding == Encoding.Spikes
        ? [new SpikeFlips(1), new SpikeFlips(3, FlipMode.Insert), new SpikeFlips(2, FlipMode.Delete), new SpikeRetiming(1), new SpikeRetiming(2, 2)]
        : [new LInfinity(0.03), new LInfinity(0.15)];

    /// <summary>A random member of the set, as the first layer sees it.</summary>
    public static Tensor Point(SpikingModule network, Perturbation perturbation, Tensor input)
    {
        if (perturbation is LInfinity box)
        {
            var way = rand_like(input) * 2 - 1;
            // Half of them at corners.
            way = rand([1]).ToDouble() < 0.5 ? way.sign() : way;
            return network.Encode((input + way * box.Epsilon).clamp(0, 1), null);
        }

        return perturbation is SpikeRetiming retiming ? Retimed(retiming, input) : Flipped((SpikeFlips)perturbation, input);
    }

    // Spikes go to empty bins: of each pixel one, or of so many pixels.
    private static Tensor Retimed(SpikeRetiming retiming, Tensor input)
    {
        var point = input.clone();
        var flat = point.flatten(2);
        int steps = (int)input.size(0);
        for (int sample = 0; sample < Samples; sample++)
        {
            int moved = 0;
            for (long entry = 0; entry < flat.size(2) && moved < (retiming.Moves ?? int.MaxValue); entry++)
            {
                int from = (int)randint(0, steps, [1]).ToInt64(), to = from + (int)randint(-retiming.Jitter, retiming.Jitter + 1, [1]).ToInt64();
                if (to >= 0 && to < steps && flat[from, sample, entry].ToDouble() == 1 && flat[to, sample, entry].ToDouble() == 0)
                {
                    flat[from, sample, entry] = zeros_like(flat[from, sample, entry]);
                    flat[to, sample, entry] = ones_like(flat[to, sample, entry]);
                    moved++;
                }
            }
        }

        return flat.view_as(point);
    }

    private static Tensor Flipped(SpikeFlips flips, Tensor input)
    {
        var point = input.clone();
        for (int sample = 0; sample < Samples; sample++)
        {
            var flat = point.select(1, sample).flatten();
            for (int k = 0; k < flips.Count; k++)
            {
                // What is there already needs no change; flipping an entry twice is flipping it never: still a member.
                long at = randint(0, flat.shape[0], [1]).ToInt64();
                flat[at] = flips.Mode switch
                {
                    FlipMode.Insert => ones_like(flat[at]),
                    FlipMode.Delete => zeros_like(flat[at]),
                    _ => 1 - flat[at],
                };
            }

            point.select(1, sample).copy_(flat.view_as(point.select(1, sample)));
        }

        return point;
    }

    /// <summary>Three classes around three points.</summary>
    public static Dataset Clusters()
    {
        var labels = arange(30) % 3;
        var centres = tensor(new float[] { 0.9f, 0.9f, 0.1f, 0.1f, 0.5f, 0.2f, 0.1f, 0.1f, 0.9f, 0.9f, 0.2f, 0.5f, 0.9f, 0.1f, 0.1f, 0.9f, 0.9f, 0.9f }, [3, 6]);
        return Dataset.FromTensors((centres.index_select(0, labels) + 0.05 * (rand([30, 6]) - 0.5)).clamp(0, 1), labels);
    }

    /// <summary>Three classes of moving bars, with a few spikes of noise.</summary>
    public static Dataset Bars()
    {
        var spikes = (rand([30, 4, 1, 4, 4]) < 0.03).to(ScalarType.Float32);
        for (int i = 0; i < 30; i++)
        {
            for (int t = 0; t < 4; t++)
            {
                (i % 3 == 0 ? spikes[i, t, 0, t] : i % 3 == 1 ? spikes[i, t, 0].select(1, t) : spikes[i, t, 0].narrow(0, 0, 2)).fill_(1);
            }
        }

        return Dataset.FromSpikes(spikes, arange(30) % 3);
    }
}
