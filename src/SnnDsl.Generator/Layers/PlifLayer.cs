using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;
using SnnDsl.Model;

namespace SnnDsl.Generator.Layers;

/// <summary>Leaky integrate-and-fire neurons whose decay is learned, and perhaps their threshold.</summary>
/// <remarks>Equality: name, neurons, reset and where the parameters begin.</remarks>
/// <param name="Name">The prefix of its parameter.</param>
/// <param name="Learned">The neurons, with the state u.</param>
/// <param name="Reset">What a spike does to u.</param>
/// <param name="Logit">Where the decay's parameter begins.</param>
/// <param name="ThresholdLog">Where the threshold's parameter begins; null for a constant threshold.</param>
internal sealed record PlifLayer(string Name, LearnedDecay Learned, MembraneReset Reset, float Logit, float? ThresholdLog) : EquationsLayer(Name, Learned.Neuron)
{
    private const string Layer = "Neurons";

    /// <summary>[Plif].</summary>
    public static LayerKind OwnKind { get; } = new("Plif", "plif", LayerRole.Spiking, Read, Layer);

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    /// <inheritdoc/>
    protected override bool IsLearned => true;

    /// <inheritdoc/>
    public override string Neurons => Name + Layer;

    private static Layer Read(string name, AttributeArguments arguments)
    {
        var (spike, reset) = arguments.Spike();
        double decay = arguments.StatedDecay(0.5);
        float logit = (float)Math.Log(decay / (1 - decay));
        if (!(decay is >= 0 and <= 1))
        {
            logit = 0; // told already
        }
        else if (float.IsInfinity(logit))
        {
            arguments.Problems.ReportAt(arguments.Has("Tau") ? "Tau" : "Decay", ProblemIds.LearnedDecay, arguments.Title, Numbers.Plain(decay));
            logit = 0;
        }

        float? log = arguments.Value("LearnThreshold", false) ? ThresholdLogOf(arguments, spike.Threshold, reset) : null;
        spike = log is null ? spike : spike with { Threshold = 1 };
        reset = log is null ? reset : reset with { Value = 0 };
        var neuron = reset.Of(NeuronEquations.Lif(spike, 0, reset.Constant), "u");
        return new PlifLayer(
            name, new(neuron, arguments.Value("PerNeuron", false), arguments.Value("DecayInput", false), log is not null), reset, logit == 0 ? 0 : logit, log)
        {
            Recurrence = arguments.Recurrence(),
        };
    }

    private static float ThresholdLogOf(AttributeArguments arguments, float threshold, MembraneReset reset)
    {
        if (reset.Value != 0)
        {
            arguments.Problems.ReportAt(
                "ResetValue", ProblemIds.LearnedThreshold, arguments.Title,
                $"keeps membranes in units of it, in which a ResetValue of {Numbers.Plain(reset.Value)} is no constant: reset to 0, softly, or not at all");
        }

        float log = (float)Math.Log(threshold);
        if (Math.Abs(log) > LearnedDecay.GreatestLog)
        {
            arguments.Problems.ReportAt(
                "Threshold", ProblemIds.LearnedThreshold, arguments.Title,
                $"lies between exp(-16) and exp(16), begins at {Numbers.Plain(threshold)}: state another");
        }

        return log == 0 ? 0 : log;
    }

    /// <inheritdoc/>
    public override long CountParameters(Shape input, Shape output) =>
        Saturating.Add(base.CountParameters(input, output), Saturating.Multiply(Learned.PerNeuron ? output.Elements : 1, Learned.LearnsThreshold ? 2 : 1));

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output) =>
        $"{Kind.Title} {output}, {(Learned.PerNeuron ? "each neuron's" : "the layer's")} decay d{(Learned.LearnsThreshold ? " and threshold th" : "")} learned";

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output)
    {
        string current = Learned.Scales ? "(1 - d) I" : "I", threshold = Learned.LearnsThreshold ? $", th = exp({LearnedDecay.ThresholdParameter})" : "";
        return $"u = d u + {current}{(Learned.LearnsThreshold ? " / th" : "")}, {Fires("u")}{Reset.After("u", Equations.Spike.Threshold)}, " +
            $"d = sigmoid({LearnedDecay.Parameter}){threshold}";
    }

    /// <inheritdoc/>
    public override string Describe() => Learned.ToString();

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer)
    {
        writer.Comment($"{at.Heading}.").Comment($"{Neurons} are the neurons with the decays of this moment.");
        writer.Line($"private readonly {RuntimeNames.LearnedNeurons} {Name};").Line();
        writer.Line($"private {RuntimeNames.SpikingLayer} {Neurons} => {Name}.Layer;").Line();
    }

    /// <inheritdoc/>
    public override void EmitInitialisation(PlannedLayer at, CodeWriter writer)
    {
        writer.Line($"{Name} = new(\"{Name.TrimStart('@')}\",");
        using (writer.Indent())
        {
            writer.Line($"\"{Learned}\",");
            string shape = Learned.PerNeuron ? at.Output.Arguments : "1";
            writer.Line((ThresholdLog, Recurrence) is (null, Recurrence.None)
                ? $"{CodeWriter.Literal(Logit)}, {shape});"
                : $"{CodeWriter.Literal(Logit)}, {(ThresholdLog is { } log ? CodeWriter.Literal(log) : "null")}, [{shape}]{(Recurrence == Recurrence.None ? "" : $", {RecurrentWeights(at)}")});");
        }
    }
}
