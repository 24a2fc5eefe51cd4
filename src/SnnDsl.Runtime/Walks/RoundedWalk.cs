using System.Numerics;
using SnnDsl.Hardware;
using SnnDsl.Kernels;

namespace SnnDsl.Events;

/// <summary>
/// Rounding-safe linear bounds backwards through all spiking layers at once: the walk of <see cref="RelaxationWalk"/>, which finds slopes and
/// coefficients in float32, with an account of what every one of its numbers may be off by.
/// </summary>
internal sealed unsafe class RoundedWalk
{
    private readonly RoundedPlan plan;
    private readonly nint top;
    private readonly nint end;
    private readonly nint ends;
    private readonly nint[] weights;
    private readonly nint[] biases;

    /// <summary>Takes the addresses; the caller keeps the tensors alive.</summary>
    /// <param name="plan">What is to be done.</param>
    /// <param name="top">Coefficients on the last layer's spikes, [B, T, K, N] in float32.</param>
    /// <param name="end">Where the coefficients go: on the first currents, or on the inputs where the plan has a box.</param>
    public RoundedWalk(RoundedPlan plan, nint top, nint end)
    {
        (this.plan, this.top, this.end) = (plan, top, end);
        ends = TensorMemory.Address(plan.Box);
        weights = [.. plan.Maps.Select(map => map is null ? 0 : (nint)PackedWeights.Of(map.Weight).ByOutput(map.Map, map.Weight))];
        biases = [.. plan.Maps.Select(map => TensorMemory.Address(map?.Bias))];
    }

    private int Last => plan.Layers.Count - 1;

    /// <summary>Bounds all rows of a sample.</summary>
    /// <param name="sample">Which.</param>
    /// <param name="memory">The thread's memory.</param>
    /// <param name="constants">The rows' constants, [K], written.</param>
    /// <param name="bounds">The same with the least value over the box, where the plan has one, [K], written.</param>
    public void Run(long sample, RoundedMemory memory, double* constants, double* bounds)
    {
        for (int i = 0; i <= Last; i++)
        {
            Bound(sample, i, memory);
        }

        for (int row = 0; row < plan.Rows; row += RelaxationPlan.Together)
        {
            int rows = Math.Min(RelaxationPlan.Together, plan.Rows - row);
            var sums = new RoundedSum[rows];
            Start(sample, row, rows, memory);
            for (int i = 0; i <= Last; i++)
            {
                Relax(sample, i, row, rows, memory, sums);
                if (i < Last)
                {
                    PullBack(i, rows, memory);
                }
            }

            Fill(constants + row, sums);
            if (plan.Box is not null)
            {
                Concretise(sample, row, rows, memory, sums);
            }

            Fill(bounds + row, sums);
        }
    }

    private void Fill(double* results, RoundedSum[] sums)
    {
        for (int k = 0; k < sums.Length; k++)
        {
            results[k] = sums[k].Below(plan.Terms);
        }
    }

    // Membranes and live neuron-steps of a layer, and what its lines need to know of them.
    private void Bound(long sample, int i, RoundedMemory memory)
    {
        var (layer, stage, mine) = (plan.Layers[i], plan.Stages[i], memory.Stages[i]);
        layer.Bound(sample, mine.Lower, mine.Upper);
        if (i == Last && plan.Trains is not null)
        {
            return;
        }

        long live = stage.FindLive(mine.Lower, mine.Upper, mine.Live, plan.Steps);
        mine.IsDense = live > RelaxationPlan.DenseShare * plan.Steps * stage.Neurons;
        bool isWide = i == Last && plan.Box is null;
        mine.Lines!.Pack(
            layer, sample, mine.Lower, mine.Upper, mine.Live, stage.Words, isWide ? null : (float*)biases[i],
            isWide ? 0 : plan.Maps[i]!.Reach, i == Last && layer.IsConstant ? plan.Steps : 0);
    }

    private void Start(long sample, int row, int rows, RoundedMemory memory)
    {
        int size = plan.Stages[0].Neurons;
        for (int t = 0; t < plan.Steps; t++)
        {
            float* from = (float*)top + ((((sample * plan.Steps) + t) * plan.Rows) + row) * size;
            new ReadOnlySpan<float>(from, rows * size).CopyTo(new(memory.Stages[0].OnSpikes + ((long)t * RelaxationPlan.Together * size), rows * size));
        }
    }

    private void Relax(long sample, int i, int row, int rows, RoundedMemory memory, RoundedSum[] sums)
    {
        var (stage, mine) = (plan.Stages[i], memory.Stages[i]);
        nint stride = (nint)RelaxationPlan.Together * stage.Neurons;
        for (int k = 0; k < rows; k++)
        {
            float* onSpikes = mine.OnSpikes + ((long)k * stage.Neurons), onCurrents = mine.OnCurrents + ((long)k * stage.Neurons);
            if (i == Last && plan.Trains is { } trains)
            {
                sums[k] += RelaxTrains(trains, sample, mine, onSpikes, stride, onCurrents);
            }
            else
            {
                stage.Kernel.Relax(
                    plan.Rule, ref *onSpikes, ref TensorMemory.At(0), ref *mine.Lower, ref *mine.Upper, ref *onCurrents, stride, stage.Neurons,
                    stride, plan.Steps, stage.Neurons);
                sums[k] += mine.Lines!.Charge(onSpikes, onCurrents);
            }

            if (i == Last)
            {
                Finish(sample, row + k, stage.Neurons, onCurrents, stride);
            }
        }
    }

    private RoundedSum RelaxTrains(TrainKernel trains, long sample, RoundedMemory.Stage mine, float* onSpikes, nint stride, float* slopes)
    {
        var layer = plan.Layers[Last];
        var charged = trains.Relax(onSpikes, stride, null, mine.Lower, mine.Upper, slopes, layer.Neurons, layer.Magnitudes(sample));
        var cost = RoundingCost.OfLines(
            layer.TermsAt(sample, 0), plan.Box is null ? 0 : Math.Min(charged.Count, plan.Maps[Last]!.Reach), layer.Values, plan.Steps);
        double lost = ((cost.Share * charged.Weighted) + (cost.Least * charged.Slopes)) * Rounding.Up;
        var sum = new RoundedSum(charged.Constant - charged.Lost - lost, charged.Size + charged.Lost + lost);
        if (plan.Box is not null && biases[Last] != 0)
        {
            float* bias = (float*)biases[Last];
            double value = 0, size = 0;
            int channels = layer.Channels;
            for (int first = 0; first < layer.Neurons; first += channels)
            {
                for (int channel = 0; channel < channels; channel++)
                {
                    double product = (double)slopes[first + channel] * bias[channel];
                    value += product;
                    size += Math.Abs(product);
                }
            }

            sum += new RoundedSum(value, size);
        }

        return sum;
    }

    // The last layer's coefficients, summed over the steps where the current is the same at all of them, to where they are wanted.
    private void Finish(long sample, int row, int neurons, float* onCurrents, nint stride)
    {
        bool isConstant = plan.Layers[Last].IsConstant;
        if (isConstant && plan.Trains is null)
        {
            for (int t = 1; t < plan.Steps; t++)
            {
                for (int n = 0; n < neurons; n++)
                {
                    onCurrents[n] += onCurrents[(t * stride) + n];
                }
            }
        }

        if (plan.Box is not null)
        {
            return;
        }

        for (int t = 0; t < (isConstant ? 1 : plan.Steps); t++)
        {
            long at = isConstant ? (sample * plan.Rows) + row : ((((sample * plan.Steps) + t) * plan.Rows) + row);
            new ReadOnlySpan<float>(onCurrents + (t * stride), neurons).CopyTo(new((float*)end + (at * neurons), neurons));
        }
    }

    private void PullBack(int i, int rows, RoundedMemory memory)
    {
        var (stage, below, map) = (plan.Stages[i], plan.Stages[i + 1], plan.Maps[i]!.Map);
        var (mine, next) = (memory.Stages[i], memory.Stages[i + 1]);
        long own = (long)RelaxationPlan.Together * stage.Neurons, others = (long)RelaxationPlan.Together * below.Neurons;
        if (mine.IsDense && rows == RelaxationPlan.Together)
        {
            map.PullBack((float*)weights[i], mine.OnCurrents, next.OnSpikes, (nint)plan.Steps * rows);
            return;
        }

        for (int t = 0; t < plan.Steps; t++)
        {
            if (mine.IsDense)
            {
                map.PullBack((float*)weights[i], mine.OnCurrents + (t * own), next.OnSpikes + (t * others), rows);
            }
            else
            {
                map.PullBackLive(
                    (float*)weights[i], mine.Live + ((long)t * stage.Words), mine.OnCurrents + (t * own), stage.Neurons,
                    next.OnSpikes + (t * others), below.Neurons, rows);
            }
        }
    }

    // Through the first map to the inputs, and the least value over their box, in float64: products of two float32 numbers are exact there.
    private void Concretise(long sample, int row, int rows, RoundedMemory memory, RoundedSum[] sums)
    {
        var (stage, mine, map) = (plan.Stages[Last], memory.Stages[Last], plan.Maps[Last]!.Map);
        float* inputs = (float*)end + (((sample * plan.Rows) + row) * map.Inputs);
        // What is 0 in all rows is left out.
        int live = 0, word = 0;
        for (int place = 0; place < stage.Neurons / stage.Channels; place++)
        {
            for (int first = 0; first < stage.Channels; first += 64, word++)
            {
                mine.Live[word] = 0;
                for (int k = 0; k < rows; k++)
                {
                    mine.Live[word] |= Bits.NonZero(
                        mine.OnCurrents + ((long)k * stage.Neurons) + (place * stage.Channels) + first, Math.Min(64, stage.Channels - first));
                }

                live += BitOperations.PopCount(mine.Live[word]);
            }
        }

        if (live > RelaxationPlan.DenseShare * stage.Neurons)
        {
            map.PullBack((float*)weights[Last], mine.OnCurrents, inputs, rows);
        }
        else
        {
            map.PullBackLive((float*)weights[Last], mine.Live, mine.OnCurrents, stage.Neurons, inputs, map.Inputs, rows);
        }

        float* lower = (float*)ends + (sample * 2 * map.Inputs), upper = lower + map.Inputs;
        for (int k = 0; k < rows; k++)
        {
            sums[k] += RoundedBox.Least(inputs + ((long)k * map.Inputs), lower, upper, map.Inputs);
        }
    }
}
