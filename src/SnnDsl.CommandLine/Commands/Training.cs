using System.Globalization;
using System.Text.Json.Nodes;
using SnnDsl.CommandLine.Output;
using SnnDsl.CommandLine.Pictures;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Networks;
using SnnDsl.Training;

namespace SnnDsl.CommandLine.Commands;

/// <summary>What commands that train show and write alike.</summary>
internal static class Training
{
    /// <summary>One sentence on what is about to happen.</summary>
    public static string Announce(string model, TrainingOptions options) => options.Robust is null
        ? $"Training {model} for {Epochs(options)}."
        : $"Training {model} for {Epochs(options)}, with certification against {Target(options.Robust)}.";

    /// <summary>Tells a bar how far a run is, and lets a line stay for every epoch.</summary>
    public static Relay<TrainingProgress> Relay(IProgressReport progress, params IProgress<TrainingProgress>[] logs) => new(now =>
    {
        Array.ForEach(logs, log => log.Report(now));
        if (now.EndOfEpoch)
        {
            progress.Line(now.ToString());
        }

        double share = (now.Epoch - 1 + now.Step / (double)now.StepsPerEpoch) / now.Epochs;
        progress.Report(share, string.Create(
            CultureInfo.InvariantCulture, $"epoch {now.Epoch} of {now.Epochs}, loss {now.Loss:0.000}, {now.SamplesPerSecond:N0} samples/s"), now.Remaining);
    });

    /// <summary>What to try where a run ended no better than it would without looking at the samples; null where it did.</summary>
    /// <param name="accuracy">The share of the training samples that is predicted right.</param>
    /// <param name="data">The training samples.</param>
    /// <param name="isRobust">Whether it was trained against a perturbation.</param>
    public static string? NothingLearned(double accuracy, Dataset data, bool isRobust)
    {
        var most = data.Labels.data<long>().GroupBy(label => label).OrderByDescending(group => group.Count()).First();
        double share = most.Count() / (double)data.Count;
        return accuracy > share + 0.005 ? null
            : $"That is right no more often than always to say {new ClassNames(data.ClassNames).Of(most.Key)} ({Screen.Percent(share)}): the network has learned nothing that tells classes apart. "
                + $"Try more neurons, more --epochs or another --learning-rate{(isRobust ? ", a smaller perturbation, or --weights of natural training to start from" : "")}.";
    }

    /// <summary>What weights say about where they come from.</summary>
    public static Dictionary<string, string> Metadata(SpikingModule network, TrainingOptions options, Dataset data) => new()
    {
        ["format"] = "pt",
        ["model"] = network.Description.Name,
        ["architectureSha256"] = network.Description.ArchitectureHash,
        ["data"] = $"{data.Count} {data.Split} samples of {data.Name}",
        ["training"] = options.Robust is null ? "natural" : $"certified against {Target(options.Robust)}",
        ["epochs"] = options.TotalEpochs.ToString(CultureInfo.InvariantCulture),
        ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>How a run ended, for other programs.</summary>
    public static JsonObject ToJson(string model, string weights, IReadOnlyList<TrainingProgress> history, ConfusionMatrix? test) => new()
    {
        ["model"] = model,
        ["weights"] = weights,
        ["epochs"] = history.Count == 0 ? null : history[^1].Epoch,
        ["loss"] = history.Count == 0 ? null : history[^1].Loss,
        ["accuracy"] = history.Count == 0 ? null : history[^1].Accuracy,
        ["best"] = history.LastOrDefault(epoch => epoch.Validation is { IsBest: true }) is { Validation: { } kept } best
            ? new JsonObject { ["epoch"] = best.Epoch, ["accuracy"] = kept.Accuracy, ["bounded"] = kept.Bounded }
            : null,
        ["test"] = test is null ? null : new JsonObject { ["samples"] = test.Samples, ["right"] = test.Right, ["accuracy"] = test.Accuracy },
    };

    private static string Epochs(TrainingOptions options) => options.TotalEpochs == 1 ? "1 epoch" : $"{options.TotalEpochs} epochs";

    private static string Target(RobustOptions robust) => robust switch
    {
        { Epsilon: { } epsilon } => string.Create(CultureInfo.InvariantCulture, $"epsilon {epsilon}{(robust.Clamp ? "" : ", not cut")}"),
        { Retiming: { } steps } => $"retiming by {steps} steps{(robust.Retimed is { } retimed ? $" of {retimed} spikes" : "")}",
        { Flips: { } flips } => $"{flips} flips ({robust.FlipMode.ToString().ToLowerInvariant()})",
        _ => string.Create(CultureInfo.InvariantCulture, $"a free fraction of {robust.FreeFraction}"),
    };
}
