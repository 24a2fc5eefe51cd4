using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Evaluation.Cascade;

/// <summary>
/// Samples that a stage works on, with their inputs, and with what earlier stages computed for all of them: the set of perturbed inputs
/// and the bounds of the membranes. Its tensors live in the scope in which it was made.
/// </summary>
internal sealed class OpenBatch
{
    private readonly int batchDimension;
    private IPerturbedInput? set;
    private NetworkIntervals? intervals;
    private NetworkIntervals? refined;
    private bool isTooSlowToRefine;

    /// <param name="network">The network.</param>
    /// <param name="perturbation">What an adversary may do.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="data">Their inputs, labels and indices.</param>
    public OpenBatch(SpikingModule network, Perturbation perturbation, IReadOnlyList<SampleState> samples, SampleBatch data)
    {
        batchDimension = network.Description.Encoding == Encoding.Spikes ? 1 : 0;
        (Network, Perturbation, Samples, Data) = (network, perturbation, samples, data);
        View = new(network, Precision.Float32);
    }

    /// <summary>The network.</summary>
    public SpikingModule Network { get; }

    /// <summary>The network as bounds see it; <see cref="Network"/> itself unless another precision is asked for.</summary>
    public NetworkView View { get; init; }

    /// <summary>What an adversary may do.</summary>
    public Perturbation Perturbation { get; }

    /// <summary>The samples.</summary>
    public IReadOnlyList<SampleState> Samples { get; }

    /// <summary>Their inputs, labels and indices.</summary>
    public SampleBatch Data { get; }

    /// <summary>Their sets of perturbed inputs; a sample whose set reaches further than float32 sums can carry is in doubt.</summary>
    public IPerturbedInput Set => set ??= Sized(View.Set(Perturbation, Data.Inputs, Data.Indices));

    /// <summary>The same sets as the network itself gets their members: where hints are looked for. Made anew for whoever asks, in its scope.</summary>
    public IPerturbedInput Members => View.Precision == Precision.Float32 ? Set : Perturbation.Apply(Network, Data.Inputs, Data.Indices);

    /// <summary>Bounds of the membranes, computed when they are first asked for; a sample that has one that is not finite is in doubt.</summary>
    /// <param name="wanted">Where they come from; those of S-IBP are given too where only tighter ones are at hand, or where tighter ones take
    /// too long.</param>
    /// <param name="deadline">Until when; null for any time.</param>
    public NetworkIntervals Intervals(IntermediateBounds wanted, Deadline? deadline = null)
    {
        if (wanted == IntermediateBounds.SCrown && refined is null && !isTooSlowToRefine)
        {
            refined = Kept(new MembraneRefiner(View.Network).Refine(Set, deadline ?? Deadline.None));
            // Whoever asks next has no more time, and asks in a scope that ends before this batch.
            isTooSlowToRefine = refined is null;
        }

        if (wanted == IntermediateBounds.SCrown && refined is not null)
        {
            return refined;
        }

        return intervals ?? refined ?? (intervals = Kept(View.Network.BoundMembranes(Set))!);
    }

    /// <summary>A batch of some of the samples.</summary>
    /// <param name="rows">Their places in this batch.</param>
    public OpenBatch Select(IReadOnlyList<int> rows)
    {
        if (rows.Count == Samples.Count)
        {
            return this;
        }

        var places = tensor([.. rows.Select(row => (long)row)], device: Data.Labels.device);
        var indices = Data.Indices.ToArray();
        return new(Network, Perturbation, [.. rows.Select(row => Samples[row])], new(
            Data.Inputs.index_select(batchDimension, places),
            Data.Labels.index_select(0, places),
            rows.Select(row => indices[row]).ToArray()))
        {
            View = View,
            set = set?.Select(places),
            intervals = intervals?.Select(places),
            refined = refined?.Select(places),
            isTooSlowToRefine = isTooSlowToRefine,
        };
    }

    /// <summary>One sample's input, a batch of one.</summary>
    /// <param name="row">Its place.</param>
    public Tensor Input(int row) => Data.Inputs.narrow(batchDimension, row, 1);

    /// <summary>
    /// Replays a point of a sample's set through the forward pass, alone, as whoever checks it will; the sample is refuted if a margin is
    /// at most 0. A point outside of the set, by a unit in the last place even, refutes nothing.
    /// </summary>
    /// <param name="row">The sample's place.</param>
    /// <param name="point">A batch of one.</param>
    /// <param name="stage">Who found it.</param>
    public void Offer(int row, Tensor point, string stage)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var sample = Samples[row];
        var logits = Network.forward(point, new[] { sample.Index });
        var margins = Margins.FromLogits(logits, tensor([(long)sample.Label], device: logits.device)).Floats();
        if (sample.IsOpen && margins.Any(margin => margin <= 0) && Perturbation.Holds(Network, Input(row), point, new[] { sample.Index }))
        {
            var change = (point - Input(row)).to(ScalarType.Float64);
            double distance = Perturbation.Distance(change).item<double>();
            var input = point.detach().cpu().clone().DetachFromDisposeScope();
            sample.Refute(stage, new(input, Margins.Predict(logits).item<long>(), margins, distance));
        }
    }

    // What is computed when it is read must not be read for the first time in a scope that ends before this batch.
    private NetworkIntervals? Kept(NetworkIntervals? found)
    {
        if (found?.Computed() is not { } kept)
        {
            return null;
        }

        foreach (int row in kept.NotFinite())
        {
            Samples[row].Doubt("the bounds of a membrane are not finite");
        }

        return kept;
    }

    // Rounding-safe bounds refuse such sets; of plain ones nothing is left but rounding.
    private IPerturbedInput Sized(IPerturbedInput found)
    {
        if (found is BoxInput box && Network.Description.Encoding == Encoding.Direct)
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            var fits = maximum(box.Box.Lower.abs(), box.Box.Upper.abs()).IsAtMost(Rounding.Largest).flatten(1).all(1);
            foreach (long row in fits.logical_not().nonzero().flatten().Longs())
            {
                Samples[(int)row].Doubt(FormattableString.Invariant(
                    $"the perturbed inputs reach beyond {Rounding.Largest}, further than float32 sums can carry"));
            }
        }

        return found;
    }
}
