using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Events;

/// <summary>The walk of one sample's coefficients through all stages, and of their gradients back.</summary>
internal sealed unsafe class RelaxationWalk
{
    private readonly RelaxationPlan plan;
    private readonly nint top;
    private readonly nint[] currents;
    private readonly nint end;
    private readonly nint[] weights;
    private readonly nint[] biases;

    /// <summary>Takes the addresses; the caller keeps the tensors alive.</summary>
    /// <param name="plan">What is to be done.</param>
    /// <param name="top">Coefficients on the last layer's spikes, [B, T, K, N].</param>
    /// <param name="currents">Lower and upper currents of each stage.</param>
    /// <param name="end">Coefficients on the first layer's currents: written on the way down, their gradient on the way up.</param>
    public RelaxationWalk(RelaxationPlan plan, Tensor top, Tensor[] currents, Tensor end)
    {
        this.plan = plan;
        this.top = TensorMemory.Address(top);
        this.currents = [.. currents.Select(TensorMemory.Address)];
        this.end = TensorMemory.Address(end);
        var maps = plan.Stages.Where(stage => stage.Map is not null).ToList();
        weights = [.. maps.Select(stage => (nint)PackedWeights.Of(stage.Weight!).ByOutput(stage.Map!, stage.Weight!))];
        biases = [.. maps.Select(stage => TensorMemory.Address(stage.Bias))];
    }

    private int Last => plan.Stages.Count - 1;

    /// <summary>Membranes and live neurons of every stage.</summary>
    /// <param name="sample">Which sample.</param>
    /// <param name="memory">The thread's memory.</param>
    public void Bound(long sample, RelaxationMemory memory)
    {
        for (int i = 0; i <= Last; i++)
        {
            var stage = plan.Stages[i];
            ref var mine = ref memory.Stages[i];
            long size = stage.Constant ? stage.Neurons : (long)plan.Steps * stage.Neurons;
            stage.Bound(
                (float*)currents[2 * i] + sample * size, (float*)currents[2 * i + 1] + sample * size, memory.Spikes, mine.Lower, mine.Upper,
                plan.Steps);
            if (i < Last)
            {
                long live = stage.FindLive(mine.Lower, mine.Upper, mine.Live, plan.Steps);
                mine.IsDense = live > RelaxationPlan.DenseShare * plan.Steps * stage.Neurons;
            }

            if (mine.LowerGradients is not null)
            {
                new Span<float>(mine.LowerGradients, plan.Steps * stage.Neurons).Clear();
                new Span<float>(mine.UpperGradients, plan.Steps * stage.Neurons).Clear();
            }
        }
    }

    /// <summary>A few rows from the last layer to the first.</summary>
    /// <param name="sample">Which sample.</param>
    /// <param name="row">The first of the rows.</param>
    /// <param name="memory">The thread's memory, with membranes and live neurons.</param>
    /// <param name="constants">The sample's constants, [K]; written for these rows.</param>
    public void Down(long sample, int row, RelaxationMemory memory, float* constants)
    {
        int rows = Rows(row);
        double* sums = stackalloc double[RelaxationPlan.Together];
        Descend(sample, row, rows, memory, sums);
        Relax(Last, rows, memory, sums, sample, row);
        for (int k = 0; k < rows; k++)
        {
            constants[row + k] = (float)sums[k];
        }
    }

    /// <summary>A few rows down again, every stage's coefficients kept, and their gradients up.</summary>
    /// <param name="sample">Which sample.</param>
    /// <param name="row">The first of the rows.</param>
    /// <param name="memory">The thread's memory.</param>
    /// <param name="constantGradients">The sample's, [K].</param>
    /// <param name="topGradients">Gradients of the coefficients on the last layer's spikes, [B, T, K, N]; null for none.</param>
    /// <param name="gradients">Where weights' and biases' gradients are added up.</param>
    /// <param name="part">Which thread this is.</param>
    public void DownAndUp(
        long sample, int row, RelaxationMemory memory, float* constantGradients, float* topGradients, RelaxationGradients gradients, int part)
    {
        int rows = Rows(row);
        double* ignored = stackalloc double[RelaxationPlan.Together];
        Descend(sample, row, rows, memory, ignored);
        for (int i = Last; i >= 0; i--)
        {
            RelaxBackward(i, rows, memory, constantGradients + row, sample, row);
            if (i > 0)
            {
                PullBackGradient(i - 1, rows, memory, constantGradients + row, gradients, part);
            }
        }

        if (topGradients is not null)
        {
            int size = plan.Stages[0].Neurons;
            for (int t = 0; t < plan.Steps; t++)
            {
                Copy(memory.Stages[0].OnSpikesGradients + (long)t * rows * size, topGradients + Top(sample, t, row), rows * size);
            }
        }
    }

    /// <summary>From the gradients of a sample's membrane bounds to those of its currents' bounds.</summary>
    /// <param name="sample">Which sample.</param>
    /// <param name="memory">The thread's memory.</param>
    /// <param name="currentGradients">Those of lower and upper currents of each stage, written.</param>
    public void CurrentGradients(long sample, RelaxationMemory memory, nint[] currentGradients)
    {
        for (int i = 0; i <= Last; i++)
        {
            var stage = plan.Stages[i];
            ref var mine = ref memory.Stages[i];
            long size = CurrentSize(stage);
            // Spikes' bounds are no part of this function: their gradients are 0.
            new Span<float>(memory.Spikes, plan.Steps * stage.Neurons).Clear();
            stage.Kernel.IntervalsBackward(
                ref *mine.Lower, ref *mine.Upper, ref *memory.Spikes, ref *memory.Spikes, ref *mine.LowerGradients,
                ref *mine.UpperGradients, ref *((float*)currentGradients[2 * i] + sample * size),
                ref *((float*)currentGradients[2 * i + 1] + sample * size), stage.Constant ? 0 : stage.Neurons, stage.Neurons, plan.Steps,
                0, stage.Neurons);
        }
    }

    private int Rows(int row) => Math.Min(RelaxationPlan.Together, plan.Rows - row);

    private long CurrentSize(RelaxationStage stage) => stage.Constant ? stage.Neurons : (long)plan.Steps * stage.Neurons;

    // Where a step's coefficients of a row lie in [B, T, K, N].
    private long Top(long sample, int t, int row) => ((sample * plan.Steps + t) * plan.Rows + row) * plan.Stages[0].Neurons;

    private static void Copy(float* from, float* to, int count) => new ReadOnlySpan<float>(from, count).CopyTo(new(to, count));

    // All stages but the last one's relaxation.
    private void Descend(long sample, int row, int rows, RelaxationMemory memory, double* sums)
    {
        new Span<double>(sums, rows).Clear();
        int size = plan.Stages[0].Neurons;
        for (int t = 0; t < plan.Steps; t++)
        {
            Copy((float*)top + Top(sample, t, row), memory.Stages[0].OnSpikes + (long)t * rows * size, rows * size);
        }

        for (int i = 0; i < Last; i++)
        {
            Relax(i, rows, memory, sums, sample, row);
            PullBack(i, rows, memory, sums);
        }
    }

    private void Relax(int i, int rows, RelaxationMemory memory, double* sums, long sample, int row)
    {
        var stage = plan.Stages[i];
        ref var mine = ref memory.Stages[i];
        nint stride = (nint)rows * stage.Neurons;
        for (int k = 0; k < rows; k++)
        {
            var (result, resultStride) = OnCurrents(i, k, sample, row, mine.OnCurrents, stride);
            if (i == Last && plan.Trains is { } trains)
            {
                // The first step's membrane is the current.
                sums[k] += trains.Relax(
                    mine.OnSpikes + (long)k * stage.Neurons, stride, null, mine.Lower, mine.Upper, (float*)result, stage.Neurons);
                continue;
            }

            sums[k] += stage.Kernel.Relax(
                plan.Rule, ref mine.OnSpikes[(long)k * stage.Neurons], ref TensorMemory.At(0), ref *mine.Lower, ref *mine.Upper,
                ref TensorMemory.At(result), stride, stage.Neurons, resultStride, plan.Steps, stage.Neurons);
        }
    }

    private void RelaxBackward(int i, int rows, RelaxationMemory memory, float* constantGradients, long sample, int row)
    {
        var stage = plan.Stages[i];
        ref var mine = ref memory.Stages[i];
        nint stride = (nint)rows * stage.Neurons;
        for (int k = 0; k < rows; k++)
        {
            var (given, givenStride) = OnCurrents(i, k, sample, row, mine.OnCurrentsGradients, stride);
            long at = (long)k * stage.Neurons;
            stage.Kernel.RelaxBackward(
                plan.Rule, ref mine.OnSpikes[at], ref TensorMemory.At(0), ref *mine.Lower, ref *mine.Upper, ref TensorMemory.At(given),
                constantGradients[k], ref mine.OnSpikesGradients[at], ref TensorMemory.At(0), ref *mine.LowerGradients,
                ref *mine.UpperGradients, stride, stage.Neurons, givenStride, plan.Steps, stage.Neurons);
        }
    }

    // A row's coefficients on a stage's currents: in the thread's memory, or for the last stage where the function's result lies.
    private (nint Address, nint Stride) OnCurrents(int i, int k, long sample, int row, float* mine, nint stride)
    {
        int size = plan.Stages[i].Neurons;
        if (i < Last)
        {
            return ((nint)(mine + (long)k * size), stride);
        }

        return plan.Sums
            ? ((nint)((float*)end + (sample * plan.Rows + row + k) * size), 0)
            : ((nint)((float*)end + (sample * plan.Steps * plan.Rows + row + k) * size), (nint)plan.Rows * size);
    }

    private void PullBack(int i, int rows, RelaxationMemory memory, double* sums)
    {
        var (stage, below) = (plan.Stages[i], plan.Stages[i + 1]);
        ref var mine = ref memory.Stages[i];
        float* bias = (float*)biases[i];
        if (mine.IsDense)
        {
            stage.Map!.PullBack((float*)weights[i], mine.OnCurrents, memory.Stages[i + 1].OnSpikes, (nint)plan.Steps * rows);
        }

        for (int t = 0; t < plan.Steps; t++)
        {
            float* a = mine.OnCurrents + (long)t * rows * stage.Neurons;
            if (!mine.IsDense)
            {
                stage.Map!.PullBackLive(
                    (float*)weights[i], mine.Live + (long)t * stage.Words, a, stage.Neurons,
                    memory.Stages[i + 1].OnSpikes + (long)t * rows * below.Neurons, below.Neurons, rows);
            }

            for (int k = 0; bias is not null && k < rows; k++)
            {
                sums[k] += stage.DotBias(a + (long)k * stage.Neurons, bias);
            }
        }
    }

    // The constants hold a . b for every step: da += dconstant b, db += dconstant a.
    private void PullBackGradient(
        int i, int rows, RelaxationMemory memory, float* constantGradients, RelaxationGradients gradients, int part)
    {
        var (stage, below) = (plan.Stages[i], plan.Stages[i + 1]);
        ref var mine = ref memory.Stages[i];
        float* bias = (float*)biases[i];
        if (mine.IsDense)
        {
            stage.Map!.PullBackGradient(
                (float*)weights[i], mine.OnCurrents, mine.OnCurrentsGradients, memory.Stages[i + 1].OnSpikesGradients,
                (nint)plan.Steps * rows, gradients.Weight(i, part));
        }

        for (int t = 0; t < plan.Steps; t++)
        {
            float* a = mine.OnCurrents + (long)t * rows * stage.Neurons;
            float* da = mine.OnCurrentsGradients + (long)t * rows * stage.Neurons;
            if (!mine.IsDense)
            {
                stage.Map!.PullBackLiveGradient(
                    (float*)weights[i], mine.Live + (long)t * stage.Words, a, da, stage.Neurons,
                    memory.Stages[i + 1].OnSpikesGradients + (long)t * rows * below.Neurons, below.Neurons, rows,
                    gradients.Weight(i, part));
            }

            for (int k = 0; bias is not null && k < rows; k++)
            {
                stage.AddBiasGradient(
                    a + (long)k * stage.Neurons, da + (long)k * stage.Neurons, bias, gradients.Bias(i, part), constantGradients[k]);
            }
        }
    }
}
