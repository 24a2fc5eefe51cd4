using System.Globalization;
using System.Text.Json.Serialization;
using SnnDsl.Perturbations;

namespace SnnDsl.Evaluation.Records;

/// <summary>A perturbation in records and reports; what does not belong to its kind is null.</summary>
public sealed record RecordedPerturbation
{
    /// <summary>The norm: "linf", "box", "l0" or "retiming".</summary>
    public required string Norm { get; init; }

    /// <summary>linf: how far a pixel moves, in units of [0, 1].</summary>
    public double? Epsilon { get; init; }

    /// <summary>linf, box: whether the box is cut to [0, 1].</summary>
    public bool? Clamp { get; init; }

    /// <summary>
    /// linf, box: which numbers the box holds, one of <see cref="RecordedBox.All"/>; null where nothing was bounded, as in reports of attacks.
    /// </summary>
    public string? Box { get; init; }

    /// <summary>l0: how many entries are flipped.</summary>
    public int? Flips { get; init; }

    /// <summary>l0: which entries may be flipped: "both", "insert" or "delete".</summary>
    public string? FlipMode { get; init; }

    /// <summary>box: the hash of the numbers that state it (<see cref="PixelBox.Sha256"/>).</summary>
    public string? BoxSha256 { get; init; }

    /// <summary>retiming: how many steps a spike moves.</summary>
    public int? Jitter { get; init; }

    /// <summary>retiming: how many bins gain a spike; null for any number.</summary>
    public int? Moves { get; init; }

    /// <summary>Its size among those of its kind: an epsilon, flips, moved spikes or steps; null for a box, which has none.</summary>
    [JsonIgnore]
    public double? Size => Epsilon ?? Flips ?? Moves ?? Jitter;

    /// <summary>Describes a perturbation.</summary>
    /// <param name="perturbation">The perturbation.</param>
    /// <param name="box">Which numbers a box holds; null where that is not said, and for what is no box.</param>
    /// <exception cref="ArgumentException">It is of a kind that records have no words for.</exception>
    public static RecordedPerturbation Of(Perturbation perturbation, string? box = null) => perturbation switch
    {
        LInfinity around => new() { Norm = around.Norm, Epsilon = around.Epsilon, Clamp = around.Clamp, Box = box },
        PixelBox stated => new() { Norm = stated.Norm, BoxSha256 = stated.Sha256, Clamp = stated.Clamp, Box = box },
        SpikeRetiming retiming => new() { Norm = retiming.Norm, Jitter = retiming.Jitter, Moves = retiming.Moves },
        SpikeFlips flips => new() { Norm = flips.Norm, Flips = flips.Count, FlipMode = flips.Mode.ToString().ToLowerInvariant() },
        _ => throw new ArgumentException($"{perturbation.GetType().Name} cannot be recorded.", nameof(perturbation)),
    };

    /// <summary>The perturbation that is described.</summary>
    /// <param name="box">The box that a record names by its hash alone, read from the file that stated it.</param>
    /// <exception cref="InvalidDataException">The description fits none, or the box is not the one that it names.</exception>
    public Perturbation ToPerturbation(PixelBox? box = null)
    {
        Perturbation? found = this switch
        {
            { Norm: "linf", Epsilon: { } epsilon and >= 0 and < double.PositiveInfinity, Clamp: { } clamp } => new LInfinity(epsilon, clamp),
            { Norm: "box" } => box ?? throw new InvalidDataException($"The box is named by its hash {BoxSha256} alone: give the file that states it."),
            { Norm: "l0", Flips: { } flips and >= 0 } when FlipModeOf(FlipMode) is { } mode => new SpikeFlips(flips, mode),
            { Norm: "retiming", Jitter: { } jitter and >= 0, Moves: null or >= 0 } => new SpikeRetiming(jitter, Moves),
            _ => null,
        };
        // What a perturbation would not be written with does not belong to it.
        return found is not null && Of(found, found is BoxPerturbation && RecordedBox.All.Contains(Box) ? Box : null) == this
            ? found
            : throw new InvalidDataException(Norm == "box" && found is not null
                ? $"The box of the file has the hash {((PixelBox)found).Sha256} (cut: {((PixelBox)found).Clamp}), but that of the record is {BoxSha256} (cut: {Clamp})."
                : $"There is no perturbation such as {this}.");
    }

    /// <summary>What it is, in one line: "linf, epsilon 0.1, cut to [0, 1], box enclosing".</summary>
    public override string ToString()
    {
        (string Name, object? Value)[] parts =
        [
            ("epsilon", Epsilon), ("flips", Flips), ("mode", FlipMode), ("hash", BoxSha256), ("jitter", Jitter), ("moves", Moves),
        ];
        return string.Join(", ", [
            Norm,
            .. parts.Where(part => part.Value is not null).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Name} {part.Value}")),
            .. Clamp is { } clamp ? [clamp ? "cut to [0, 1]" : "not cut"] : Array.Empty<string>(),
            .. Box is not null ? [$"box {Box}"] : Array.Empty<string>(),
        ]);
    }

    private static FlipMode? FlipModeOf(string? name) => name switch
    {
        "both" => Perturbations.FlipMode.Both,
        "insert" => Perturbations.FlipMode.Insert,
        "delete" => Perturbations.FlipMode.Delete,
        _ => null,
    };
}
