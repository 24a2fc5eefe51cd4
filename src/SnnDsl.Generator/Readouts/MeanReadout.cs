using SnnDsl.Generator.Emission;

namespace SnnDsl.Generator.Readouts;

/// <summary>logits = the mean over time of the last layer's outputs.</summary>
/// <remarks>Equality: all instances are equal.</remarks>
internal sealed record MeanReadout : Readout
{
    /// <summary>[MeanReadout], which is also what a network has that names no readout.</summary>
    public static ReadoutKind OwnKind { get; } = new("MeanReadout", _ => new MeanReadout());

    /// <inheritdoc/>
    public override string Equation => "logits = mean over t of the last layer's outputs";

    /// <inheritdoc/>
    public override string Describe() => "Mean()";

    /// <inheritdoc/>
    public override string Forward(string outputs) => $"{RuntimeNames.Readouts}.Mean({outputs})";

    /// <inheritdoc/>
    public override string Back => $"{RuntimeNames.LinearForm}.OnMean(query)";

    /// <inheritdoc/>
    public override string BackEquation => "the mean over time: every step weighs 1/T";
}
