using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>
/// A layer without state, y = W x + b in some form: the four emissions that all of them share. A kind adds what its map is.
/// </summary>
/// <remarks>Equality: as of <see cref="Layer"/>.</remarks>
/// <param name="Name">The layer's name.</param>
internal abstract record AffineLayer(string Name) : LoweredLayer(Name)
{
    /// <summary>The emitted member that holds the layer's map.</summary>
    public string Map => $"{Name}Map";

    /// <inheritdoc/>
    public override string EmitForward(PlannedLayer at, string input, CodeWriter writer)
    {
        writer.Comment(at.Heading).Comment(at.ConstantOverTime
            ? $"The input is the same at every step: once is enough.{at.OutputShape}"
            : $"{ForwardEquation(at)}.{at.OutputShape}");
        writer.Line($"{writer.Let(Reshapes(at) ? RuntimeNames.SpikeTrain : RuntimeNames.Tensor)} {Name}Output = {Map}.Apply({input});").Line();
        return $"{Name}Output";
    }

    /// <inheritdoc/>
    public override string EmitIntervals(PlannedLayer at, string input, CodeWriter writer)
    {
        writer.Comment(at.Heading).Comment($"{IntervalEquation(at)}.{at.OutputShape}");
        writer.Line($"{writer.Let(Reshapes(at) ? RuntimeNames.SpikeIntervals : RuntimeNames.Interval)} {Name}Output = {Map}.Apply({input});").Line();
        return $"{Name}Output";
    }

    /// <inheritdoc/>
    public override void EmitBack(PlannedLayer at, CodeWriter writer)
    {
        writer.Comment(at.Heading).Comment($"{BackEquation}.{at.CoefficientShape}");
        writer.Line($"form = form.PullBack({Map});");
    }

    /// <summary>How the values of all steps pass through.</summary>
    protected virtual string ForwardEquation(PlannedLayer at) => !at.GetsSpikes
        ? "No state: all steps in one product"
        : at.IsThinned
            ? "Each spike adds the weights of its neuron; in training, where some are left out and the others count for more, all of them one product"
            : "Each spike adds the weights of its neuron; those that did not come cost nothing";

    /// <summary>How an interval passes through.</summary>
    protected virtual string IntervalEquation(PlannedLayer at) => at.GetsSpikes
        ? "Certain spikes add w to both bounds; open ones min(w, 0) to the lower and max(w, 0) to the upper"
        : "By centre c and radius r: W c + b, and |W| r to both sides";

    /// <summary>How the coefficients of a linear form pass backwards.</summary>
    protected virtual string BackEquation => "a (W x + b) = (W' a) x + a b";

    // Spikes in another shape are spikes; any other map makes numbers of them.
    private bool Reshapes(PlannedLayer at) => at.GetsSpikes && Kind.Role == LayerRole.Reshape;
}
