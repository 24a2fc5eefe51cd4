using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>Values of several layers together. A kind adds how their shapes fit, and what is made of them.</summary>
/// <remarks>Equality: as of <see cref="Layer"/>. Which layers they are is part of the network.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
internal abstract record JoiningLayer(string Name) : LoweredLayer(Name)
{
    /// <summary>The constructor parameter that names the layers beside the one that arrives.</summary>
    public const string SourcesArgument = "sources";

    /// <summary>The emitted method that joins them.</summary>
    protected abstract string Method { get; }

    /// <summary>What is done to them, for a comment.</summary>
    protected abstract string ForwardEquation { get; }

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems) => input;

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output) => $"{Kind.Title} {output}";

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer)
    {
    }

    /// <inheritdoc/>
    public override string EmitForward(PlannedLayer at, string input, CodeWriter writer)
    {
        writer.Comment(at.Heading).Comment($"{ForwardEquation}.{at.OutputShape}");
        writer.Line($"{writer.Let(RuntimeNames.Tensor)} {Name}Output = {RuntimeNames.Joined}.{Method}({input});").Line();
        return $"{Name}Output";
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Always: bounds of graphs walk their nodes.</exception>
    public override string EmitIntervals(PlannedLayer at, string input, CodeWriter writer) =>
        throw new InvalidOperationException($"{Name} joins layers, and stands in no chain.");

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Always: bounds of graphs walk their nodes.</exception>
    public override void EmitBack(PlannedLayer at, CodeWriter writer) =>
        throw new InvalidOperationException($"{Name} joins layers, and stands in no chain.");
}
