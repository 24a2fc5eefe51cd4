using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Inputs;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Bounds;

/// <summary>Bounds of all membranes over a set of inputs, from the first layer to the last and from the first step to the last.</summary>
/// <typeparam name="T">The numbers.</typeparam>
/// <param name="network">The network.</param>
/// <param name="input">The set of inputs.</param>
/// <param name="options">How; null for intervals alone.</param>
/// <param name="patterns">The trains of first-layer neurons without periods; null for bounds step by step.</param>
internal sealed partial class IntervalPass<T>(Network<T> network, IInputSet<T> input, PassOptions? options = null, PatternTrains<T>? patterns = null)
    where T : struct, IReal<T>
{
    private readonly PassOptions options = options ?? new();
    private readonly List<StageBounds<T>> stages = [];

    /// <summary>Runs.</summary>
    /// <exception cref="InvalidOperationException">No input fits the assumptions.</exception>
    public NetworkBounds<T> Run() => TryRun() ?? throw new InvalidOperationException("The set of inputs is empty.");

    /// <summary>Runs.</summary>
    /// <returns>The bounds; null if no input fits the assumptions.</returns>
    public NetworkBounds<T>? TryRun()
    {
        if (network.Graph is { } graph)
        {
            return RunGraph(graph);
        }

        for (int layer = 0; layer < network.Stages.Count; layer++)
        {
            if (!Bound(layer))
            {
                return null;
            }
        }

        return Known;
    }

    private NetworkBounds<T> Known => new(stages, stages.Count < network.Stages.Count
        ? []
        : [.. Enumerable.Range(0, network.Steps).Select(t => network.Tail.Bound(stages[^1].Spikes(t), options.Float32))], options.Float32, options.Assumptions);

    // False if a membrane's bounds contradict each other.
    private bool Bound(int layer)
    {
        bool constant = network.IsConstant(layer);
        foreach (var equations in options.Float32 ? network.Stages[layer].Neurons.Each : [])
        {
            Neurons.CheckFloat32(equations);
        }

        var stage = new StageBounds<T>(network.Stages[layer], network.Steps, options.Float32, constant)
        {
            Patterns = constant ? patterns : null,
            Sums = constant ? null : SumsOver(layer),
        };
        var maps = options.Products ? stage.Stage.Maps : stage.Stage.Maps.Boxes;
        for (int t = 0; t < network.Steps; t++)
        {
            options.Deadline?.Check();
            stage.Maps[t] = constant && t > 0 ? stage.Maps[0]
                : network.Graph is not null ? [Current(layer, t)]
                : layer == 0 ? input.Currents(maps, t, options.Float32) : maps.Bound(stages[^1].Spikes(t), options.Float32);
            if (stage.Sums is not null && options.Float32)
            {
                stage.LostOfCurrents[t] = MapsOfInput(layer)!.Float32Loss(network.Graph is null ? stage.Maps[t] : nodes[SourceOf(layer)][t]);
            }
        }

        bool periodic = options.Trains && constant && stage.Stage.Neurons.HavePeriods;
        var words = stage.Patterns is { } trains ? Enumerable.Range(0, stage.Stage.Width)
            .Select(neuron => trains.All(stage.Currents(0)[neuron], options.Assumptions?.Patterns(neuron) ?? default)).ToArray() : [];
        if (words.Contains(null))
        {
            return false;
        }

        // The walks below see this layer's earlier steps.
        var known = new NetworkBounds<T>([.. stages, stage], [], options.Float32, options.Assumptions);
        for (int t = 0; t < network.Steps; t++)
        {
            stage.ComeBack(t);
            for (int neuron = 0; neuron < stage.Stage.Width; neuron++)
            {
                if (!Bound(stage, layer, t, neuron, periodic, words.Length > 0 ? words[neuron]![t] : null))
                {
                    return false;
                }
            }

            // The first layer's first membrane is one affine map of the input: its interval is the best there is.
            if (options.Refine is { } slopes && !periodic && layer + t > 0)
            {
                Refine(known, slopes, layer, t);
            }
        }

        stages.Add(stage);
        return true;
    }

    // What the threshold is compared with, as a sum over all steps; null where it is none, or where no more is known of it.
    private IReadOnlyList<Box<T>>? SumsOver(int layer)
    {
        var stage = network.Stages[layer];
        return stage.Recurrence is null && StepResponse.Of<T>(stage.Neurons, network.Steps) is { } response && MapsOfInput(layer) is { } maps ? input.Sums(maps, response) : null;
    }

    // The maps that lead from the input to a layer; null where there are neurons, or anything else, between them.
    private MapChain<T>? MapsOfInput(int layer) => network.Graph is not { } graph ? (layer == 0 ? network.Stages[0].Maps : null)
        : SourceOf(layer) is >= 0 and var source && graph[source] is { Maps: { } maps, Sources: [< 0] } ? maps : null;

    private int SourceOf(int layer) => network.Graph!.First(node => node.Stage == layer).Sources[0];

    private bool Bound(StageBounds<T> stage, int layer, int t, int neuron, bool periodic, (Interval<T> Membrane, Phase Phase)? ofTrains)
    {
        var membrane = stage.Step(t, neuron);
        var phase = options.Assumptions?.PhaseOf(layer, t, neuron) ?? Phase.Open;
        if (periodic)
        {
            var periods = options.Assumptions?.Periods(neuron, network.Steps) ?? (1, network.Steps + 1);
            double threshold = stage.Stage.Neurons.Threshold, blur = options.TrainSlack * threshold;
            blur = options.Float32 ? Math.Max(blur, SinglePrecision.TrainBlur(threshold)) : blur;
            if (stage.Trains.At(stage.Currents(0)[neuron], t, periods, blur) is not var (hull, known) || known.Contradicts(phase))
            {
                return false;
            }

            hull = options.Float32 ? hull.Widen(stage.TrainError(hull)) : hull;
            (membrane, phase) = (membrane.Meet(hull), phase == Phase.Open && !options.SpikesByMembranes ? known : phase);
        }

        if (ofTrains is var (over, certain))
        {
            if (certain.Contradicts(phase))
            {
                return false;
            }

            (membrane, phase) = (membrane.Meet(over), phase == Phase.Open ? certain : phase);
        }

        return stage.Set(t, neuron, membrane, phase);
    }

    private void Refine(NetworkBounds<T> known, ISlopes slopes, int layer, int t)
    {
        var stage = known.Stages[layer];
        var walk = new BackwardWalk<T>(network, input, known, slopes);
        var tighter = Enumerable.Range(0, stage.Stage.Width).Where(neuron => stage.Phases[t][neuron] == Phase.Open).Select(neuron =>
        {
            options.Deadline?.Check();
            return (neuron, new Interval<T>(walk.Membrane(layer, t, neuron, 1), -walk.Membrane(layer, t, neuron, -1)));
        }).ToList();
        foreach (var (neuron, bound) in tighter)
        {
            stage.Set(t, neuron, stage.Membranes[t][neuron].Meet(bound.Widen(T.From(options.Slack) * (T.One + bound.Magnitude))), Phase.Open);
        }
    }
}
