using SnnDsl.Serialization;
using SnnDsl.Training;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Training;

public class AugmentationTests
{
    /// <summary>Every sample is what padding, cutting and flipping by torch makes of it, for pixels and for frames, and all moves occur.</summary>
    [Fact]
    public void SamplesAreShiftedAndMirroredAsTorchDoesIt()
    {
        using var scope = NewDisposeScope();
        var augmentation = new Augmentation { Shift = 2, Mirror = true };
        long[] indices = [.. Enumerable.Range(0, 64).Select(i => (long)(3 * i))];
        var seen = new HashSet<(int, int, bool)>();
        foreach (bool frames in new[] { false, true })
        {
            var inputs = rand(frames ? [3, 64, 2, 5, 7] : [64, 2, 5, 7]);
            var before = inputs.clone();
            for (long seed = 0; seed < 8; seed++)
            {
                var changed = augmentation.Apply(inputs, indices, seed);
                for (int i = 0; i < indices.Length; i++)
                {
                    var (down, right, mirrored) = augmentation.Draw(indices[i], seed);
                    seen.Add((down, right, mirrored));
                    var expected = nn.functional.pad(frames ? inputs[.., i] : inputs[i], [2, 2, 2, 2])
                        .narrow(-2, 2 - down, 5).narrow(-1, 2 - right, 7);
                    Assert.True((mirrored ? expected.flip(-1) : expected).Equals(frames ? changed[.., i] : changed[i]), $"sample {i}, seed {seed}");
                }
            }

            Assert.True(before.Equals(inputs));
        }

        Assert.Equal(5 * 5 * 2, seen.Count);
    }

    /// <summary>A run trains on moved samples, and on the same ones when it is repeated.</summary>
    [Fact]
    public void MovedSamplesTrainAnotherNetworkAndAlwaysTheSameOne()
    {
        string Trained(Augmentation? changes)
        {
            using var network = new TinyNetwork(Encoding.Direct, steps: 2, [1, 6, 6], hidden: 8, classes: 3, seed: 1);
            new Trainer(network, TinyData.Images(40), new() { Epochs = 1, BatchSize = 20, Augmentation = changes }).Run();
            return Weights.Hash(network);
        }

        Assert.NotEqual(Trained(null), Trained(new() { Shift = 1 }));
        Assert.Equal(Trained(null), Trained(new()));
        Assert.Equal(Trained(new() { Shift = 1 }), Trained(new() { Shift = 1 }));
    }

    [Fact]
    public void ACosineFallsFromTheRateToNothing()
    {
        var cosine = new TrainingOptions { LearningRate = 2, Schedule = RateSchedule.Cosine };
        Assert.Equal([2, 1.5, 1, 0.5, 0], new[] { 0, 1 / 3.0, 0.5, 2 / 3.0, 1 }.Select(run => Math.Round(cosine.RateAt(run), 12)));
        var late = cosine with { Schedule = RateSchedule.Late };
        Assert.Equal([2, 2, 0.4, 0.4], new[] { 0, 0.79, 0.8, 1 }.Select(run => Math.Round(late.RateAt(run), 12)));
    }
}
