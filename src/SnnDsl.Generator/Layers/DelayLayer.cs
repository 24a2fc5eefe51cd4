using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>Values some whole steps later, with zeros before.</summary>
/// <remarks>Equality: name and steps.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="Steps">By how many steps, at least 1.</param>
internal sealed record DelayLayer(string Name, int Steps) : LoweredLayer(Name)
{
    /// <summary>The constructor parameter that states the steps.</summary>
    public const string StepsArgument = "steps";

    /// <summary>[Delay].</summary>
    public static LayerKind OwnKind { get; } = new("Delay", "delay", LayerRole.Delaying, (name, arguments) => new DelayLayer(name, arguments.Size(StepsArgument)));

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems) => input;

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output) => $"Delay {output}";

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) => $"y[t] = x[t - {Numbers.Plain(Steps)}], 0 before";

    /// <inheritdoc/>
    public override string Describe() => $"Delay(steps={Numbers.Plain(Steps)})";

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer)
    {
    }

    /// <inheritdoc/>
    public override string EmitForward(PlannedLayer at, string input, CodeWriter writer)
    {
        writer.Comment(at.Heading).Comment($"Zeros come first; what the last steps give is read no more.   [T, B, {at.Output.Arguments}]");
        string call = at.ConstantOverTime ? $"DelayConstant({input}, {Numbers.Plain(Steps)}, Steps)" : $"Delay({input}, {Numbers.Plain(Steps)})";
        writer.Line($"{writer.Let(RuntimeNames.Tensor)} {Name}Output = {RuntimeNames.Joined}.{call};").Line();
        return $"{Name}Output";
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Always: bounds of graphs walk their nodes.</exception>
    public override string EmitIntervals(PlannedLayer at, string input, CodeWriter writer) =>
        throw new InvalidOperationException($"{Name} delays, and stands in no chain.");

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Always: bounds of graphs walk their nodes.</exception>
    public override void EmitBack(PlannedLayer at, CodeWriter writer) =>
        throw new InvalidOperationException($"{Name} delays, and stands in no chain.");
}
