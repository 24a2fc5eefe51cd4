using System.Globalization;
using SnnDsl.Evaluation;

namespace SnnDsl.Training;

/// <summary>Where a training run stands. Loss and shares are means over the epoch so far.</summary>
/// <example>
/// <code>
/// trainer.Run(progress: new Progress&lt;TrainingProgress&gt;(now =&gt; { if (now.EndOfEpoch) Console.WriteLine(now); }));
/// </code>
/// </example>
public sealed record TrainingProgress
{
    /// <summary>The epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>How many there will be, the warm-up's included.</summary>
    public required int Epochs { get; init; }

    /// <summary>The steps of this epoch that are done.</summary>
    public required int Step { get; init; }

    /// <summary>The steps of an epoch.</summary>
    public required int StepsPerEpoch { get; init; }

    /// <summary>The weighted loss.</summary>
    public required double Loss { get; init; }

    /// <summary>The share of unperturbed training samples that were predicted right.</summary>
    public required double Accuracy { get; init; }

    /// <summary>
    /// The share of training samples whose bounds held at the perturbation of their step; null where no bounds were computed. Over the
    /// steps T' of training, in plain float32, and for a perturbation that may be no certificate's: an indicator, not a claim.
    /// </summary>
    public required double? Bounded { get; init; }

    /// <summary>The perturbation's size now: an epsilon, a number of flips or a free share.</summary>
    public required double Size { get; init; }

    /// <summary>The learning rate now.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Training samples a second, lately.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>The time that the rest will take at this pace.</summary>
    public required TimeSpan Remaining { get; init; }

    /// <summary>The classes whose output neurons fired for no sample of this epoch and have new weights now; only at its end.</summary>
    public IReadOnlyList<int> RevivedOutputs { get; init; } = [];

    /// <summary>How the samples that are kept aside are predicted; only at an epoch's end, and null where none are kept.</summary>
    public ValidationResult? Validation { get; init; }

    /// <summary>Whether the epoch is complete.</summary>
    public bool EndOfEpoch => Step == StepsPerEpoch;

    /// <summary>
    /// A line for people: <c>epoch   3 of 20  loss 0.312  95.3 % right  81.0 % bounded at 0.1  (5,120 samples/s, 3 min 20 s left)</c>, within an epoch with its step. A
    /// star stands behind the best epoch on the samples that are kept aside.
    /// </summary>
    public override string ToString()
    {
        string step = EndOfEpoch ? "" : string.Create(CultureInfo.InvariantCulture, $", step {Step} of {StepsPerEpoch}");
        string bounded = Bounded is { } share ? string.Create(CultureInfo.InvariantCulture, $"  {Readable.Percent(share)} bounded at {Size:0.####}") : "";
        string kept = Validation is { } aside
            ? $"  kept aside {Readable.Percent(aside.Accuracy)} right{(aside.Bounded is { } held ? $", {Readable.Percent(held)} bounded" : aside.Attacked is { } standing ? $", {Readable.Percent(standing)} attacked" : "")}{(aside.IsBest ? " *" : "")}"
            : "";
        string left = Epoch < Epochs || !EndOfEpoch ? $", {Readable.Duration(Remaining)} left" : "";
        string revived = RevivedOutputs.Count == 0 ? "" : $"  output {string.Join(", ", RevivedOutputs)} fired for no sample: starts anew, with new weights";
        return string.Create(CultureInfo.InvariantCulture, $"epoch {Epoch,3} of {Epochs}{step}  loss {Loss:0.000}  {Readable.Percent(Accuracy)} right{bounded}{kept}  ({SamplesPerSecond:N0} samples/s{left}){revived}");
    }
}
