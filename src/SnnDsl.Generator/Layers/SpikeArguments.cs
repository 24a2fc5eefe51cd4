using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Model;

namespace SnnDsl.Generator.Layers;

/// <summary>The arguments that the attributes of all neurons share.</summary>
internal static class SpikeArguments
{
    /// <summary>When a neuron fires, and the derivative of that.</summary>
    public static SpikeRule Spike(this AttributeArguments arguments)
    {
        float threshold = arguments.Float("Threshold", 0.25);
        if (!(threshold > 0) || float.IsInfinity(threshold))
        {
            arguments.Problems.ReportAt("Threshold", ProblemIds.Threshold, Numbers.Plain(arguments.Value("Threshold", 0.25)));
            threshold = 1;
        }

        var surrogate = arguments.Choice<SurrogateKind>("Surrogate");
        double statedWidth = arguments.Value("SurrogateWidth", 0.0);
        // 0 is the attribute's own default; another number that rounds to 0 is no width.
        float width = statedWidth == 0 ? (surrogate == SurrogateKind.FastSigmoid ? 0.5f : 1f) : (float)statedWidth;
        if (!new SurrogateConstants(surrogate, width).AreSound)
        {
            arguments.Problems.ReportAt("SurrogateWidth", ProblemIds.SurrogateWidth, Numbers.Plain(statedWidth));
            width = 1;
        }

        return new SpikeRule(threshold, Enum.IsDefined(typeof(SurrogateKind), surrogate) ? (SurrogateFunction)surrogate : default, width);
    }

    /// <summary>What a spike sets the membrane to; null where it subtracts the threshold.</summary>
    public static float? ResetValue(this AttributeArguments arguments)
    {
        bool isSoft = arguments.Choice<ResetKind>("Reset") == ResetKind.Soft;
        float value = arguments.Float("ResetValue", 0);
        if (float.IsNaN(value) || float.IsInfinity(value))
        {
            arguments.Problems.ReportAt("ResetValue", ProblemIds.ResetValue, Numbers.Plain(arguments.Value("ResetValue", 0.0)));
            value = 0;
        }
        else if (isSoft && arguments.Has("ResetValue"))
        {
            arguments.Problems.ReportAt("ResetValue", ProblemIds.ResetValueUnused, Numbers.Plain(value));
        }

        return isSoft ? null : value;
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
}
