using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Model;

namespace SnnDsl.Generator.Layers;

/// <summary>The arguments that the attributes of all neurons share.</summary>
internal static class SpikeArguments
{
    /// <summary>When a neuron fires, and what a spike sets the membrane to (null where it subtracts the threshold); what is refused is read as something sound.</summary>
    public static (SpikeRule Rule, float? ResetValue) Spike(this AttributeArguments arguments)
    {
        var read = LifLayer.ReadNeuron(arguments, defaultThreshold: 0.25, decay: 0);
        var surrogate = Enum.IsDefined(typeof(SurrogateKind), read.Surrogate) ? (SurrogateFunction)read.Surrogate : default;
        var rule = new SpikeRule(IsSound(read.Threshold) ? read.Threshold : 1, surrogate, IsSound(read.SurrogateWidth) ? read.SurrogateWidth : 1);
        return (rule, read.Reset == ResetKind.Soft ? null : float.IsNaN(read.ResetValue) || float.IsInfinity(read.ResetValue) ? 0 : read.ResetValue);
    }

    /// <summary>A share in [0, 1]; what is refused is read as 0.</summary>
    public static float Share(this AttributeArguments arguments, string name, double otherwise) =>
        arguments.Decay(name, otherwise) is >= 0 and <= 1 and var share ? share : 0;

    /// <summary>A finite number; what is refused is read as 0.</summary>
    public static float Finite(this AttributeArguments arguments, string name, double otherwise)
    {
        float value = arguments.Float(name, otherwise);
        if (!float.IsNaN(value) && !float.IsInfinity(value))
        {
            return value;
        }

        arguments.Problems.ReportAt(name, ProblemIds.NotFinite, arguments.Title, name, Numbers.Plain(arguments.Value(name, otherwise)));
        return 0;
    }

    private static bool IsSound(float number) => number > 0 && !float.IsInfinity(number);
}
