using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>Values left out while the network trains, the same ones at all steps. Bounds and records never see it.</summary>
/// <remarks>Equality: name and rate.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="Rate">The share that is left out, in [0, 1).</param>
internal sealed record DropoutLayer(string Name, double Rate) : LoweredLayer(Name)
{
    /// <summary>[Dropout].</summary>
    public static LayerKind OwnKind { get; } = new("Dropout", "drop", LayerRole.Dropping, Read);

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    private static Layer Read(string name, AttributeArguments arguments)
    {
        double rate = arguments.Value("rate", 0.5);
        if (!(rate is >= 0 and < 1))
        {
            arguments.Problems.ReportAt("rate", ProblemIds.DropoutRate, Numbers.Plain(rate));
        }

        return new DropoutLayer(name, rate);
    }

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems) => input;

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output) => $"Dropout {output}, rate {Numbers.Plain(Rate)}";

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) =>
        $"in training x / {Numbers.Plain(1 - Rate)} or 0, for all steps alike; else x";

    /// <inheritdoc/>
    public override string? Describe() => null;

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer)
    {
        writer.Comment($"{at.Heading}.");
        writer.Line($"private readonly {RuntimeNames.Dropout} {Name};").Line();
    }

    /// <inheritdoc/>
    public override void EmitInitialisation(PlannedLayer at, CodeWriter writer) =>
        writer.Line($"{Name} = new(rate: {Numbers.Plain(Rate)}, random);");

    /// <inheritdoc/>
    public override string EmitForward(PlannedLayer at, string input, CodeWriter writer)
    {
        writer.Comment(at.Heading).Comment($"One draw for all steps; bounds know nothing of it.{at.OutputShape}");
        string type = at.GetsSpikes ? RuntimeNames.SpikeTrain : RuntimeNames.Tensor;
        string hasTime = at.GetsSpikes ? "" : $", hasTime: {(at.ConstantOverTime ? "false" : "true")}";
        writer.Line($"{writer.Let(type)} {Name}Output = {Name}.Apply({input}{hasTime});").Line();
        return $"{Name}Output";
    }

    /// <inheritdoc/>
    public override string EmitIntervals(PlannedLayer at, string input, CodeWriter writer) => input;

    /// <inheritdoc/>
    public override void EmitBack(PlannedLayer at, CodeWriter writer)
    {
    }
}
