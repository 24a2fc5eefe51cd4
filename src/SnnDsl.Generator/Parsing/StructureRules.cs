using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Parsing;

/// <summary>Rules for which parts a network has and in what order, whatever their sizes.</summary>
internal static class StructureRules
{
    private const string Input = "the input";

    /// <summary>Checks the network's parts.</summary>
    public static void Check(
        DeclaredAttributes attributes, IReadOnlyList<string> names, IReadOnlyList<EquatableArray<int>> sources, InputEncoding encoding, Shape? input, ProblemReporter problems)
    {
        var network = problems.At(new Place(DeclarationPart.Network));
        if (attributes.Count(DeclarationPart.Input) == 0)
        {
            network.Report(ProblemIds.NoInput);
        }
        else if (input is { IsVector: false })
        {
            CheckEncoding(encoding, input, network);
        }

        CheckOrder(attributes, problems);
        CheckPixels(attributes.Layers, encoding, problems);
        CheckLayers(attributes.Layers, names, sources, network, problems);
        for (int i = 1; i < attributes.Readouts.Count; i++)
        {
            problems.At(new Place(DeclarationPart.Readout, i)).Report(ProblemIds.SeveralReadouts, attributes.Readouts[0].Title);
        }

        int last = attributes.Layers.ToList().FindLastIndex(kind => kind.Role == LayerRole.Spiking);
        bool integrates = attributes.Layers.Skip(last + 1).Any(kind => kind.Role == LayerRole.Affine);
        if (attributes.Readouts is [{ IntegratesCurrents: true }] && last >= 0 && !integrates)
        {
            problems.At(new Place(DeclarationPart.Readout)).Report(
                ProblemIds.MembraneReadoutFires, attributes.Readouts[0].Title, attributes.Layers[last].Title);
        }
    }

    private static void CheckPixels(IReadOnlyList<LayerKind> layers, InputEncoding encoding, ProblemReporter problems)
    {
        for (int i = 0; i < layers.Count; i++)
        {
            if (layers[i].BeginsNetwork && (i > 0 || encoding != InputEncoding.Direct))
            {
                problems.At(new Place(DeclarationPart.Layer, i)).Report(
                    ProblemIds.PixelsAreGone, layers[i].Title, i > 0 ? $"follows layer {Numbers.Plain(i)} ({layers[i - 1].Title})" : $"gets spikes (Encoding.{encoding})");
            }
        }
    }

    private static void CheckLayers(
        IReadOnlyList<LayerKind> layers, IReadOnlyList<string> names, IReadOnlyList<EquatableArray<int>> sources, ProblemReporter network,
        ProblemReporter problems)
    {
        if (layers.Count == 0)
        {
            network.Report(ProblemIds.NoLayers);
            return;
        }

        if (layers.All(kind => kind.Role != LayerRole.Spiking))
        {
            network.Report(ProblemIds.NoSpikingLayer);
        }

        List<Values> given = [];
        for (int i = 0; i < layers.Count; i++)
        {
            var place = problems.At(new Place(DeclarationPart.Layer, i));
            if (layers[i].EndsNeurons && layers.Skip(i).FirstOrDefault(kind => kind.Role == LayerRole.Spiking) is { } behind)
            {
                place.Report(ProblemIds.VotingIsNotLast, behind.Title);
            }

            Values Of(int source) => source < 0 ? new(Affine: false, Spikes: false, Input, Input) : given[source];
            given.Add(CheckLayer(layers, i, [.. sources[i].Select(Of)], sources[i], place));
        }

        CheckReaders(layers, names, sources, problems);
    }

    // What a layer gives, of what it gets.
    private static Values CheckLayer(
        IReadOnlyList<LayerKind> layers, int i, IReadOnlyList<Values> gets, EquatableArray<int> sources, ProblemReporter place)
    {
        var (kind, arrives) = (layers[i], gets[0]);
        string name = $"layer {Numbers.Plain(i + 1)} ({kind.Title})";
        switch (kind.Role)
        {
            case LayerRole.Affine:
                return arrives with { Affine = true, Spikes = false, Source = name };
            case LayerRole.Normalising when sources[0] != i - 1 || i == 0 || !layers[i - 1].HasWeights:
                place.Report(ProblemIds.NormalisesNothing, kind.Title, NameOf(sources[0]));
                return arrives;
            case LayerRole.Dropping:
                // In training they are numbers, scaled.
                return arrives with { Spikes = false, Source = arrives.Spikes ? name : arrives.Source };
            case LayerRole.Delaying when sources[0] < 0:
                place.Report(ProblemIds.DelayOfInput);
                return arrives;
            case LayerRole.Delaying:
                // Of bits nothing is kept as such.
                return arrives with { Spikes = false, Source = arrives.Spikes ? name : arrives.Source };
            case LayerRole.SpikePool when !arrives.Spikes:
                place.Report(ProblemIds.MaxPoolOfCurrents, kind.Title, arrives.Source);
                return arrives;
            case LayerRole.Spiking when !arrives.Affine && arrives.Before != Input:
                place.Report(ProblemIds.SpikingWithoutAffine, kind.Title, arrives.Before);
                return new(Affine: false, Spikes: true, name, name);
            case LayerRole.Spiking or LayerRole.SpikePool:
                return new(Affine: false, Spikes: true, name, name);
            case LayerRole.Joining:
                for (int k = 1; k < gets.Count; k++)
                {
                    if (gets[k].Affine != arrives.Affine)
                    {
                        place.ReportAt(
                            $"{JoiningLayer.SourcesArgument}[{Numbers.Plain(k - 1)}]", ProblemIds.MixedValues, kind.Title, What(gets[k]),
                            NameOf(sources[k]), What(arrives), NameOf(sources[0]));
                    }
                }

                // Sums of spikes are no spikes, and rows of bits are not kept as such.
                return new(arrives.Affine, Spikes: false, name, name);
            default:
                return arrives;
        }

        string NameOf(int source) => source < 0 ? Input : $"layer {Numbers.Plain(source + 1)} ({layers[source].Title})";
        static string What(Values values) => values.Affine ? "currents" : "spikes";
    }

    private static void CheckReaders(
        IReadOnlyList<LayerKind> layers, IReadOnlyList<string> names, IReadOnlyList<EquatableArray<int>> sources, ProblemReporter problems)
    {
        HashSet<int> read = [];
        foreach (var own in sources)
        {
            read.UnionWith(own.Items);
        }

        for (int i = 0; i < layers.Count - 1; i++)
        {
            if (!read.Contains(i))
            {
                problems.At(new Place(DeclarationPart.Layer, i)).Report(ProblemIds.Unread, names[i]);
            }

            // A map is not there without the normalisation that folds into it.
            for (int reader = i + 2; reader < layers.Count && layers[i + 1].Role == LayerRole.Normalising && layers[i].HasWeights; reader++)
            {
                int place = sources[reader].Items.IndexOf(i);
                if (place < 0)
                {
                    continue;
                }

                problems.At(new Place(DeclarationPart.Layer, reader)).ReportAt(
                    place == 0 ? "From" : $"{JoiningLayer.SourcesArgument}[{Numbers.Plain(place - 1)}]", ProblemIds.ReadBeforeNormalisation, names[reader],
                    names[i], names[i + 1]);
            }
        }
    }

    /// <summary>What a layer gives.</summary>
    /// <param name="Affine">Whether an affine layer has made currents of it.</param>
    /// <param name="Spikes">Whether it is zeros and ones.</param>
    /// <param name="Source">Where values come from that are spikes, or are not.</param>
    /// <param name="Before">Behind which neurons, or sum of spikes, it stands.</param>
    private readonly record struct Values(bool Affine, bool Spikes, string Source, string Before);

    // Both are warnings: the network is what it says, but its reader is misled or its data will hardly fit.
    private static void CheckEncoding(InputEncoding encoding, Shape input, ProblemReporter network)
    {
        if (encoding == InputEncoding.Spikes && input.Channels > 2)
        {
            network.ReportAt(
                "Encoding", ProblemIds.EncodingDoesNotFit, "Spikes", input.Text, "recorded events have one or two polarities as channels");
        }
        else if (encoding != InputEncoding.Spikes && input.Channels == 2)
        {
            network.ReportAt(
                "Encoding", ProblemIds.EncodingDoesNotFit, encoding.ToString(), input.Text,
                "two channels are the polarities of recorded events, which Encoding.Spikes reads");
        }
    }

    private static void CheckOrder(DeclaredAttributes attributes, ProblemReporter problems)
    {
        bool layerSeen = false;
        foreach (var (_, place) in attributes.All)
        {
            if (place.Part == DeclarationPart.Input && layerSeen)
            {
                problems.At(place).Report(ProblemIds.OutOfOrder, "[Input]", "before the first layer");
            }

            layerSeen |= place.Part == DeclarationPart.Layer;
            if (place.Part == DeclarationPart.Readout && place.Index == 0 && LayerFollows(attributes, place))
            {
                problems.At(place).Report(ProblemIds.OutOfOrder, $"[{attributes.Readouts[0].Title}]", "after the last layer");
            }
        }
    }

    private static bool LayerFollows(DeclaredAttributes attributes, Place place) => attributes.All
        .SkipWhile(attribute => attribute.Place != place).Any(attribute => attribute.Place.Part == DeclarationPart.Layer);
}
