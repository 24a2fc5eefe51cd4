using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>Leaky integrate-and-fire neurons, one for each value of the affine layer before them.</summary>
/// <remarks>Equality: name and the neurons' constants.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="Constants">What the neurons of this layer are.</param>
internal sealed record LifLayer(string Name, NeuronModel Constants) : LoweredLayer(Name)
{
    /// <summary>[Lif].</summary>
    public static LayerKind OwnKind { get; } = new("Lif", "lif", LayerRole.Spiking, Read);

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    /// <inheritdoc/>
    public override NeuronModel Neuron => Constants;

    private static Layer Read(string name, AttributeArguments arguments) =>
        new LifLayer(name, ReadNeuron(arguments, 0.25, arguments.Decay("Decay", 0.25)));

    /// <summary>Reads what integrate-and-fire neurons have in common.</summary>
    /// <param name="arguments">The attribute's arguments.</param>
    /// <param name="defaultThreshold">The threshold that the attribute gives by itself.</param>
    /// <param name="decay">The share of the membrane that is left one step later.</param>
    public static NeuronModel ReadNeuron(AttributeArguments arguments, double defaultThreshold, float decay)
    {
        float threshold = arguments.Float("Threshold", defaultThreshold);
        if (!(threshold > 0) || float.IsInfinity(threshold))
        {
            arguments.Problems.ReportAt("Threshold", ProblemIds.Threshold, Numbers.Plain(arguments.Value("Threshold", defaultThreshold)));
        }

        var reset = arguments.Choice<ResetKind>("Reset");
        float resetValue = arguments.Float("ResetValue", 0);
        if (float.IsNaN(resetValue) || float.IsInfinity(resetValue))
        {
            arguments.Problems.ReportAt("ResetValue", ProblemIds.ResetValue, Numbers.Plain(arguments.Value("ResetValue", 0.0)));
        }
        else if (reset == ResetKind.Soft && arguments.Has("ResetValue"))
        {
            arguments.Problems.ReportAt("ResetValue", ProblemIds.ResetValueUnused, Numbers.Plain(resetValue));
        }

        var surrogate = arguments.Choice<SurrogateKind>("Surrogate");
        double statedWidth = arguments.Value("SurrogateWidth", 0.0);
        // 0 is the attribute's own default; another number that rounds to 0 is no width.
        float width = statedWidth == 0 ? DefaultWidth(surrogate) : (float)statedWidth;
        if (!new SurrogateConstants(surrogate, width).AreSound)
        {
            arguments.Problems.ReportAt("SurrogateWidth", ProblemIds.SurrogateWidth, Numbers.Plain(statedWidth));
        }

        return new NeuronModel(threshold, decay, reset, reset == ResetKind.Soft ? 0f : resetValue, surrogate, width);
    }

    /// <summary>The width that gives a surrogate the peak 1.</summary>
    private static float DefaultWidth(SurrogateKind surrogate) => surrogate == SurrogateKind.FastSigmoid ? 0.5f : 1f;

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems) => input;

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output) => $"Lif {output}, threshold {Numbers.Plain(Constants.Threshold)}, " +
        $"decay {Numbers.Plain(Constants.Decay)}, {(Constants.Reset == ResetKind.Hard ? "hard" : "soft")} reset";

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output)
    {
        string threshold = Numbers.Plain(Constants.Threshold);
        string after = Constants.Reset == ResetKind.Hard ? $"r = {Numbers.Plain(Constants.ResetValue)}" : $"r = u - {threshold}";
        return Constants.Decay switch
        {
            // Nothing is left of a membrane: what a spike does to it does not matter.
            0 => $"u = I, fires above {threshold}",
            1 => $"u = r + I, fires above {threshold}, {after} after a spike",
            _ => $"u = {Numbers.Plain(Constants.Decay)} r + I, fires above {threshold}, {after} after a spike",
        };
    }

    /// <inheritdoc/>
    public override string Describe() =>
        $"Lif(threshold={Numbers.Plain(Constants.Threshold)},decay={Numbers.Plain(Constants.Decay)},reset={Constants.Reset}," +
        $"resetValue={Numbers.Plain(Constants.ResetValue)},surrogate={Constants.Surrogate},width={Numbers.Plain(Constants.SurrogateWidth)})";

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer)
    {
        writer.Comment($"{at.Heading}.");
        writer.Line($"private static readonly {RuntimeNames.SpikingLayer} {Name} = new(new {at.KernelName}());").Line();
    }

    /// <inheritdoc/>
    public override string EmitForward(PlannedLayer at, string input, CodeWriter writer)
    {
        writer.Comment(at.Heading).Comment($"All steps in one walk, the membrane in registers.{at.OutputShape}");
        writer.Line($"{writer.Let(RuntimeNames.SpikeTrain)} {Name}Spikes = {(at.ConstantOverTime ? $"{Name}.FireConstant({input}, Steps)" : $"{Name}.Fire({input})")};");
        writer.Line();
        return $"{Name}Spikes";
    }

    /// <inheritdoc/>
    public override string EmitIntervals(PlannedLayer at, string input, CodeWriter writer)
    {
        string threshold = Numbers.Plain(Constants.Threshold);
        writer.Comment(at.Heading);
        writer.Comment($"Membranes in [l, U]; a spike is certain where l > {threshold}, possible where U > {threshold}.{at.OutputShape}");
        writer.Line(
            $"{writer.Let(RuntimeNames.NeuronIntervals)} {Name}Bounds = {(at.ConstantOverTime ? $"{Name}.IntervalsConstant({input}, Steps)" : $"{Name}.Intervals({input})")};");
        writer.Line();
        return $"{Name}Bounds.Spikes";
    }

    /// <inheritdoc/>
    public override void EmitBack(PlannedLayer at, CodeWriter writer)
    {
        string stage = Numbers.Plain(at.Stage);
        writer.Comment(at.Heading);
        writer.Comment("From the last step to the first: where l and U lie on both sides of the threshold, a line in u stands below what");
        writer.Comment("spike and reset contribute; elsewhere they are known exactly.");
        if (at.ConstantOverTime)
        {
            writer.Comment($"The current is the same at every step: the coefficients are added over the steps.{at.CoefficientShape}");
        }

        string method = at.ConstantOverTime ? "RelaxConstant" : "Relax";
        writer.Line($"form = {Name}.{method}(form, query, {stage});");
    }
}
