using System.Globalization;
using SnnDsl.Evaluation;
using SnnDsl.Training;

namespace SnnDsl.Runtime.Tests.Evaluation;

/// <summary>Progress says itself, in a line with the time left, whatever the culture.</summary>
public class ProgressTests
{
    private static readonly TrainingProgress s_epoch = new()
    {
        Epoch = 3, Epochs = 20, Step = 10, StepsPerEpoch = 10, Loss = 0.3117, Accuracy = 0.9531, Bounded = 0.8102, Size = 0.1, LearningRate = 0.001,
        SamplesPerSecond = 5119.6, Remaining = TimeSpan.FromSeconds(200),
        Validation = new(0.9518, 0.809, IsBest: true),
    };

    [Fact]
    public void AnEpochIsALine() => InGerman(() =>
    {
        Assert.Equal(
            "epoch   3 of 20  loss 0.312  95.3 % right  81.0 % bounded at 0.1  kept aside 95.2 % right, 80.9 % bounded *  (5,120 samples/s, 3 min 20 s left)", $"{s_epoch}");
        Assert.Equal(
            "epoch  20 of 20  loss 0.312  95.3 % right  (5,120 samples/s)  output 1, 4 fired for no sample: starts anew, with new weights",
            $"{s_epoch with { Epoch = 20, Bounded = null, Validation = null, RevivedOutputs = [1, 4] }}");
        Assert.Contains("kept aside 95.2 % right  (", $"{s_epoch with { Validation = new(0.9518, null, IsBest: false) }}");
    });

    [Fact]
    public void WithinAnEpochItHasTheStep() => InGerman(() => Assert.Equal(
        "epoch  20 of 20, step 7 of 10  loss 0.312  95.3 % right  (5,120 samples/s, 2 h 05 min left)",
        $"{s_epoch with { Epoch = 20, Step = 7, Bounded = null, Validation = null, Remaining = TimeSpan.FromMinutes(125.4) }}"));

    [Fact]
    public void AnEvaluationIsALine() => InGerman(() =>
    {
        Assert.Equal("1,200 of 10,000 samples  97.5 % right  81.0 % held  (44 s left)", $"{new EvaluationProgress(1200, 10000, 1170, 972, TimeSpan.FromSeconds(6))}");
        Assert.Equal(
            "1,200 of 10,000 samples  97.5 % right  81.0 % held  (4 min 24 s left)", $"{new EvaluationProgress(1200, 10000, 1170, 972, TimeSpan.FromSeconds(6)) { Before = 1000 }}");
        Assert.Equal("1,000 of 10,000 samples  97.5 % right  81.0 % held", $"{new EvaluationProgress(1000, 10000, 975, 810, TimeSpan.FromSeconds(6)) { Before = 1000 }}");
        Assert.Equal("0 of 40 samples", $"{new EvaluationProgress(0, 40, 0, 0, TimeSpan.Zero)}");
        Assert.Equal("40 of 40 samples  100.0 % right  50.0 % held", $"{new EvaluationProgress(40, 40, 40, 20, TimeSpan.FromSeconds(6))}");
    });

    [Theory]
    [InlineData(0.04, "0.0 s")]
    [InlineData(9.94, "9.9 s")]
    [InlineData(9.96, "10 s")]
    [InlineData(89.4, "89 s")]
    [InlineData(90, "1 min 30 s")]
    [InlineData(3599, "59 min 59 s")]
    [InlineData(100_000, "27 h 46 min")]
    public void DurationsAreReadable(double seconds, string text) => InGerman(() => Assert.Equal(text, Readable.Duration(TimeSpan.FromSeconds(seconds))));

    private static void InGerman(Action action)
    {
        // Cultures are invariant in these programs: one that writes a decimal comma is made here.
        var (before, german) = (CultureInfo.CurrentCulture, (CultureInfo)CultureInfo.InvariantCulture.Clone());
        (german.NumberFormat.NumberDecimalSeparator, german.NumberFormat.NumberGroupSeparator) = (",", ".");
        CultureInfo.CurrentCulture = german;
        try
        {
            action();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
