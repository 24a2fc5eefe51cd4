using SnnDsl.Training;

namespace SnnDsl.Runtime.Tests.Training;

/// <summary>A run that is stopped somewhere, as by Ctrl-C.</summary>
internal static class StoppedRun
{
    public static void Of(Trainer trainer, Func<TrainingProgress, bool> where)
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => trainer.Run(progress: new Stopper(where, stop), cancellation: stop.Token));
    }

    private sealed class Stopper(Func<TrainingProgress, bool> where, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (where(value))
            {
                stop.Cancel();
            }
        }
    }
}
