using static TorchSharp.torch;

namespace SnnDsl.Training;

/// <summary>
/// Event files for TensorBoard: a point for every epoch of a training run, in <c>train/...</c> and <c>validation/...</c>. A run that is taken up adds a file to
/// the folder.
/// </summary>
/// <param name="folder">The folder; it is created if it is not there.</param>
public sealed class TensorBoardLog(string folder) : IProgress<TrainingProgress>
{
    private TorchSharp.Modules.SummaryWriter? writer;

    /// <summary>Writes points, if an epoch is over.</summary>
    /// <param name="value">Where the run stands.</param>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public void Report(TrainingProgress value)
    {
        if (!value.EndOfEpoch)
        {
            return;
        }

        Directory.CreateDirectory(folder);
        writer ??= utils.tensorboard.SummaryWriter(folder);
        (string Name, double? Value)[] points =
        [
            ("train/loss", value.Loss), ("train/accuracy", value.Accuracy), ("train/bounded", value.Bounded), ("train/size", value.Size),
            ("train/learning rate", value.LearningRate), ("validation/accuracy", value.Validation?.Accuracy), ("validation/bounded", value.Validation?.Bounded), ("validation/attacked", value.Validation?.Attacked),
        ];
        foreach (var (name, point) in points)
        {
            if (point is { } number)
            {
                writer.add_scalar(name, (float)number, value.Epoch);
            }
        }
    }
}
