using System.Globalization;
using System.Text.Json.Serialization;

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

    /// <summary>box: the hash of the numbers that state it (<see cref="Serialization.SafeTensors.WeightsHash"/>).</summary>
    public string? BoxSha256 { get; init; }

    /// <summary>retiming: how many steps a spike moves.</summary>
    public int? Jitter { get; init; }

    /// <summary>retiming: how many bins gain a spike; null for any number.</summary>
    public int? Moves { get; init; }

    /// <summary>Its size among those of its kind: an epsilon, flips, moved spikes or steps; null for a box, which has none.</summary>
    [JsonIgnore]
    public double? Size => Epsilon ?? Flips ?? Moves ?? Jitter;

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
}
