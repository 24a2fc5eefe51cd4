using System.Numerics;
using SnnDsl.Hardware;

namespace SnnDsl.Events;

/// <content>The same maps as matrix products, for spikes that are not few: at the start of a training nearly every bound is open.</content>
internal sealed unsafe partial class LinearEventMap
{
    // From this share of set bits on a matrix product, which costs the same whatever is set, is faster.
    private const double Crossover = 0.4;

    // Rows that are spread out to floats at a time.
    private const int Chunk = 64;

    private bool AreMany(ulong* bits, nint from, nint to)
    {
        long set = 0;
        for (nint i = from * Words; i < to * Words; i++)
        {
            set += BitOperations.PopCount(bits[i]);
        }

        return set > Crossover * (to - from) * Inputs;
    }

    private void ApplyDense(float* byInput, float* bias, ulong* spikes, float* outputs, nint from, nint to)
    {
        using var workspace = Workspace.Rent((long)Chunk * Inputs, 1);
        float* values = workspace.Floats((long)Chunk * Inputs);
        for (nint row = from; row < to; row += Chunk)
        {
            int rows = (int)Math.Min(Chunk, to - row);
            for (int i = 0; i < rows; i++)
            {
                Spread(spikes + (row + i) * Words, 0, Words, values + (long)i * Inputs, 1, adds: false);
                Start(0, bias, outputs + (row + i) * Outputs);
            }

            Multiply(values, byInput, outputs + row * Outputs, rows);
        }
    }

    // Centre and radius: c W + b -+ r |W|, c = certain + open / 2, r = open / 2.
    private void ApplyIntervalsDense(
        float* byInput, float* bias, ulong* certain, ulong* open, float* lower, float* upper, nint from, nint to)
    {
        using var workspace = Workspace.Rent(2L * Chunk * Inputs + Chunk * Outputs + Weights, 4);
        float* centres = workspace.Floats((long)Chunk * Inputs);
        float* radii = workspace.Floats((long)Chunk * Inputs);
        float* spreads = workspace.Floats((long)Chunk * Outputs);
        float* absolute = workspace.Floats(Weights);
        for (long i = 0; i < Weights; i++)
        {
            absolute[i] = MathF.Abs(byInput[i]);
        }

        for (nint row = from; row < to; row += Chunk)
        {
            int rows = (int)Math.Min(Chunk, to - row);
            for (int i = 0; i < rows; i++)
            {
                Spread(certain + (row + i) * Words, 0, Words, centres + (long)i * Inputs, 1, adds: false);
                Spread(open + (row + i) * Words, 0, Words, centres + (long)i * Inputs, 0.5f, adds: true);
                Spread(open + (row + i) * Words, 0, Words, radii + (long)i * Inputs, 0.5f, adds: false);
                Start(0, bias, lower + (row + i) * Outputs);
            }

            float* below = lower + row * Outputs;
            float* above = upper + row * Outputs;
            Multiply(centres, byInput, below, rows);
            new Span<float>(spreads, rows * Outputs).Clear();
            Multiply(radii, absolute, spreads, rows);
            for (int i = 0; i < rows * Outputs; i++)
            {
                (below[i], above[i]) = (below[i] - spreads[i], below[i] + spreads[i]);
            }
        }
    }

    private void AddWeightGradientDense(
        ulong* spikes, float* gradients, float* byInputGradient, nint rows, int first, int last)
    {
        var (start, width) = Columns(first, last);
        using var workspace = Workspace.Rent((long)Chunk * width, 1);
        float* values = workspace.Floats((long)Chunk * width);
        for (nint row = 0; row < rows; row += Chunk)
        {
            int height = (int)Math.Min(Chunk, rows - row);
            for (int i = 0; i < height; i++)
            {
                Spread(spikes + (row + i) * Words, first, last, values + (long)i * width, 1, adds: false);
            }

            Gemm.Multiply(
                width, Outputs, height, 1, values, width, true, gradients + row * Outputs, Outputs, false, 1,
                byInputGradient + start * Outputs, Outputs);
        }
    }

    // dW = c' (dl + du) + sign(W) r' (du - dl), with c and r as above.
    private void AddIntervalWeightGradientDense(
        float* byInput, ulong* certain, ulong* open, float* lowerGradients, float* upperGradients, float* byInputGradient, nint rows,
        int first, int last)
    {
        var (start, width) = Columns(first, last);
        using var workspace = Workspace.Rent(2L * Chunk * width + 2L * Chunk * Outputs + (long)width * Outputs, 5);
        float* centres = workspace.Floats((long)Chunk * width);
        float* radii = workspace.Floats((long)Chunk * width);
        float* sums = workspace.Floats((long)Chunk * Outputs);
        float* differences = workspace.Floats((long)Chunk * Outputs);
        float* spread = workspace.Floats((long)width * Outputs);
        new Span<float>(spread, width * Outputs).Clear();
        for (nint row = 0; row < rows; row += Chunk)
        {
            int height = (int)Math.Min(Chunk, rows - row);
            for (int i = 0; i < height; i++)
            {
                Spread(certain + (row + i) * Words, first, last, centres + (long)i * width, 1, adds: false);
                Spread(open + (row + i) * Words, first, last, centres + (long)i * width, 0.5f, adds: true);
                Spread(open + (row + i) * Words, first, last, radii + (long)i * width, 0.5f, adds: false);
            }

            for (nint i = 0; i < height * Outputs; i++)
            {
                float l = lowerGradients[row * Outputs + i];
                float u = upperGradients[row * Outputs + i];
                (sums[i], differences[i]) = (u + l, u - l);
            }

            Gemm.Multiply(
                width, Outputs, height, 1, centres, width, true, sums, Outputs, false, 1, byInputGradient + start * Outputs, Outputs);
            Gemm.Multiply(width, Outputs, height, 1, radii, width, true, differences, Outputs, false, 1, spread, Outputs);
        }

        float* w = byInput + start * Outputs;
        float* dw = byInputGradient + start * Outputs;
        for (long i = 0; i < (long)width * Outputs; i++)
        {
            dw[i] += Math.Sign(w[i]) * spread[i];
        }
    }

    /// <inheritdoc/>
    public override void Collect(ushort* products, float* inputs)
    {
        int i = 0;
        for (; i + Wide.Width <= Inputs; i += Wide.Width)
        {
            Wide.Store(inputs + i, BFloat16s.Load(products + i));
        }

        for (; i < Inputs; i++)
        {
            inputs[i] = BFloat16s.Wide(products[i]);
        }
    }

    /// <inheritdoc/>
    public override void PullBackGradient(
        float* byOutput, float* coefficients, float* coefficientGradients, float* resultGradients, nint rows, float* byOutputGradient)
    {
        Gemm.Multiply(
            (int)rows, Outputs, Inputs, 1, resultGradients, Inputs, false, byOutput, Inputs, true, 0, coefficientGradients, Outputs);
        Gemm.Multiply(
            Outputs, Inputs, (int)rows, 1, coefficients, Outputs, true, resultGradients, Inputs, false, 1, byOutputGradient, Inputs);
    }

    // outputs += values W', rows of inputs times the weights by input.
    private void Multiply(float* values, float* byInput, float* outputs, int rows) => Gemm.Multiply(
        rows, Outputs, Inputs, 1, values, Inputs, false, byInput, Outputs, false, 1, outputs, Outputs);

    // The neurons behind a range of words: where they begin, and how many.
    private (long Start, int Count) Columns(int first, int last)
    {
        long start = Neuron(first, 0);
        long end = last == Words ? Inputs : Neuron(last, 0);
        return (start, (int)(end - start));
    }

    // Bits to floats.
    private void Spread(ulong* words, int first, int last, float* values, float value, bool adds)
    {
        var (start, width) = Columns(first, last);
        if (!adds)
        {
            new Span<float>(values, width).Clear();
        }

        for (int word = first; word < last; word++)
        {
            float* target = values + (Neuron(word, 0) - start);
            for (ulong rest = words[word]; rest != 0; rest &= rest - 1)
            {
                target[BitOperations.TrailingZeroCount(rest)] += value;
            }
        }
    }
}
