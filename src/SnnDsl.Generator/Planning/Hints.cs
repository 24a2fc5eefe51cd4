using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.Generator.Planning;

/// <summary>
/// What is no mistake but most likely not meant: neurons that nothing can make fire, neurons that initial weights leave silent, a bias that a
/// normalisation takes away. Found by arithmetic on the declaration alone, and only where the arithmetic is a proof.
/// </summary>
internal static class Hints
{
    /// <summary>Looks at a network without errors.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="outputs">What each layer gives.</param>
    /// <param name="problems">Takes what is found.</param>
    public static void Check(NetworkSpec spec, IReadOnlyList<Shape> outputs, ProblemReporter problems)
    {
        Shape InputOf(int layer) => spec.Sources[layer][0] is >= 0 and var source ? outputs[source] : spec.Input;

        var readsInput = SourceRules.ReadInput([.. spec.Layers.Select(layer => layer.Kind)], spec.Sources);
        var staysBelow = StaysBelowOne(spec);
        for (int i = 0; i < spec.Layers.Count; i++)
        {
            var (layer, source) = (spec.Layers[i], spec.Sources[i][0]);
            if (layer.Kind.Role == LayerRole.Normalising && spec.Layers[source] is IBiased { Bias: true })
            {
                problems.At(new Place(DeclarationPart.Layer, source)).ReportAt(
                    "Bias", ProblemIds.BiasBeforeNormalisation, spec.Layers[source].Kind.Title, layer.Kind.Title);
            }

            // Neurons by equations, recurrent ones, and those of a learned threshold have no such constants.
            if (layer.Kind.Role != LayerRole.Spiking || layer.Lower(InputOf(i)).Last().Neuron is not { } neuron)
            {
                continue;
            }

            var place = problems.At(new Place(DeclarationPart.Layer, i));
            double kept = Kept(neuron.Decay, spec.TimeSteps);
            if (readsInput[i])
            {
                CheckEncoder(place, neuron, kept, spec.TimeSteps);
            }
            else if (spec.Layers[source] is IBiased map and not ConvTranspose2dLayer && spec.Sources[source][0] is var before && (before < 0 || staysBelow[before]))
            {
                CheckFirst(place, neuron, kept * Deviation(spec.Layers[source], map, InputOf(source), outputs[source]), outputs[i].Elements, spec.TimeSteps);
            }
        }
    }

    // Pixels and spikes are at most 1. What float32 may add in its sums does not reach a threshold a millionth above.
    private static void CheckEncoder(ProblemReporter place, NeuronModel neuron, double kept, int steps)
    {
        if (kept * (neuron.Decay == 0 ? 1 : 1 + 1e-6) <= neuron.Threshold)
        {
            place.ReportAt("Threshold", ProblemIds.ThresholdOutOfReach, Numbers.Plain(neuron.Threshold), Numbers.Plain((float)kept), Numbers.Plain(steps));
        }
    }

    // Of an input that does not depend on the weights. A membrane before the first spike is a sum of weights and a bias, each uniform in [-1/sqrt(n), 1/sqrt(n)]. A uniform
    // variable is strictly sub-Gaussian, and so are sums of independent ones: a membrane of deviation s is above z with probability exp(-z^2 / (2 s^2)) at most, and at some step
    // with as many times that as there are steps. Of less than half a neuron there is none.
    private static void CheckFirst(ProblemReporter place, NeuronModel neuron, double deviation, long count, int steps)
    {
        bool IsReached(double least) => least <= 0 || (double)count * steps * Math.Exp(-least * least / (2 * deviation * deviation)) >= 0.5;

        if (IsReached(neuron.Threshold))
        {
            return;
        }

        // Of the other surrogates something is left at any distance.
        double reach = neuron.Surrogate switch
        {
            SurrogateKind.Rectangular => neuron.SurrogateWidth / 2,
            SurrogateKind.Triangular => neuron.SurrogateWidth,
            _ => double.PositiveInfinity,
        };
        place.ReportAt(
            "Threshold", IsReached(neuron.Threshold - reach) ? ProblemIds.SilentAtFirst : ProblemIds.NoGradientAtFirst,
            Numbers.Plain(neuron.Threshold), Numbers.Plain((float)Math.Round(deviation, 2)), Numbers.Grouped(count), Numbers.Plain((float)reach));
    }

    // Which layers give at most 1, as input and spikes are.
    private static List<bool> StaysBelowOne(NetworkSpec spec)
    {
        List<bool> found = [];
        for (int i = 0; i < spec.Layers.Count; i++)
        {
            int source = spec.Sources[i][0];
            found.Add(spec.Layers[i] switch
            {
                { Kind.Role: LayerRole.Spiking or LayerRole.SpikePool } => true,
                { Kind.Role: LayerRole.Reshape or LayerRole.Delaying } or AvgPool2dLayer or GlobalAvgPool2dLayer or AdaptiveAvgPool2dLayer => source < 0 || found[source],
                _ => false,
            });
        }

        return found;
    }

    // Of a current where every input is 1: n weights and a bias, of variance 1 / (3 n) each. Less input gives less.
    private static double Deviation(Layer layer, IBiased map, Shape input, Shape output)
    {
        double summands = layer.CountParameters(input, output) / (double)output.Sizes[0], inputs = summands - (map.Bias ? 1 : 0);
        return Math.Sqrt(summands / (3 * inputs));
    }

    // 1 + d + d^2 + ...: the membrane of a neuron that gets 1 at every step and does not fire.
    private static double Kept(double decay, int steps)
    {
        double kept = 0, weight = 1;
        for (int t = 0; t < steps && weight > 1e-12; t++, weight *= decay)
        {
            kept += weight;
        }

        return kept;
    }
}
