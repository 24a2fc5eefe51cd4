using SnnDsl.Certification.Proofs;

namespace SnnDsl.Certification.Search;

/// <summary>Turns closed trees into a proof.</summary>
internal static class ProofWriter
{
    /// <summary>The proofs of all margins whose trees are closed, in ascending order of the rivals; null if none is.</summary>
    /// <param name="network">What was open.</param>
    /// <param name="label">The class.</param>
    /// <param name="searches">The searches.</param>
    public static SearchProof? Of(OpenNetwork network, int label, IEnumerable<MarginSearch> searches)
    {
        var layers = ForLines(network);
        MarginProof[] proofs =
        [
            .. searches.Where(search => search.IsClosed).OrderBy(search => search.Margin.Rival).Select(search => new MarginProof(
                search.Margin.Rival, search.Bound, search.Root.Proof is LeafProof.Counts ? ForCounts(network) : layers, Of(network, search.Root))),
        ];
        return proofs.Length == 0 ? null : new(label, proofs);
    }

    /// <summary>What a proof with slopes lists: all open neurons, in whose order slopes stand.</summary>
    /// <param name="network">What was open.</param>
    public static ProofLayer[] ForLines(OpenNetwork network) =>
        [.. network.Layers.Select((layer, index) => new ProofLayer(index, layer.HasTrains, layer.Neurons))];

    /// <summary>What a proof by counts lists: neurons whose trains have no period, which a checker bounds step by step unless it says so.</summary>
    /// <param name="network">What was open.</param>
    public static ProofLayer[] ForCounts(OpenNetwork network) =>
        network.Layers[0] is { HasTrains: true, HasPeriods: false } first ? [new(0, true, first.Neurons)] : [];

    private static ProofNode Of(OpenNetwork network, Node node)
    {
        if (node.Sides is { } sides)
        {
            var (split, first, second) = (node.Split!.Value, Of(network, sides.First), Of(network, sides.Second));
            return split.Kind switch
            {
                SplitKind.Spike => new ProofNode.Spike(split.Layer, split.Step, network.Layers[split.Layer].Neurons[split.Unit], first, second),
                SplitKind.Train when network.Layers[0].HasPeriods =>
                    new ProofNode.Train(network.Layers[0].Neurons[split.Unit], network.Layers[0].Trains!.All[split.Number].Period, first, second),
                SplitKind.Train => new ProofNode.Pattern(
                    network.Layers[0].Neurons[split.Unit], network.Layers[0].Trains!.All[split.Number].Fires, first, second),
                SplitKind.Pixel => new ProofNode.Pixel(split.Unit, split.Value, first, second),
                _ => new ProofNode.Entry(split.Step, split.Unit, first, second),
            };
        }

        return node.Proof switch
        {
            LeafProof.Empty => new ProofNode.Empty(),
            LeafProof.Counts => new ProofNode.Counts(),
            LeafProof.Lines lines => new ProofNode.Lines(lines.Slopes),
            _ => throw new InvalidOperationException("A case is open: there is no proof yet."),
        };
    }
}
