using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SnnDsl.Hardware;
using SnnDsl.Kernels;

namespace SnnDsl.Events;

/// <summary>A constant that adds up in float64, and the magnitude of what was added.</summary>
/// <param name="Value">The sum.</param>
/// <param name="Size">The sum of magnitudes.</param>
internal readonly record struct RoundedSum(double Value, double Size)
{
    public static RoundedSum operator +(RoundedSum a, RoundedSum b) => new(a.Value + b.Value, a.Size + b.Size);

    /// <summary>At most the exact sum.</summary>
    /// <param name="terms">How many terms it has at most.</param>
    public double Below(double terms) => Value - Size * (Rounding.Gamma(terms + 64, Rounding.Double) * Rounding.Up);
}

/// <summary>
/// What the lines of one sample's layer leave, as numbers: the neuron-steps that a linear form passes, packed one after the other, so that
/// every row of coefficients is charged eight of them at a time. Slopes are taken as they come; the intercept that belongs to a slope is
/// the least that the function leaves above it at the ends of its two pieces, in float64.
/// </summary>
internal sealed unsafe class RoundedLines
{
    private const int Lanes = 8;

    // Of the magnitudes that meet in one intercept: eight roundings of float64, doubled.
    private const double LineRounding = 16 * Rounding.Double;

    private readonly NeuronParameters neuron;
    private readonly int steps;
    private readonly int neurons;
    private readonly int stride;

    // Of each step: the packed neuron-steps of [starts[t], starts[t + 1]), a multiple of eight; and the certain spikes that carry no slope.
    private readonly int[] starts;
    private readonly int[] sureStarts;
    private readonly int* places;
    private readonly int* sure;
    private readonly double* l;
    private readonly double* u;
    private readonly double* errors;
    private readonly double* biases;
    private readonly double* sizes;
    private readonly double* resets;

    /// <summary>Takes room.</summary>
    /// <param name="workspace">Where from: <see cref="Room"/> and <see cref="Pieces"/>.</param>
    /// <param name="neuron">The neurons' constants.</param>
    /// <param name="steps">T.</param>
    /// <param name="neurons">N.</param>
    /// <param name="stride">From step to step in the coefficients.</param>
    public RoundedLines(Workspace workspace, NeuronParameters neuron, int steps, int neurons, int stride)
    {
        (this.neuron, this.steps, this.neurons, this.stride) = (neuron, steps, neurons, stride);
        (starts, sureStarts) = (new int[steps + 1], new int[steps + 1]);
        long room = Entries(steps, neurons);
        places = workspace.Integers(room);
        sure = workspace.Integers(room);
        l = Doubles();
        u = Doubles();
        errors = Doubles();
        biases = Doubles();
        sizes = Doubles();
        resets = Doubles();

        double* Doubles() => (double*)workspace.Words(room);
    }

    /// <summary>How many pieces of a workspace one takes.</summary>
    public const int Pieces = 8;

    /// <summary>How many floats.</summary>
    /// <param name="steps">T.</param>
    /// <param name="neurons">N.</param>
    public static long Room(int steps, int neurons) => 14 * Entries(steps, neurons);

    /// <summary>How many terms a row's constant gets at most.</summary>
    public double Terms => 2.0 * steps * neurons;

    /// <summary>Packs a sample's neuron-steps.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="sample">The sample.</param>
    /// <param name="lower">Its lower membranes, [T, N].</param>
    /// <param name="upper">Its upper ones.</param>
    /// <param name="live">Bits of the neuron-steps that carry a slope, [T, words].</param>
    /// <param name="words">Words of a step.</param>
    /// <param name="bias">b of the map before, one for each channel; null where it is added elsewhere.</param>
    /// <param name="reach">The most outputs that one of the map's inputs reaches; 0 where coefficients are pulled back in float64.</param>
    /// <param name="sums">How many sums a coefficient meets besides.</param>
    public void Pack(RoundedLayer layer, long sample, float* lower, float* upper, ulong* live, int words, float* bias, int reach, int sums)
    {
        float* magnitude = layer.Magnitudes(sample);
        int channels = layer.Channels;
        var (entry, certain) = (0, 0);
        float threshold = neuron.Threshold;
        // Coefficients that are summed over the steps first are pulled back from all neurons that are live at any.
        int all = layer.IsConstant ? Count(live, words, steps) : 0;
        for (int t = 0; t < steps; t++)
        {
            (starts[t], sureStarts[t]) = (entry, certain);
            ulong* own = live + ((long)t * words);
            int terms = Math.Min(layer.IsConstant ? all : Count(own, words, 1), reach);
            var cost = RoundingCost.OfLines(layer.TermsAt(sample, t), terms + sums, layer.Values, steps);
            float* below = lower + ((long)t * neurons), above = upper + ((long)t * neurons);
            float* size = magnitude + ((long)t * layer.MagnitudeStride);
            int n = 0;
            for (int word = 0; n < neurons; word++)
            {
                int first = n, width = Math.Min(64, channels - (n % channels));
                for (ulong rest = own[word]; rest != 0; rest &= rest - 1)
                {
                    int i = first + BitOperations.TrailingZeroCount(rest);
                    double kept = t == 0 ? 0 : neuron.Decay * Rest(below[i - neurons], above[i - neurons]);
                    Add(entry++, (t * stride) + i, below[i], above[i], (cost.Share * (size[i] + kept)) + cost.Least, bias is null ? 0 : bias[i % channels]);
                }

                for (ulong rest = Bits.Above(below + first, threshold, width) & ~own[word]; rest != 0; rest &= rest - 1)
                {
                    sure[certain++] = (t * stride) + first + BitOperations.TrailingZeroCount(rest);
                }

                n += width;
            }

            while (entry % Lanes != 0)
            {
                // A membrane of 0 without an error: whatever its coefficients are, its line is 0, less a rounding.
                Add(entry++, t * stride, 0, 0, 0, 0);
            }
        }

        (starts[steps], sureStarts[steps]) = (entry, certain);
    }

    /// <summary>What one row's lines leave: the sum of their intercepts, of the bias' share and of what rounding costs.</summary>
    /// <param name="onSpikes">Coefficients on the spikes; step t, neuron i at [t * stride + i].</param>
    /// <param name="slopes">The lines' slopes, which are the coefficients on the currents; 0 where no neuron-step is packed.</param>
    public RoundedSum Charge(float* onSpikes, float* slopes)
    {
        Vector512<double> sum = default, size = default;
        for (int t = 0; t < steps; t++)
        {
            float* next = t == steps - 1 ? null : slopes + stride;
            for (int i = starts[t]; i < starts[t + 1]; i += Lanes)
            {
                var k = Gather(slopes, places + i);
                var inherited = next is null ? default : Gather(next, places + i) * Vector512.Create((double)neuron.Decay);
                var left = Line(Gather(onSpikes, places + i), inherited, k, i) + k * Vector512.Load(biases + i);
                sum += left;
                size += Vector512.Abs(left);
            }
        }

        return new RoundedSum(Vector512.Sum(sum), Vector512.Sum(size)) + Sure(onSpikes, slopes);
    }

    // The intercept below c_s s + c_r r for a slope, less what it may have lost and what the membrane's error costs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<double> Line(Vector512<double> cs, Vector512<double> cr, Vector512<double> k, int i)
    {
        var th = Vector512.Create((double)neuron.Threshold);
        var (low, high) = (Vector512.Load(l + i), Vector512.Load(u + i));
        var left = cr - k;
        var below = Vector512.Min(left * low, left * Vector512.Min(high, th));
        Vector512<double> right, spike;
        if (neuron.Reset == Reset.Hard)
        {
            (right, spike) = (-k, cs + cr * Vector512.Create((double)neuron.ResetValue));
        }
        else
        {
            (right, spike) = (left, cs - cr * th - Vector512.Abs(cr) * Vector512.Load(resets + i));
        }

        var above = spike + Vector512.Min(right * Vector512.Max(low, th), right * high);
        var absent = Vector512.Create(double.PositiveInfinity);
        below = Vector512.ConditionalSelect(Vector512.GreaterThan(low, th), absent, below);
        above = Vector512.ConditionalSelect(Vector512.GreaterThan(high, th), above, absent);
        var slopes = Vector512.Abs(cr) + Vector512.Abs(k);
        var loss = (Vector512.Abs(cs) + slopes * Vector512.Load(sizes + i)) * Vector512.Create(LineRounding);
        return Vector512.Min(below, above) - loss - Vector512.Abs(k) * Vector512.Load(errors + i);
    }

    // Certain spikes without a slope: c_s, and what the reset value weighs afterwards.
    private RoundedSum Sure(float* onSpikes, float* slopes)
    {
        double sum = 0, size = 0, left = neuron.Reset == Reset.Hard ? (double)neuron.Decay * neuron.ResetValue : 0;
        for (int t = 0; t < steps; t++)
        {
            bool inherits = left != 0 && t < steps - 1;
            for (int i = sureStarts[t]; i < sureStarts[t + 1]; i++)
            {
                double spike = onSpikes[sure[i]], rest = inherits ? left * slopes[sure[i] + stride] : 0;
                sum += spike + rest;
                size += Math.Abs(spike) + Math.Abs(rest);
            }
        }

        return new(sum, size);
    }

    private void Add(int entry, int place, double below, double above, double error, double bias)
    {
        (places[entry], l[entry], u[entry], errors[entry], biases[entry]) = (place, below, above, error, bias);
        sizes[entry] = bias == 0 && below == 0 && above == 0
            ? 0
            : Math.Max(Math.Max(Math.Abs(below), Math.Abs(above)), Math.Max(neuron.Threshold, Math.Abs(neuron.ResetValue))) + Math.Abs(bias);
        resets[entry] = ResetError(above);
    }

    // The largest |r| that float32 membranes in an interval leave.
    private double Rest(double below, double above)
    {
        double th = neuron.Threshold;
        double silent = below > th ? 0 : Math.Max(Math.Abs(below), Math.Abs(Math.Min(above, th)));
        double fired = above > th
            ? neuron.Reset == Reset.Hard ? Math.Abs(neuron.ResetValue) : above - th + ResetError(above)
            : 0;
        return Math.Max(silent, fired);
    }

    private double ResetError(double above) =>
        neuron.Reset == Reset.Hard ? 0 : (Math.Max(above - neuron.Threshold, 0) * (Rounding.Single * Rounding.Up)) + Rounding.Underflow;

    // How many neurons are live at any of some steps.
    private static int Count(ulong* bits, int words, int steps)
    {
        int set = 0;
        for (int word = 0; word < words; word++)
        {
            ulong any = 0;
            for (int t = 0; t < steps; t++)
            {
                any |= bits[((long)t * words) + word];
            }

            set += BitOperations.PopCount(any);
        }

        return set;
    }

    private static long Entries(int steps, int neurons) => (long)steps * (neurons + Lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Gather(float* from, int* places)
    {
        var values = Avx2.IsSupported
            ? Avx2.GatherVector256(from, Vector256.Load(places), sizeof(float))
            : Vector256.Create(
                from[places[0]], from[places[1]], from[places[2]], from[places[3]], from[places[4]], from[places[5]], from[places[6]],
                from[places[7]]);
        return Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Double(values)
            : Vector512.Create(Vector256.WidenLower(values), Vector256.WidenUpper(values));
    }
}
