using SnnDsl.Certification.Proofs;
using static TorchSharp.torch;

namespace SnnDsl.Certification.Search;

/// <summary>
/// Bounds margins from slopes alone, in the way of a checker: intervals and intercepts are computed here, in the precision of the open network, and
/// whatever the slopes are, the bound holds.
/// </summary>
internal sealed class SlopeProver
{
    /// <summary>How far above 0 a climb goes: what its bound may lose when it is computed again, the guard of a proof and rounding.</summary>
    public const double Room = 1e-3;

    private readonly OpenNetwork network;
    private readonly CaseBounds bounds;
    private readonly Case whole;
    private readonly Lines lines;
    private readonly ProofLayer[] layers;

    /// <param name="network">What a sample's set leaves open.</param>
    public SlopeProver(OpenNetwork network)
    {
        this.network = network;
        (bounds, whole) = (new(network), new(network));
        lines = new(network, bounds);
        layers = ProofWriter.ForLines(network);
        IsBounded = bounds.Run(whole) == CaseState.Bounded;
    }

    /// <summary>Whether the intervals of the set are finite: else nothing is proved.</summary>
    public bool IsBounded { get; }

    /// <summary>Bounds a margin.</summary>
    /// <param name="margin">The margin.</param>
    /// <param name="slopes">By layer, of all its neurons; see <see cref="SlopesOf"/>.</param>
    /// <returns>The better of counts and lines, with what proves it; null if nothing finite was found.</returns>
    public MarginProof? Prove(OpenMargin margin, IReadOnlyList<(int Steps, float[] Slopes)> slopes)
    {
        if (!IsBounded)
        {
            return null;
        }

        double counts = bounds.Margin(margin, whole.Phases[^1]);
        float[] given = Taken(slopes);
        if (Array.TrueForAll(given, float.IsFinite) && lines.Bound(margin, whole, given) is var found && double.IsFinite(found) && !(found <= counts))
        {
            return new(margin.Rival, found, layers, new ProofNode.Lines(given));
        }

        return double.IsFinite(counts) ? new(margin.Rival, counts, ProofWriter.ForCounts(network), new ProofNode.Counts()) : null;
    }

    /// <summary>The slopes of some margins of a climb, for <see cref="Prove"/>.</summary>
    /// <param name="climbed">The climb.</param>
    /// <param name="place">Which of its margins.</param>
    /// <returns>By layer, of all its neurons: [T, N], or [1, N] for those of whole trains.</returns>
    public static IReadOnlyList<(int Steps, float[] Slopes)> SlopesOf(ClimbedLines climbed, long place)
    {
        using var scope = NewDisposeScope();
        return
        [
            .. climbed.Slopes.Select(layer =>
                ((int)layer.shape[0], layer.select(1, place).to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray())),
        ];
    }

    // Those of the open neurons, in the order of proofs.
    private float[] Taken(IReadOnlyList<(int Steps, float[] Slopes)> slopes)
    {
        List<float> taken = [];
        for (int index = 0; index < network.Layers.Length; index++)
        {
            var layer = network.Layers[index];
            var (given, all) = slopes[index];
            int size = all.Length / given;
            foreach (int neuron in layer.Neurons)
            {
                if (layer.HasTrains)
                {
                    // One current: what its steps take of it adds up.
                    taken.Add(Enumerable.Range(0, given).Sum(t => all[(t * size) + neuron]));
                    continue;
                }

                for (int t = 0; t < network.Steps; t++)
                {
                    // A train's line knows no steps: each has its share.
                    taken.Add(given == 1 && network.Steps > 1 ? all[neuron] / network.Steps : all[(t * size) + neuron]);
                }
            }
        }

        return [.. taken];
    }
}
