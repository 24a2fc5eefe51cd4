using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification.Search.Inputs;

/// <summary>
/// Recordings whose spikes move in time. There is nothing to split in it: where spikes go is left to the forms, whose least values are
/// exact, and a search splits on neurons alone.
/// </summary>
internal sealed class RetimedSet : SearchSet
{
    private readonly RetimedInput input;
    private readonly Tensor sample;
    private readonly double[] certain;
    private readonly double[] possible;
    private readonly FlipSet? budget;

    private RetimedSet(RetimedInput input, Tensor sample, double[] certain, double[] possible, FlipSet? budget, int steps)
        : base(steps, certain.Length / steps) =>
        (this.input, this.sample, this.certain, this.possible, this.budget) = (input, sample, certain, possible, budget);

    /// <summary>The set of a batch of one.</summary>
    public static RetimedSet Create(RetimedInput input, Tensor sample, int steps)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (lower, upper) = input.Entries();
        double[] values = Values(input.Spikes), certain = Values(lower), possible = Values(upper);
        // At one step a budget is that of flips of the entries that may change.
        double[] changes = [.. values.Select((spike, i) => spike > 0 ? certain[i] - 1 : possible[i])];
        var budget = input.Moves is { } count ? new FlipSet(values, changes, Math.Min(count, values.Length / steps), sample, steps) : null;
        // Double precision, for the forms are; it stays as long as the search does.
        return new(input.InDouble(), sample, certain, possible, budget, steps);
    }

    /// <inheritdoc/>
    public override void Currents(OpenLayer layer, double[] low, double[] high)
    {
        if (budget is not null)
        {
            budget.Currents(layer, low, high);
            return;
        }

        double[] centre = new double[Entries], radius = new double[Entries], reach = new double[layer.Count];
        for (int t = 0; t < Steps; t++)
        {
            for (int i = 0; i < Entries; i++)
            {
                double least = certain[(t * Entries) + i], most = possible[(t * Entries) + i];
                (centre[i], radius[i]) = ((least + most) / 2, (most - least) / 2);
            }

            Array.Clear(reach);
            var row = low.AsSpan(t * layer.Count, layer.Count);
            layer.Base.AsSpan(t * layer.Count, layer.Count).CopyTo(row);
            layer.Weights.Apply(centre, row);
            layer.Weights.ApplyAbsolute(radius, reach);
            for (int n = 0; n < layer.Count; n++)
            {
                high[(t * layer.Count) + n] = row[n] + reach[n] + layer.Slack[n];
                row[n] -= reach[n] + layer.Slack[n];
            }
        }
    }

    /// <inheritdoc/>
    public override double Least(double[] a, double[] x)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var form = Form(a);
        Values(input.Worst(form)).CopyTo(x, 0);
        return input.Concretise(form.unsqueeze(2)).item<double>() - 1e-12 * a.Sum(Math.Abs);
    }

    /// <inheritdoc/>
    public override Tensor? Point(double[] x)
    {
        // An average of recordings is none: the one of the set that agrees with it most stands for it.
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var used = input.Worst(Form([.. x.Select(value => 0.5 - value)])).to(sample.dtype).to(sample.device);
        return (sample.shape[0] == Steps ? used : cat([used, sample.narrow(0, Steps, sample.shape[0] - Steps)], 0)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override SearchSet? Cut(Split split, bool second) => throw new InvalidOperationException("There is nothing to split in this set.");

    /// <inheritdoc/>
    public override Split? Promising(double[] a) => null;

    private Tensor Form(double[] a) => tensor(a, ScalarType.Float64).view(input.Spikes.shape);
}
