using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SnnDsl.Hardware;
using Lanes64 = SnnDsl.Hardware.Pair<SnnDsl.Hardware.Pair<SnnDsl.Hardware.Lanes16>>;

namespace SnnDsl.Events;

/// <content>Coefficients of outputs back to inputs: the transposed convolution.</content>
internal sealed unsafe partial class ConvEventMap
{
    // Floats of the products that are computed before they are added up: they stay in the second cache.
    private const int ProductFloats = 1 << 17;

    /// <inheritdoc/>
    public override void PullBack(float* byOutput, float* outputs, float* inputs, nint rows)
    {
        // First what each output place sends through each tap, a matrix product; then each input place adds up what it gets.
        int columns = taps * Channels, size = OutputPlaces * columns;
        nint chunk = Math.Max(1, ProductFloats / size);
        using var workspace = Workspace.Rent(Math.Min(chunk, rows) * size, 1);
        float* products = workspace.Floats(Math.Min(chunk, rows) * size);
        for (nint from = 0; from < rows; from += chunk)
        {
            int count = (int)Math.Min(chunk, rows - from);
            Gemm.Multiply(
                count * OutputPlaces, columns, OutputChannels, 1, outputs + from * Outputs, OutputChannels, false,
                byOutput, columns, false, 0, products, columns);
            for (int row = 0; row < count; row++)
            {
                for (int place = 0; place < Places; place++)
                {
                    float* x = inputs + (from + row) * Inputs + (nint)place * Channels;
                    int c = 0;
                    for (; c + 64 <= Channels; c += 64)
                        Collect<Lanes64>(products + (nint)row * size + c, place, x + c);
                    for (; c + 16 <= Channels; c += 16)
                        Collect<Lanes16>(products + (nint)row * size + c, place, x + c);
                    for (; c < Channels; c++)
                        Collect<Lane>(products + (nint)row * size + c, place, x + c);
                }
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Collect(ushort* products, float* inputs)
    {
        for (int place = 0; place < Places; place++)
        {
            float* x = inputs + (nint)place * Channels;
            int from = reachStarts[place], to = reachStarts[place + 1], c = 0;
            for (; c + 16 <= Channels; c += 16)
            {
                var sum = Vector512<float>.Zero;
                for (int i = from; i < to; i++)
                    sum = Hardware.Wide.Add(sum, BFloat16s.Load(products + (nint)reach[i] * Channels + c));
                Hardware.Wide.Store(x + c, sum);
            }

            for (; c < Channels; c++)
            {
                float sum = 0;
                for (int i = from; i < to; i++)
                    sum += BFloat16s.Wide(products[(nint)reach[i] * Channels + c]);
                x[c] = sum;
            }
        }
    }

    /// <inheritdoc/>
    public override void PullBackLive(
        float* byOutput, ulong* live, float* coefficients, nint coefficientStride, float* results, nint resultStride, int rows)
    {
        // Room for the live channels of all outputs, and for the pairs of weight and coefficient that reach one input place.
        nint room = (nint)taps * OutputChannels + SpikeLists.Slack;
        using var workspace = Workspace.Rent(2 * room + OutputPlaces + 1 + Outputs + SpikeLists.Slack, 4);
        int* weights = workspace.Integers(room), values = workspace.Integers(room);
        int* starts = workspace.Integers(OutputPlaces + 1), channels = workspace.Integers(Outputs + SpikeLists.Slack);
        SpikeLists.List(live, OutputPlaces, OutputWords / OutputPlaces, starts, channels);
        for (int place = 0; place < Places; place++)
        {
            int count = 0;
            for (int i = reachStarts[place]; i < reachStarts[place + 1]; i++)
            {
                (int output, int tap) = Math.DivRem(reach[i], taps);
                int* list = channels + starts[output];
                int length = starts[output + 1] - starts[output];
                SpikeLists.AppendOffsets(list, length, tap * Channels, taps * Channels, weights + count);
                SpikeLists.AppendOffsets(list, length, output * OutputChannels, 1, values + count);
                count += length;
            }

            float* x = results + (nint)place * Channels;
            int c = 0;
            for (; HasManyRegisters && c + 64 <= Channels; c += 64)
                PullRows<Lanes64>(byOutput + c, weights, values, count, coefficients, coefficientStride, x + c, resultStride, rows);
            for (; c + 16 <= Channels; c += 16)
                PullRows<Lanes16>(byOutput + c, weights, values, count, coefficients, coefficientStride, x + c, resultStride, rows);
            for (; c < Channels; c++)
                PullRows<Lane>(byOutput + c, weights, values, count, coefficients, coefficientStride, x + c, resultStride, rows);
        }
    }

    /// <inheritdoc/>
    public override void PullBackLiveGradient(
        float* byOutput, ulong* live, float* coefficients, float* coefficientGradients, nint coefficientStride, float* resultGradients,
        nint resultStride, int rows, float* byOutputGradient)
    {
        for (int row = 0; row < rows; row++)
            new Span<float>(coefficientGradients + row * coefficientStride, Outputs).Clear();

        using var workspace = Workspace.Rent(OutputPlaces + 1 + Outputs + SpikeLists.Slack, 2);
        int* starts = workspace.Integers(OutputPlaces + 1), channels = workspace.Integers(Outputs + SpikeLists.Slack);
        SpikeLists.List(live, OutputPlaces, OutputWords / OutputPlaces, starts, channels);
        int full = HasManyRegisters ? Channels / 64 * 64 : 0, most = Channels / 16 * 16;
        for (int place = 0; place < OutputPlaces; place++)
        {
            for (int i = starts[place]; i < starts[place + 1]; i++)
            {
                nint block = (nint)channels[i] * taps * Channels, y = (nint)place * OutputChannels + channels[i];
                for (int row = 0; row < rows; row += 3)
                {
                    // Three rows share what is read of W and dW; missing ones repeat the first with coefficient 0, and are not stored.
                    int count = Math.Min(3, rows - row);
                    float* a = coefficients + row * coefficientStride + y, gradient = coefficientGradients + row * coefficientStride + y;
                    Triple values = new(*a, count > 1 ? a[coefficientStride] : 0, count > 2 ? a[2 * coefficientStride] : 0);
                    float* x = resultGradients + row * resultStride;
                    nint second = count > 1 ? resultStride : 0, third = count > 2 ? 2 * resultStride : 0;
                    Triple sums = default;
                    if (full > 0)
                        sums += Dots<Lanes64>(byOutput + block, byOutputGradient + block, place, 0, full, values, x, x + second, x + third);
                    if (most > full)
                        sums += Dots<Lanes16>(byOutput + block, byOutputGradient + block, place, full, most, values, x, x + second, x + third);
                    if (Channels > most)
                        sums += Dots<Lane>(byOutput + block, byOutputGradient + block, place, most, Channels, values, x, x + second, x + third);
                    *gradient = sums.A;
                    if (count > 1)
                        gradient[coefficientStride] = sums.B;
                    if (count > 2)
                        gradient[2 * coefficientStride] = sums.C;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Collect<T>(float* products, int place, float* x)
        where T : struct, ILanes<T>
    {
        T sum = default;
        for (int i = reachStarts[place]; i < reachStarts[place + 1]; i++)
            sum += T.Load(products + (nint)reach[i] * Channels);
        sum.Store(x);
    }

    // Sums that stay in registers: three rows at a time, so that a weight which is read serves three.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PullRows<T>(
        float* byOutput, int* weights, int* values, int count, float* coefficients, nint coefficientStride, float* x, nint resultStride,
        int rows)
        where T : struct, ILanes<T>
    {
        int row = 0;
        for (; row + 3 <= rows; row += 3)
        {
            float* first = coefficients + row * coefficientStride, second = first + coefficientStride, third = second + coefficientStride;
            T a = default, b = default, c = default;
            for (int i = 0; i < count; i++)
            {
                T weight = T.Load(byOutput + weights[i]);
                a = T.MultiplyAdd(weight, Vector512.Create(first[values[i]]), a);
                b = T.MultiplyAdd(weight, Vector512.Create(second[values[i]]), b);
                c = T.MultiplyAdd(weight, Vector512.Create(third[values[i]]), c);
            }

            a.Store(x + row * resultStride);
            b.Store(x + (row + 1) * resultStride);
            c.Store(x + (row + 2) * resultStride);
        }

        for (; row < rows; row++)
        {
            float* only = coefficients + row * coefficientStride;
            T a = default;
            for (int i = 0; i < count; i++)
                a = T.MultiplyAdd(T.Load(byOutput + weights[i]), Vector512.Create(only[values[i]]), a);
            a.Store(x + row * resultStride);
        }
    }

    // One live output against three rows: what W gathers of their gradients, and what its own gradient gets, over [from, to) of the
    // input channels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Triple Dots<T>(
        float* weights, float* sums, int output, int from, int to, Triple values, float* first, float* second, float* third)
        where T : struct, ILanes<T>
    {
        T a = default, b = default, c = default;
        Vector512<float> x = Vector512.Create(values.A), y = Vector512.Create(values.B), z = Vector512.Create(values.C);
        for (int tap = 0; tap < taps; tap++)
        {
            int source = sources[output * taps + tap];
            if (source < 0)
                continue;
            for (int channel = from; channel < to; channel += T.Count)
            {
                nint at = (nint)source * Channels + channel;
                float* sum = sums + tap * Channels + channel;
                T weight = T.Load(weights + tap * Channels + channel), total = T.Load(sum);
                T gradient = T.Load(first + at);
                a = T.MultiplyAdd(weight, gradient, a);
                total = T.MultiplyAdd(gradient, x, total);
                gradient = T.Load(second + at);
                b = T.MultiplyAdd(weight, gradient, b);
                total = T.MultiplyAdd(gradient, y, total);
                gradient = T.Load(third + at);
                c = T.MultiplyAdd(weight, gradient, c);
                T.MultiplyAdd(gradient, z, total).Store(sum);
            }
        }

        return new(a.Sum(), b.Sum(), c.Sum());
    }

    private readonly record struct Triple(float A, float B, float C)
    {
        public static Triple operator +(Triple a, Triple b) => new(a.A + b.A, a.B + b.B, a.C + b.C);
    }
}
