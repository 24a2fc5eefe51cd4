using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Inputs;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Bounds;

/// <summary>Bounds of all membranes over a set of inputs, from the first layer to the last and from the first step to the last.</summary>
/// <typeparam name="T">The numbers.</typeparam>
/// <param name="network">The network.</param>
/// <param name="input">The set of inputs.</param>
/// <param name="refine">
/// The lines by which open membranes are bounded as well, constant currents by their trains; null for intervals alone.
/// </param>
/// <param name="slack">How far bounds by relaxation are moved outward, relative to 1 and their size, as the run that is checked did.</param>
/// <param name="float32">
/// Whether the bounds are of what float32 arithmetic computes, with sums in any order, rather than of the exact values.
/// </param>
internal sealed class IntervalPass<T>(Network<T> network, IInputSet<T> input, ISlopes? refine = null, double slack = 0, bool float32 = false)
    where T : struct, IReal<T>
{
    private readonly List<StageBounds<T>> stages = [];

    /// <summary>Runs.</summary>
    public NetworkBounds<T> Run()
    {
        for (int layer = 0; layer < network.Stages.Count; layer++)
        {
            Bound(layer);
        }

        return Known;
    }

    private NetworkBounds<T> Known => new(stages, stages.Count < network.Stages.Count
        ? []
        : [.. Enumerable.Range(0, network.Steps).Select(t => network.Tail.BoundAll(stages[^1].Spikes(t), float32))], float32);

    private void Bound(int layer)
    {
        var stage = new StageBounds<T>(network.Stages[layer], network.Steps, float32);
        bool constant = layer == 0 && network.HasConstantInput;
        for (int t = 0; t < network.Steps; t++)
        {
            stage.Maps[t] = constant && t > 0
                ? stage.Maps[0]
                : layer == 0 ? input.Currents(stage.Stage.Maps, t, float32) : stage.Stage.Maps.BoundAll(stages[^1].Spikes(t), float32);
        }

        bool periodic = refine is not null && !float32 && constant && stage.Stage.Neurons.HavePeriods;
        var trains = periodic ? stage.Trains : null;
        // The walks below see this layer's earlier steps.
        var known = new NetworkBounds<T>([.. stages, stage], [], float32);
        for (int t = 0; t < network.Steps; t++)
        {
            for (int neuron = 0; neuron < stage.Stage.Width; neuron++)
            {
                var membrane = stage.Step(t, neuron);
                stage.Set(t, neuron, trains is null ? membrane : membrane.Meet(trains.Membrane(stage.Currents(0)[neuron], t)));
            }

            // The first layer's first membrane is one affine map of the input: its interval is the best there is.
            if (refine is not null && trains is null && layer + t > 0)
            {
                Refine(known, refine, layer, t);
            }
        }

        stages.Add(stage);
    }

    private void Refine(NetworkBounds<T> known, ISlopes slopes, int layer, int t)
    {
        var stage = known.Stages[layer];
        var walk = new BackwardWalk<T>(network, input, known, slopes);
        var tighter = Enumerable.Range(0, stage.Stage.Width).Where(neuron => stage.Phases[t][neuron] == Phase.Open)
            .Select(neuron => (neuron, new Interval<T>(walk.Membrane(layer, t, neuron, 1), -walk.Membrane(layer, t, neuron, -1)))).ToList();
        foreach (var (neuron, bound) in tighter)
        {
            stage.Set(t, neuron, stage.Membranes[t][neuron].Meet(bound.Widen(T.From(slack) * (T.One + bound.Magnitude))));
        }
    }
}
