using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;
using SnnDsl.Model;

namespace SnnDsl.Generator.Layers;

/// <summary>Leaky integrate-and-fire neurons, one for each value of the affine layer before them.</summary>
/// <remarks>Equality: name, the neurons' constants and the gain.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="Constants">What the neurons of this layer are.</param>
internal sealed record LifLayer(string Name, NeuronModel Constants) : LoweredLayer(Name)
{
    /// <summary>[Lif].</summary>
    public static LayerKind OwnKind { get; } = new("Lif", "lif", LayerRole.Spiking, Read);

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    /// <summary>What a current weighed as it was declared: the unit of the membrane.</summary>
    public float Gain { get; init; } = 1;

    /// <inheritdoc/>
    public override NeuronModel Neuron => Constants;

    private static Layer Read(string name, AttributeArguments arguments)
    {
        var (decay, gain) = arguments.Leak();
        return Make(OwnKind, name, arguments, 0.25, decay, gain);
    }

    /// <summary>
    /// Makes integrate-and-fire neurons: those that the fused kernels know, or neurons by equations. A gain g is taken out of the former by keeping the
    /// membrane in units of g, u = g u': u' = d r' + I, and threshold, reset value and the surrogate's width are divided by it.
    /// </summary>
    /// <param name="kind">[Lif] or [If].</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="arguments">The attribute's arguments.</param>
    /// <param name="defaultThreshold">The threshold that the attribute gives by itself.</param>
    /// <param name="decay">The share of the membrane that is left one step later.</param>
    /// <param name="gain">What a current weighs.</param>
    public static LoweredLayer Make(LayerKind kind, string name, AttributeArguments arguments, double defaultThreshold, float decay, double gain)
    {
        var (rule, reset) = arguments.Spike(defaultThreshold);
        float threshold = (float)(rule.Threshold / gain), value = (float)(reset.Value / gain), width = (float)(rule.Width / gain);
        var surrogate = (SurrogateKind)rule.Surrogate;
        var recurrence = arguments.Recurrence();
        bool scales = gain == 1 || (surrogate != SurrogateKind.StraightThrough && IsFinite(threshold) && IsFinite(value) && new SurrogateConstants(surrogate, width).AreSound);
        return rule.FiresAtThreshold || reset.Kind == ResetKind.None || recurrence != Recurrence.None || !scales
            ? new LifByEquationsLayer(name, kind == OwnKind, reset.Of(NeuronEquations.Lif(rule, decay, reset.Constant, (float)gain), "u"), reset) { Recurrence = recurrence }
            : new LifLayer(name, new(threshold, decay, reset.Kind, value == 0 ? 0 : value, surrogate, width, rule.Detached)) { Gain = (float)gain };
    }

    private static bool IsFinite(float number) => !float.IsNaN(number) && !float.IsInfinity(number);

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems) => input;

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output) => $"Lif {output}, threshold {Numbers.Plain(Constants.Threshold)}, " +
        $"decay {Numbers.Plain(Constants.Decay)}, {(Constants.Reset == ResetKind.Hard ? "hard" : "soft")} reset" +
        (Constants.Detached ? ", detached" : "") + (Gain == 1 ? "" : $", in units of the gain {Numbers.Plain(Gain)}");

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
        $"resetValue={Numbers.Plain(Constants.ResetValue)},surrogate={Constants.Surrogate},width={Numbers.Plain(Constants.SurrogateWidth)}" +
        $"{(Constants.Detached ? ",detached=true" : "")})";

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer)
    {
        writer.Comment($"{at.Heading}.");
        writer.Line($"private static readonly {RuntimeNames.SpikingLayer} {Name} = new(new global::{RuntimeNames.Kernels}.{Constants.Name}());").Line();
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
