using SnnDsl.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Training;

/// <summary>What a step makes, it frees: the collector does not see native memory, so whatever is left to it piles up.</summary>
[Collection("One thread")]
public class EnduranceTests
{
    private const int Epochs = 25;

    public EnduranceTests() => set_num_threads(1);

    // 200 steps of 4 samples. The number of live tensors is that of this thread, so other tests do not disturb it.
    [Theory]
    [InlineData(null)]
    [InlineData(RobustLoss.Bounds)]
    [InlineData(RobustLoss.SmallBox)]
    [InlineData(RobustLoss.MixedMargins)]
    public void StepsLeaveNoTensorsBehind(RobustLoss? loss)
    {
        using var network = new TinyNetwork(Encoding.Direct, 3, [1, 6, 6], 12, 3, seed: 1);
        var watch = new Watch();
        var options = new TrainingOptions
        {
            Epochs = Epochs,
            BatchSize = 4,
            Robust = loss is { } robust
                ? new() { Epsilon = 0.05, RampStart = 0, RampEnd = 0, CrownShare = Ramp.Constant(0.5), Loss = robust, AttackSteps = 2 }
                : null,
        };
        new Trainer(network, TinyData.Images(32), options).Run(progress: watch);

        Assert.Equal(Epochs, watch.Alive.Count);
        // Gradients and the optimiser's state are there from the first epoch on.
        Assert.All(watch.Alive.Skip(1), alive => Assert.Equal(watch.Alive[1], alive));
    }

    private sealed class Watch : IProgress<TrainingProgress>
    {
        public List<long> Alive { get; } = [];

        public void Report(TrainingProgress value)
        {
            if (value.EndOfEpoch)
                Alive.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }
    }
}
