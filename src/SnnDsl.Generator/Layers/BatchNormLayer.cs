using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>
/// Batch normalisation of the affine map before it, channel by channel. Where the network does not train it is folded into that map: forward
/// pass, bounds and the checker see one map.
/// </summary>
/// <remarks>Equality: name, whether of images, momentum, epsilon, weight and bias.</remarks>
/// <param name="Name">The prefix of its parameters weight and bias, and of its running statistics.</param>
/// <param name="OfImages">Whether it normalises channels of images; else every value of a vector, or channels of a sequence.</param>
/// <param name="Momentum">What a batch weighs in the running statistics.</param>
/// <param name="Epsilon">What is added to variances.</param>
/// <param name="Affine">Whether there are a weight and a bias.</param>
internal sealed record BatchNormLayer(string Name, bool OfImages, double Momentum, float Epsilon, bool Affine) : AffineLayer(Name)
{
    /// <summary>[BatchNorm1d].</summary>
    public static LayerKind OfVectorsKind { get; } =
        new("BatchNorm1d", "bn", LayerRole.Normalising, (name, arguments) => Read(name, arguments, ofImages: false));

    /// <summary>[BatchNorm2d].</summary>
    public static LayerKind OfImagesKind { get; } =
        new("BatchNorm2d", "bn", LayerRole.Normalising, (name, arguments) => Read(name, arguments, ofImages: true));

    /// <inheritdoc/>
    public override LayerKind Kind => OfImages ? OfImagesKind : OfVectorsKind;

    private static Layer Read(string name, AttributeArguments arguments, bool ofImages)
    {
        double momentum = arguments.Value("Momentum", 0.1);
        if (!(momentum is >= 0 and <= 1))
        {
            arguments.Problems.ReportAt("Momentum", ProblemIds.NormalisationConstants, "Momentum", "in [0, 1]", Numbers.Plain(momentum));
        }

        float epsilon = arguments.Float("Epsilon", 1e-5);
        if (!(epsilon > 0) || float.IsInfinity(epsilon))
        {
            arguments.Problems.ReportAt(
                "Epsilon", ProblemIds.NormalisationConstants, "Epsilon", "finite and greater than 0 as a float32", Numbers.Plain(arguments.Value("Epsilon", 1e-5)));
        }

        return new BatchNormLayer(name, ofImages, momentum, epsilon, arguments.Value("Affine", true));
    }

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems)
    {
        if (OfImages && input.IsVector)
        {
            problems.Report(ProblemIds.NeedsImage, Kind.Title, input.Text);
            return null;
        }

        // Channels x length is an image of one row, whose channels are normalised.
        if (!OfImages && !input.IsVector && input.Height != 1)
        {
            problems.Report(ProblemIds.NormalisesAnImage, input.Text);
            return null;
        }

        return input;
    }

    /// <inheritdoc/>
    public override long CountParameters(Shape input, Shape output) => Affine ? 2L * output.Sizes[0] : 0;

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output) =>
        $"{Kind.Title} {output}, momentum {Numbers.Plain(Momentum)}, epsilon {Numbers.Plain(Epsilon)}{(Affine ? "" : ", no weight and bias")}";

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) =>
        $"(I - mean) / sqrt(variance + {Numbers.Plain(Epsilon)}){(Affine ? " * weight + bias" : "")}";

    /// <inheritdoc/>
    public override string Describe() => $"{Kind.Title}(epsilon={Numbers.Plain(Epsilon)},affine={(Affine ? "true" : "false")})";

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer)
    {
        writer.Comment($"{at.Heading}.").Comment($"{Map} is {at.Normalised!.Name} with this in its weights and bias.");
        writer.Line($"private readonly {RuntimeNames.BatchNorm} {Name};").Line();
        writer.Line($"private {RuntimeNames.AffineMap} {Map} => {Name}.Fold({Normalised(at)});").Line();
    }

    /// <inheritdoc/>
    public override void EmitInitialisation(PlannedLayer at, CodeWriter writer) => writer.Line(
        $"{Name} = new({Numbers.Plain(at.Output.Sizes[0])}, momentum: {Numbers.Plain(Momentum)}, epsilon: {CodeWriter.Literal(Epsilon)}, " +
        $"affine: {(Affine ? "true" : "false")});");

    /// <inheritdoc/>
    public override string EmitForward(PlannedLayer at, string input, CodeWriter writer)
    {
        writer.Comment(at.Normalised!.Heading).Comment(at.Heading);
        writer.Comment(at.ConstantOverTime
            ? $"The input is the same at every step: once is enough. In training by the batch's own statistics, else in one map.{at.OutputShape}"
            : $"In training by the statistics of the batch, over all steps, samples and places; else in one map.{at.OutputShape}");
        string repeats = at.ConstantOverTime ? ", Steps" : "";
        writer.Line($"{writer.Let(RuntimeNames.Tensor)} {Name}Output = {Name}.Apply({Normalised(at)}, {input}{repeats});").Line();
        return $"{Name}Output";
    }

    private static string Normalised(PlannedLayer at) => ((AffineLayer)at.Normalised!.Layer).Map;
}
