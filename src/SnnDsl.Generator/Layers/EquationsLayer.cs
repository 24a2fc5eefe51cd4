using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;
using SnnDsl.Model;

namespace SnnDsl.Generator.Layers;

/// <summary>
/// Neurons that are known by their equations alone: the runtime derives all walks from them. A kind adds how its attribute is read and what it
/// is called.
/// </summary>
/// <remarks>Equality: as of <see cref="LoweredLayer"/>, and the equations.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="Equations">The neurons.</param>
internal abstract record EquationsLayer(string Name, NeuronEquations Equations) : LoweredLayer(Name)
{
    /// <inheritdoc/>
    public override int States => Equations.Size;

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems) => input;

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output) => $"{Kind.Title} {output}";

    /// <inheritdoc/>
    public override string Describe() => Equations.ToString();

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer)
    {
        writer.Comment($"{at.Heading}.");
        writer.Line($"private static readonly {RuntimeNames.SpikingLayer} {Name} = new(\"{Name.TrimStart('@')}\", {RuntimeNames.NeuronEquations}.Parse(");
        using (writer.Indent())
        {
            writer.Line($"\"{Equations}\"));");
        }

        writer.Line();
    }

    /// <inheritdoc/>
    public override string EmitForward(PlannedLayer at, string input, CodeWriter writer)
    {
        writer.Comment(at.Heading).Comment($"Step by step, as the equations say.{at.OutputShape}");
        writer.Line($"{writer.Let(RuntimeNames.SpikeTrain)} {Name}Spikes = {(at.ConstantOverTime ? $"{Neurons}.FireConstant({input}, Steps)" : $"{Neurons}.Fire({input})")};");
        writer.Line();
        return $"{Name}Spikes";
    }

    /// <inheritdoc/>
    public override string EmitIntervals(PlannedLayer at, string input, CodeWriter writer)
    {
        writer.Comment(at.Heading);
        writer.Comment($"A box of {string.Join(", ", Equations.States)}; both sides of the threshold that are possible are cut out of it, and joined.{at.OutputShape}");
        writer.Line(
            $"{writer.Let(RuntimeNames.NeuronIntervals)} {Name}Bounds = {(at.ConstantOverTime ? $"{Neurons}.IntervalsConstant({input}, Steps)" : $"{Neurons}.Intervals({input})")};");
        writer.Line();
        return $"{Name}Bounds.Spikes";
    }

    /// <inheritdoc/>
    public override void EmitBack(PlannedLayer at, CodeWriter writer)
    {
        writer.Comment(at.Heading);
        writer.Comment("From the last step to the first: where both sides of the threshold are possible, a line stands below what spike and states");
        writer.Comment("contribute; elsewhere that is known exactly.");
        if (at.ConstantOverTime)
        {
            writer.Comment($"The current is the same at every step: the coefficients are added over the steps.{at.CoefficientShape}");
        }

        writer.Line($"form = {Neurons}.{(at.ConstantOverTime ? "RelaxConstant" : "Relax")}(form, query, {Numbers.Plain(at.Stage)});");
    }

    /// <summary>"fires where u is above 0.25".</summary>
    /// <param name="guard">What is compared with the threshold.</param>
    protected string Fires(string guard) =>
        $"fires where {guard} is {(Equations.Spike.FiresAtThreshold ? "at or above" : "above")} {Numbers.Plain(Equations.Spike.Threshold)}";

    /// <summary>"0.25 u", or "u" for a coefficient of 1.</summary>
    /// <param name="coefficient">The coefficient.</param>
    /// <param name="of">What it stands on.</param>
    protected static string Term(float coefficient, string of) => coefficient == 1 ? of : $"{Numbers.Plain(coefficient)} {of}";
}
