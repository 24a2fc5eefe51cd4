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
/// <remarks>Equality: as of <see cref="LoweredLayer"/>, the equations and the recurrence.</remarks>
/// <param name="Name">The layer's name: the prefix of its parameters, where spikes come back.</param>
/// <param name="Equations">The neurons.</param>
internal abstract record EquationsLayer(string Name, NeuronEquations Equations) : LoweredLayer(Name)
{
    /// <summary>Which spikes of the step before come back.</summary>
    public Recurrence Recurrence { get; init; }

    /// <summary>Whether what the equations say is where learning starts.</summary>
    protected virtual bool IsLearned => false;

    /// <inheritdoc/>
    public override int States => Equations.Size;

    /// <inheritdoc/>
    public override string Neurons => Recurrence == Recurrence.None ? Name : $"{Name}.Layer";

    /// <inheritdoc/>
    public override string? Feedback => Recurrence == Recurrence.None ? null : $"Recurrent(diagonal={(Recurrence == Recurrence.Diagonal ? "true" : "false")})";

    /// <summary>What makes the weights of the spikes that come back, in the constructor.</summary>
    /// <param name="at">The layer in its place.</param>
    protected string RecurrentWeights(PlannedLayer at)
    {
        string count = Numbers.Plain(at.Output.Elements);
        return $"new {RuntimeNames.AffineWeights}(random, false, {(Recurrence == Recurrence.Diagonal ? count : $"{count}, {count}")})";
    }

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems)
    {
        if (Recurrence == Recurrence.None || input.IsVector)
        {
            return input;
        }

        problems.ReportAt("Recurrent", ProblemIds.RecurrentMaps, Kind.Title, input.TextWithElements);
        return null;
    }

    /// <inheritdoc/>
    public override long CountParameters(Shape input, Shape output) => CountOperations(input, output);

    /// <inheritdoc/>
    public override long CountOperations(Shape input, Shape output) => Recurrence switch
    {
        Recurrence.Full => Saturating.Multiply(output.Elements, output.Elements),
        Recurrence.Diagonal => output.Elements,
        _ => 0,
    };

    /// <inheritdoc/>
    public override string? Surrogate => SurrogateText((SurrogateKind)Equations.Spike.Surrogate, Equations.Spike.Width);

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output) => $"{Kind.Title} {output}";

    /// <inheritdoc/>
    public override string Describe() => Equations.ToString();

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer)
    {
        writer.Comment($"{at.Heading}.");
        if (Recurrence != Recurrence.None)
        {
            writer.Comment($"R is {(Recurrence == Recurrence.Diagonal ? "one weight a neuron" : $"{at.Output} x {at.Output}")}; {Neurons} are the neurons with the weights of this moment.");
            writer.Line($"private readonly {RuntimeNames.RecurrentNeurons} {Name};").Line();
            return;
        }

        writer.Line($"private static readonly {RuntimeNames.SpikingLayer} {Name} = new(\"{Name.TrimStart('@')}\", {RuntimeNames.NeuronEquations}.Parse(");
        using (writer.Indent())
        {
            writer.Line($"\"{Equations}\"));");
        }

        writer.Line();
    }

    /// <inheritdoc/>
    public override void EmitInitialisation(PlannedLayer at, CodeWriter writer)
    {
        if (Recurrence == Recurrence.None)
        {
            return;
        }

        writer.Line($"{Name} = new(\"{Name.TrimStart('@')}\",");
        using (writer.Indent())
        {
            writer.Line($"\"{Equations}\",");
            writer.Line($"{RecurrentWeights(at)});");
        }
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
        writer.Comment(SumsOverSets(at)
            ? $"No spike changes {string.Join(", ", Equations.States)}: sums over all steps, which the perturbed input itself knows how far its set can move.{at.OutputShape}"
            : $"A box of {string.Join(", ", Equations.States)}; both sides of the threshold that are possible are cut out of it, and joined.{at.OutputShape}");
        writer.Line(
            $"{writer.Let(RuntimeNames.NeuronIntervals)} {Name}Bounds = {(at.ConstantOverTime ? $"{Neurons}.IntervalsConstant({input}, Steps)" : $"{Neurons}.Intervals({input})")};");
        writer.Line();
        return $"{Name}Bounds.Spikes";
    }

    /// <summary>
    /// Whether a layer's membranes are bounded from the set of recordings itself, as sums over all steps: it is the first to fire, and no spike changes what its
    /// neurons keep.
    /// </summary>
    /// <param name="at">The layer in its place.</param>
    public static bool SumsOverSets(PlannedLayer at) => at is { Stage: 0, ConstantOverTime: false, Layer: EquationsLayer { IsLearned: false, Recurrence: Recurrence.None } layer }
        && layer.Equations.Response(1) is not null;

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
