using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>The pixels, scaled and shifted channel by channel: the first layer.</summary>
/// <remarks>Equality: name and all numbers.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="Scale">1 / std as float32: one for all values, or one a channel.</param>
/// <param name="Shift">-mean / std as float32.</param>
internal sealed record NormalizeLayer(string Name, EquatableArray<float> Scale, EquatableArray<float> Shift) : AffineLayer(Name)
{
    // Rounding-safe bounds take no larger weights.
    private const double Largest = 1 << 24;

    /// <summary>[Normalize].</summary>
    public static LayerKind OwnKind { get; } = new("Normalize", "normalize", LayerRole.Affine, Read) { BeginsNetwork = true };

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    /// <summary>The map that changes nothing, not a bit of any number but -0.</summary>
    /// <param name="name">Its name.</param>
    public static NormalizeLayer Identity(string name) => new(name, [1], [0]);

    private static Layer Read(string name, AttributeArguments arguments)
    {
        double[] mean = arguments.Many("mean"), std = arguments.Many("std");
        for (int i = 0; i < std.Length; i++)
        {
            if (!(std[i] is >= 1 / Largest and <= Largest))
            {
                arguments.Problems.ReportAt("std", ProblemIds.PixelConstants, "std", "in [2^-24, 2^24]", Numbers.Plain(std[i]));
            }
            else if (i < mean.Length && !(Math.Abs(mean[i] / std[i]) <= Largest))
            {
                arguments.Problems.ReportAt("mean", ProblemIds.PixelConstants, "mean", "at most 2^24 times its std", Numbers.Plain(mean[i]));
            }
        }

        // How many there are is for the shape rule to judge. -0 and 0 are written differently; only 0 may enter the model.
        var shift = mean.Select((value, i) => (float)(-value / std.ElementAtOrDefault(i)) + 0f);
        return new NormalizeLayer(name, std.Select(value => (float)(1 / value)).ToEquatableArray(), shift.ToEquatableArray());
    }

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems)
    {
        int channels = input.Sizes[0];
        bool fits = Scale.Count == 1 || Scale.Count == channels;
        if (Shift.Count != Scale.Count || !fits)
        {
            problems.ReportAt(
                fits ? "mean" : "std", ProblemIds.PixelChannels, input.Text, channels == 1 ? "1" : $"1 or {Numbers.Plain(channels)}",
                Numbers.Plain(Shift.Count), Numbers.Plain(Scale.Count));
            return null;
        }

        return input;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<LoweredLayer> Lower(Shape input) =>
        // Equal functions have equal texts.
        Scale.Distinct().Count() == 1 && Shift.Distinct().Count() == 1 ? [this with { Scale = [Scale[0]], Shift = [Shift[0]] }] : [this];

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output) => $"Normalize {output}";

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) => Scale.Count == 1
        ? $"x {Numbers.Plain(Scale[0])} {(Shift[0] < 0 ? "-" : "+")} {Numbers.Plain(Math.Abs(Shift[0]))}"
        : "x scale + shift, channel by channel";

    /// <inheritdoc/>
    public override string Describe() => $"Normalize(scale={Joined(Scale, "|", Numbers.Plain)},shift={Joined(Shift, "|", Numbers.Plain)})";

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer)
    {
        writer.Comment($"{at.Heading}.");
        writer.Line($"private static readonly {RuntimeNames.ScaleMap} {Map} = new(");
        using (writer.Indent())
        {
            writer.Line($"scale: [{Joined(Scale, ", ", CodeWriter.Literal)}], shift: [{Joined(Shift, ", ", CodeWriter.Literal)}], {at.Input.Arguments});");
        }

        writer.Line();
    }

    /// <inheritdoc/>
    protected override string IntervalEquation(PlannedLayer at) => "The scale is positive: the ends of an interval are scaled";

    /// <inheritdoc/>
    protected override string BackEquation => "Each coefficient is scaled, and weighs its shift";

    private static string Joined(EquatableArray<float> values, string between, Func<float, string> text) => string.Join(between, values.Select(text));
}
