using System.Diagnostics;
using SnnDsl.Benchmarks.Measuring;
using SnnDsl.Benchmarks.Networks;
using SnnDsl.Benchmarks.Reporting;
using SnnDsl.Training;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Cases;

/// <summary>Thousands of steps of the real trainer on small batches: memory must stay flat, and nothing may be left to finalisers.</summary>
internal sealed class EnduranceCase : IProgress<TrainingProgress>, IDisposable
{
    /// <summary>Its name on the command line, for natural training.</summary>
    public const string Natural = "endurance";

    /// <summary>The same, for certified training.</summary>
    public const string Certified = "certified-endurance";

    private const int StepsPerEpoch = 100;

    private readonly Finalised finalised = new();
    private readonly int warmUp;
    private readonly List<double> resident = [];
    private long pending;
    private (long Finalised, long Tensors, long Allocated, long Time) first;
    private (long Finalised, long Tensors, long Allocated, long Time) last;

    private EnduranceCase(int warmUp) => this.warmUp = warmUp;

    /// <summary>Trains, naturally or with certification, and watches memory.</summary>
    /// <param name="model">fc or conv.</param>
    /// <param name="isCertified">Half S-IBP, half S-CROWN.</param>
    /// <param name="steps">How many steps are watched; a tenth as many go before.</param>
    /// <exception cref="InvalidOperationException">The system does not tell how much memory is resident.</exception>
    public static EnduranceResult Measure(string model, bool isCertified, int steps)
    {
        if (!ResidentMemory.IsKnown)
            throw new InvalidOperationException("The endurance case reads /proc/self/status: run it on Linux.");

        // What a step leaves behind does not depend on the batch; a certified step of two samples takes as long as a natural one of eight.
        int batch = isCertified ? 2 : 8;
        int epochs = (steps + StepsPerEpoch - 1) / StepsPerEpoch;
        using var network = Subject.CreateNetwork(model);
        using var watch = new EnduranceCase(warmUp: (epochs + 9) / 10);
        var options = new TrainingOptions
        {
            Epochs = epochs + watch.warmUp,
            BatchSize = batch,
            Robust = isCertified
                ? new() { Epsilon = Subject.Epsilon, RampStart = 0, RampEnd = 0, CrownShare = Ramp.Constant(0.5) }
                : null,
        };
        Subject.Choose(Code.Fused);
        new Trainer(network, Digits.Train.Take(StepsPerEpoch * batch), options).Run(progress: watch);
        return watch.Result(model, isCertified, batch, network.Steps);
    }

    /// <summary>The trainer's word; epochs' ends count.</summary>
    public void Report(TrainingProgress value)
    {
        if (!value.EndOfEpoch || value.Epoch < warmUp)
            return;

        // The collector comes when it likes in between, as it does for users; only what is garbage at the two ends is counted there.
        pending = Math.Max(pending, GC.GetGCMemoryInfo().FinalizationPendingCount);
        resident.Add(ResidentMemory.Now);
        bool isFirst = value.Epoch == warmUp;
        if (isFirst || value.Epoch == value.Epochs)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            // The runtime's word comes a moment after its deed.
            Thread.Sleep(200);
            last = (finalised.Count, Tensor.TotalCount, GC.GetTotalAllocatedBytes(), Stopwatch.GetTimestamp());
            first = isFirst ? last : first;
        }
    }

    public void Dispose() => finalised.Dispose();

    private EnduranceResult Result(string model, bool isCertified, int batch, int timeSteps)
    {
        int steps = (resident.Count - 1) * StepsPerEpoch;
        return new()
        {
            Training = isCertified ? "certified" : "natural",
            Model = model,
            Batch = batch,
            TimeSteps = timeSteps,
            Steps = steps,
            Seconds = Math.Round(Stopwatch.GetElapsedTime(first.Time, last.Time).TotalSeconds, 1),
            LeastMb = Math.Round(resident.Min(), 1),
            MostMb = Math.Round(resident.Max(), 1),
            DriftMb = Math.Round(resident[^1] - resident[0], 1),
            FinalisedPerStep = Math.Round((last.Finalised - first.Finalised) / (double)steps, 3),
            MostPending = pending,
            TensorDrift = last.Tensors - first.Tensors,
            AllocatedPerStep = Math.Round((last.Allocated - first.Allocated) / (double)steps),
        };
    }
}
