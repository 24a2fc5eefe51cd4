using SnnDsl.Perturbations;

namespace SnnDsl.Evaluation.Records;

/// <summary>A perturbation in records and reports; what does not belong to its kind is null.</summary>
public sealed record RecordedPerturbation
{
    /// <summary>The norm: "linf" or "l0".</summary>
    public required string Norm { get; init; }

    /// <summary>linf: how far a pixel moves, in units of [0, 1].</summary>
    public double? Epsilon { get; init; }

    /// <summary>linf: whether the box is cut to [0, 1].</summary>
    public bool? Clamp { get; init; }

    /// <summary>l0: how many entries are flipped.</summary>
    public int? Flips { get; init; }

    /// <summary>l0: which entries may be flipped: "both", "insert" or "delete".</summary>
    public string? FlipMode { get; init; }

    /// <summary>Describes a perturbation.</summary>
    /// <param name="perturbation">The perturbation.</param>
    /// <exception cref="ArgumentException">It is of a kind that records have no words for.</exception>
    public static RecordedPerturbation Of(Perturbation perturbation) => perturbation switch
    {
        LInfinity box => new() { Norm = box.Norm, Epsilon = box.Epsilon, Clamp = box.Clamp },
        SpikeFlips flips => new() { Norm = flips.Norm, Flips = flips.Count, FlipMode = flips.Mode.ToString().ToLowerInvariant() },
        _ => throw new ArgumentException($"{perturbation.GetType().Name} cannot be recorded.", nameof(perturbation)),
    };

    /// <summary>The perturbation that is described.</summary>
    /// <exception cref="InvalidDataException">The description fits none.</exception>
    public Perturbation ToPerturbation() => this switch
    {
        { Norm: "linf", Epsilon: { } epsilon and >= 0 and < double.PositiveInfinity, Clamp: { } clamp, Flips: null, FlipMode: null } =>
            new LInfinity(epsilon, clamp),
        { Norm: "l0", Flips: { } flips and >= 0, FlipMode: "both", Epsilon: null, Clamp: null } => new SpikeFlips(flips, Perturbations.FlipMode.Both),
        { Norm: "l0", Flips: { } flips and >= 0, FlipMode: "insert", Epsilon: null, Clamp: null } => new SpikeFlips(flips, Perturbations.FlipMode.Insert),
        { Norm: "l0", Flips: { } flips and >= 0, FlipMode: "delete", Epsilon: null, Clamp: null } => new SpikeFlips(flips, Perturbations.FlipMode.Delete),
        _ => throw new InvalidDataException($"There is no perturbation such as {this}."),
    };
}
