using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Readouts;

namespace SnnDsl.Generator.Parsing;

/// <summary>Rules for which parts a network has and in what order, whatever their sizes.</summary>
internal static class StructureRules
{
    /// <summary>Checks the network's parts.</summary>
    public static void Check(
        DeclaredAttributes attributes, InputEncoding encoding, Shape? input, IReadOnlyList<Readout> readouts, ProblemReporter problems)
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
        CheckLayers(attributes.Layers, network, problems);
        for (int i = 1; i < readouts.Count; i++)
        {
            problems.At(new Place(DeclarationPart.Readout, i)).Report(ProblemIds.SeveralReadouts, attributes.Readouts[0].Title);
        }

        int last = attributes.Layers.ToList().FindLastIndex(kind => kind.Role == LayerRole.Spiking);
        bool integrates = attributes.Layers.Skip(last + 1).Any(kind => kind.Role == LayerRole.Affine);
        if (readouts is [{ IntegratesCurrents: true }] && last >= 0 && !integrates)
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

    private static void CheckLayers(IReadOnlyList<LayerKind> layers, ProblemReporter network, ProblemReporter problems)
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

        // Where the values come from that are spikes, or are not.
        string before = "the input", source = before;
        bool affine = false, spikes = false;
        for (int i = 0; i < layers.Count; i++)
        {
            string name = $"layer {Numbers.Plain(i + 1)} ({layers[i].Title})";
            if (layers[i].EndsNeurons && layers.Skip(i).FirstOrDefault(kind => kind.Role == LayerRole.Spiking) is { } behind)
            {
                problems.At(new Place(DeclarationPart.Layer, i)).Report(ProblemIds.VotingIsNotLast, behind.Title);
            }

            if (layers[i].Role == LayerRole.Affine)
            {
                (affine, spikes, source) = (true, false, name);
            }
            else if (layers[i].Role == LayerRole.Normalising)
            {
                if (i == 0 || !layers[i - 1].HasWeights)
                {
                    problems.At(new Place(DeclarationPart.Layer, i)).Report(
                        ProblemIds.NormalisesNothing, layers[i].Title, i == 0 ? "the input" : $"layer {Numbers.Plain(i)} ({layers[i - 1].Title})");
                }
            }
            else if (layers[i].Role == LayerRole.Dropping)
            {
                // In training they are numbers, scaled.
                (spikes, source) = (false, spikes ? name : source);
            }
            else if (layers[i].Role == LayerRole.SpikePool)
            {
                if (!spikes)
                {
                    problems.At(new Place(DeclarationPart.Layer, i)).Report(ProblemIds.MaxPoolOfCurrents, layers[i].Title, source);
                    continue;
                }

                (affine, before, source) = (false, name, name);
            }
            else if (layers[i].Role == LayerRole.Spiking)
            {
                if (!affine)
                {
                    problems.At(new Place(DeclarationPart.Layer, i)).Report(ProblemIds.SpikingWithoutAffine, layers[i].Title, before);
                }

                (affine, spikes, before, source) = (false, true, name, name);
            }
        }
    }

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
