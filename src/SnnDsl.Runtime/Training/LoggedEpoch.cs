namespace SnnDsl.Training;

/// <summary>A line of a <see cref="TrainingLog"/>: how an epoch ended.</summary>
public sealed record LoggedEpoch
{
    /// <summary>The epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The weighted loss, the mean over the epoch.</summary>
    public required double Loss { get; init; }

    /// <summary>The share of unperturbed training samples that were predicted right.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The share of training samples whose bounds held at the perturbation of their step; null where no bounds were computed.</summary>
    public double? Bounded { get; init; }

    /// <summary>The share of the samples kept aside that is predicted right; null where none are.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>The share of the samples kept aside whose bounds hold; null where none are, or no bounds were computed.</summary>
    public double? ValidationBounded { get; init; }

    /// <summary>The share of the samples kept aside that the training's attack leaves right; null where none are, or the loss has no attacked samples.</summary>
    public double? ValidationAttacked { get; init; }

    /// <summary>Whether no epoch before did as well on the samples kept aside; null where none are.</summary>
    public bool? IsBest { get; init; }
}
