using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification.Search.Inputs;

/// <summary>
/// A set that is known by its two operations alone: bounds and searches on spikes work, but there is nothing to split in it and no point
/// to take from it.
/// </summary>
internal sealed class OpaqueSet : SearchSet
{
    private readonly IPerturbedInput input;
    private readonly Tensor sample;

    /// <param name="input">The set of a batch of one.</param>
    /// <param name="sample">The unperturbed sample, in the set's precision.</param>
    /// <param name="steps">T.</param>
    public OpaqueSet(IPerturbedInput input, Tensor sample, int steps)
        : base(steps, (int)(sample.numel() / sample.shape[0])) => (this.input, this.sample) = (input, sample);

    /// <inheritdoc/>
    public override void Currents(OpenLayer layer, double[] lower, double[] upper)
    {
        // Row by row, as forms in the input at one step.
        double[] form = new double[Steps * Entries], x = new double[form.Length];
        for (int t = 0; t < Steps; t++)
        {
            for (int n = 0; n < layer.Count; n++)
            {
                var row = form.AsSpan(t * Entries, Entries);
                layer.Weights.Row(n, row);
                int at = (t * layer.Count) + n;
                lower[at] = layer.Base[at] + Least(form, x) - layer.Slack[n];
                for (int i = 0; i < Entries; i++)
                {
                    row[i] = -row[i];
                }

                upper[at] = layer.Base[at] - Least(form, x) + layer.Slack[n];
                row.Clear();
            }
        }
    }

    /// <inheritdoc/>
    public override double Least(double[] a, double[] x)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var inner = sample.shape[2..];
        var form = tensor(a).to(sample.dtype).to(sample.device).view([Steps, 1, 1, .. inner]);
        // The unperturbed sample stands for the place: it is in the set.
        Values(sample.narrow(0, 0, Steps)).CopyTo(x, 0);
        double least = input.Concretise(form).to(ScalarType.Float64).item<double>();
        // What the set's own sums lose.
        return least - (1e-12 * a.Sum(Math.Abs));
    }

    /// <inheritdoc/>
    public override Tensor? Point(double[] x) => null;

    /// <inheritdoc/>
    public override SearchSet? Cut(Split split, bool second) =>
        throw new InvalidOperationException("There is nothing to split in this set.");

    /// <inheritdoc/>
    public override Split? Promising(double[] a) => null;
}
