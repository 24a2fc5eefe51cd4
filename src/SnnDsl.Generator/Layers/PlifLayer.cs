using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;
using SnnDsl.Model;

namespace SnnDsl.Generator.Layers;

/// <summary>Leaky integrate-and-fire neurons whose decay is learned.</summary>
/// <remarks>Equality: name, neurons, reset and where the parameter begins.</remarks>
/// <param name="Name">The prefix of its parameter.</param>
/// <param name="Learned">The neurons, with the state u.</param>
/// <param name="Reset">What a spike does to u.</param>
/// <param name="Logit">Where the parameter begins.</param>
internal sealed record PlifLayer(string Name, LearnedDecay Learned, MembraneReset Reset, float Logit) : EquationsLayer(Name, Learned.Neuron)
{
    private const string Layer = "Neurons";

    /// <summary>[Plif].</summary>
    public static LayerKind OwnKind { get; } = new("Plif", "plif", LayerRole.Spiking, Read, Layer);

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

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

        var neuron = reset.Of(NeuronEquations.Lif(spike, 0, reset.Constant), "u");
        return new PlifLayer(name, new(neuron, arguments.Value("PerNeuron", false), arguments.Value("DecayInput", false)), reset, logit == 0 ? 0 : logit)
        {
            Recurrence = arguments.Recurrence(),
        };
    }

    /// <inheritdoc/>
    public override long CountParameters(Shape input, Shape output) =>
        Saturating.Add(base.CountParameters(input, output), Learned.PerNeuron ? output.Elements : 1);

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output) =>
        $"{Kind.Title} {output}, {(Learned.PerNeuron ? "each neuron's" : "the layer's")} decay d learned";

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) =>
        $"u = d u + {(Learned.Scales ? "(1 - d) I" : "I")}, {Fires("u")}{Reset.After("u", Equations.Spike.Threshold)}, d = sigmoid({LearnedDecay.Parameter})";

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
            if (Recurrence != Recurrence.None)
            {
                writer.Line($"{RecurrentWeights(at)},");
            }

            writer.Line($"{CodeWriter.Literal(Logit)}, {(Learned.PerNeuron ? at.Output.Arguments : "1")});");
        }
    }
}
