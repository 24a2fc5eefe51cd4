using SnnDsl.Generator.Model;
using SnnDsl.Kernels;

namespace SnnDsl.Generator.Tests.Kernels;

/// <summary>A random relaxation: neurons with coefficients and bounds, in rows that are longer than the neurons are many.</summary>
internal sealed class Problem
{
    /// <summary>What the gradients of the bounds hold before they are added to.</summary>
    public const float Before = 0.5f;

    private readonly int steps;
    private readonly int count;
    private readonly bool summed;
    private readonly GuardedBuffer spikes;
    private readonly GuardedBuffer row;
    private readonly GuardedBuffer lower;
    private readonly GuardedBuffer upper;

    /// <param name="c">Sizes and seed.</param>
    /// <param name="margin">How far bounds are from the threshold, unless the lower one lies on it.</param>
    public Problem((int Count, int Steps, bool Summed, int Padding, int Seed) c, double margin)
    {
        var random = new Random(c.Seed);
        Model = EmittedKernels.Resets[c.Seed % EmittedKernels.Resets.Count];
        Rule = (RelaxationRule)random.Next(2);
        (count, steps, summed, Stride) = (c.Count, c.Steps, c.Summed, c.Count + c.Padding);
        (HasSpikes, HasRow) = (random.Next(4) > 0, random.Next(4) > 0);
        spikes = new([.. Enumerable.Range(0, steps * Stride).Select(_ => (float)(2 * random.NextDouble() - 1))]);
        row = new([.. Enumerable.Range(0, Stride).Select(_ => (float)(2 * random.NextDouble() - 1))]);
        lower = new(steps * Stride);
        upper = new(steps * Stride);
        for (int k = 0; k < steps * Stride; k++)
        {
            double low = margin + random.NextDouble() * 0.8, high = margin + random.NextDouble() * 0.8;
            float th = Model.Threshold;
            (lower.Values[k], upper.Values[k]) = random.Next(6) switch
            {
                0 => ((float)(th - low - high), (float)(th - low)),
                1 => ((float)(th + low), (float)(th + low + high)),
                2 when margin == 0 => (th, (float)(th + high)),
                _ => ((float)(th - low), (float)(th + high)),
            };
        }
    }

    public NeuronModel Model { get; }

    public RelaxationRule Rule { get; }

    public int Stride { get; }

    public bool HasSpikes { get; }

    public bool HasRow { get; }

    public float Coefficient(int t, int i) => HasSpikes ? spikes[t * Stride + i] : 0;

    public float Row(int i) => HasRow ? row[i] : 0;

    public float Lower(int t, int i) => lower[t * Stride + i];

    public float Upper(int t, int i) => upper[t * Stride + i];

    /// <summary>Sets bounds around a membrane; some are moved onto the threshold, or next to it, where that is still around it.</summary>
    public void SetBounds(int t, int i, float low, float high, int kind)
    {
        float th = Model.Threshold;
        (float l, float u) = kind switch
        {
            0 when low >= th => (th, high),
            1 when high <= th => (low, th),
            2 when high <= th => (low, MathF.BitIncrement(th)),
            3 when low >= th => (MathF.BitDecrement(th), high),
            _ => (low, high),
        };
        (lower.Values[t * Stride + i], upper.Values[t * Stride + i]) = (l, u);
    }

    public (GuardedBuffer A, double Constant) Relax()
    {
        var a = new GuardedBuffer(summed ? count : steps * Stride);
        double constant = EmittedKernels.Of(Model).Relax(
            Rule, ref HasSpikes ? ref spikes.Origin : ref GuardedBuffer.Null, ref HasRow ? ref row.Origin : ref GuardedBuffer.Null,
            ref lower.Origin, ref upper.Origin, ref a.Origin, Stride, Stride, summed ? 0 : Stride, steps, count);
        return (a, constant);
    }

    public (GuardedBuffer Spikes, GuardedBuffer Row, GuardedBuffer Lower, GuardedBuffer Upper) Backward(
        GuardedBuffer output, float constant)
    {
        var (dSpikes, dRow) = (new GuardedBuffer(steps * Stride), new GuardedBuffer(count));
        float[] before = new float[steps * Stride];
        Array.Fill(before, Before);
        var (dLower, dUpper) = (new GuardedBuffer(before), new GuardedBuffer(before));
        EmittedKernels.Of(Model).RelaxBackward(
            Rule, ref HasSpikes ? ref spikes.Origin : ref GuardedBuffer.Null, ref HasRow ? ref row.Origin : ref GuardedBuffer.Null,
            ref lower.Origin, ref upper.Origin, ref output.Origin, constant,
            ref HasSpikes ? ref dSpikes.Origin : ref GuardedBuffer.Null, ref HasRow ? ref dRow.Origin : ref GuardedBuffer.Null,
            ref dLower.Origin, ref dUpper.Origin, Stride, Stride, summed ? 0 : Stride, steps, count);
        dSpikes.AssertUntouched(Stride, 0, HasSpikes ? count : 0);
        dRow.AssertUntouched(count, 0, HasRow ? count : 0);
        dLower.AssertUntouched();
        dUpper.AssertUntouched();
        for (int k = 0; k < steps * Stride; k++)
        {
            Assert.True(k % Stride < count || (dLower[k] == Before && dUpper[k] == Before), "A gradient beyond the neurons was changed.");
        }

        return (dSpikes, dRow, dLower, dUpper);
    }

    /// <summary>What neuron i's form depends on: spike coefficients, row, lower and upper bounds.</summary>
    public double[] Inputs(int i) =>
    [
        .. Enumerable.Range(0, steps).Select(t => (double)Coefficient(t, i)),
        Row(i),
        .. Enumerable.Range(0, steps).Select(t => (double)Lower(t, i)),
        .. Enumerable.Range(0, steps).Select(t => (double)Upper(t, i)),
    ];

    public (double[] A, double C) Reference(int i, double[]? inputs = null)
    {
        inputs ??= Inputs(i);
        return Kernels.Reference.Relax(
            Model, Rule, inputs[..steps], inputs[steps], inputs[(steps + 1)..(2 * steps + 1)], inputs[(2 * steps + 1)..]);
    }

    /// <summary>Whether a choice between lines changes within reach of a rounding: a finite difference there says nothing.</summary>
    public bool NearKink(int i)
    {
        double[] at = Inputs(i);
        var (a, _) = Reference(i);
        double th = Model.Threshold;
        for (int t = 0; t < steps; t++)
        {
            double l = at[steps + 1 + t], u = at[2 * steps + 1 + t];
            double cr = t == steps - 1 ? 0 : Model.Decay * a[t + 1];
            bool soft = Model.Reset == ResetKind.Soft;
            double cs = at[t] + (soft ? -th : Model.ResetValue) * cr;
            cr = soft ? 0 : cr;
            double paper = cs - cr * (cr >= 0 ? l : th);
            double jump = cs - cr * th;
            double left = cr + Math.Min(jump, 0) / (th - l), right = Math.Max(jump, 0) / (u - th);
            bool unsure = Math.Abs(l + u - 2 * th) < 1e-4 || Math.Abs(paper) < 1e-4 || Math.Abs(jump) < 1e-4
                || Math.Abs(left - right) < 1e-4 || (t < steps - 1 && Math.Abs(a[t + 1]) < 1e-4);
            if (l <= th && u > th && unsure)
            {
                return true;
            }
        }

        return false;
    }
}
