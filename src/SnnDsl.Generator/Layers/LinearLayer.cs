using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>A fully connected layer, y = W x + b.</summary>
/// <remarks>Equality: name, stated inputs, features, bias.</remarks>
/// <param name="Name">The prefix of its parameters weight [Features, inputs] and bias [Features].</param>
/// <param name="Inputs">The stated number of inputs, or null.</param>
/// <param name="Features">The number of outputs.</param>
/// <param name="Bias">Whether there is a b.</param>
internal sealed record LinearLayer(string Name, int? Inputs, int Features, bool Bias) : AffineLayer(Name), IBiased
{
    /// <summary>[Linear].</summary>
    public static LayerKind OwnKind { get; } = new("Linear", "fc", LayerRole.Affine, Read) { HasWeights = true };

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    private static Layer Read(string name, AttributeArguments arguments) =>
        new LinearLayer(name, arguments.OptionalSize("inputs"), arguments.Size("features"), arguments.Value("Bias", true));

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems)
    {
        if (!input.IsVector)
        {
            string expected = Inputs is { } inputs ? $"{Numbers.Plain(inputs)} inputs" : "a vector";
            problems.Report(ProblemIds.NeedsVector, expected, input.TextWithElements);
            return null;
        }

        if (Inputs is { } stated && stated != input.Elements)
        {
            problems.ReportAt("inputs", ProblemIds.StatedSizeDiffers, Kind.Title, Numbers.Plain(stated), "inputs", input.Text);
            return null;
        }

        return Shape.Vector(Features);
    }

    /// <inheritdoc/>
    public override long CountParameters(Shape input, Shape output) =>
        Saturating.Add(CountOperations(input, output), Bias ? output.Elements : 0);

    /// <inheritdoc/>
    public override long CountOperations(Shape input, Shape output) => Saturating.Multiply(input.Elements, output.Elements);

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output) => $"Linear {input} -> {output}{(Bias ? "" : ", no bias")}";

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) => Bias ? "I = W x + b" : "I = W x";

    /// <inheritdoc/>
    public override string Describe() => $"Linear(features={Numbers.Plain(Features)},bias={(Bias ? "true" : "false")})";

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer)
    {
        writer.Comment($"{at.Heading}, W is {at.Output} x {at.Input}.");
        writer.Line($"private readonly {RuntimeNames.AffineWeights} {Name};").Line();
        writer.Line($"private {RuntimeNames.LinearMap} {Map} => new({Name}.weight, {Name}.bias);").Line();
    }

    /// <inheritdoc/>
    public override void EmitInitialisation(PlannedLayer at, CodeWriter writer) => writer.Line(
        $"{Name} = new(random, {(Bias ? "true" : "false")}, {Numbers.Plain(Features)}, {Numbers.Plain(at.Input.Elements)});");
}
