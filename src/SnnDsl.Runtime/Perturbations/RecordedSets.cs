using SnnDsl.Perturbations;

namespace SnnDsl.Evaluation.Records;

/// <summary>From what records say of a perturbation back to the perturbation.</summary>
public static class RecordedSets
{
    /// <summary>The perturbation that is described.</summary>
    /// <param name="recorded">The description.</param>
    /// <param name="box">The box that a record names by its hash alone, read from the file that stated it.</param>
    /// <exception cref="InvalidDataException">The description fits none, or the box is not the one that it names.</exception>
    public static Perturbation ToPerturbation(this RecordedPerturbation recorded, PixelBox? box = null)
    {
        Perturbation? found = recorded switch
        {
            { Norm: "linf", Epsilon: { } epsilon and >= 0 and < double.PositiveInfinity, Clamp: { } clamp } => new LInfinity(epsilon, clamp),
            { Norm: "box" } => box ?? throw new InvalidDataException($"The box is named by its hash {recorded.BoxSha256} alone: give the file that states it."),
            { Norm: "l0", Flips: { } flips and >= 0 } when FlipModeOf(recorded.FlipMode) is { } mode => new SpikeFlips(flips, mode),
            { Norm: "retiming", Jitter: { } jitter and >= 0, Moves: null or >= 0 } => new SpikeRetiming(jitter, recorded.Moves),
            _ => null,
        };
        // What a perturbation would not be written with does not belong to it.
        return found is not null && found.Record(found is BoxPerturbation && RecordedBox.All.Contains(recorded.Box) ? recorded.Box : null) == recorded
            ? found
            : throw new InvalidDataException(recorded.Norm == "box" && found is not null
                ? $"The box of the file has the hash {((PixelBox)found).Sha256} (cut: {((PixelBox)found).Clamp}), but that of the record is {recorded.BoxSha256} (cut: {recorded.Clamp})."
                : $"There is no perturbation such as {recorded}.");
    }

    private static FlipMode? FlipModeOf(string? name) => name switch
    {
        "both" => FlipMode.Both,
        "insert" => FlipMode.Insert,
        "delete" => FlipMode.Delete,
        _ => null,
    };
}
