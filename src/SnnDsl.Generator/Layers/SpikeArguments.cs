using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Model;

namespace SnnDsl.Generator.Layers;

/// <summary>The arguments that the attributes of neurons share. What is refused is read as something sound.</summary>
internal static class SpikeArguments
{
    /// <summary>When a neuron fires, and what a spike does to the membrane.</summary>
    /// <param name="arguments">The attribute's arguments.</param>
    /// <param name="defaultThreshold">The threshold that the attribute gives by itself.</param>
    /// <param name="spikesStay">Whether a spike leaves something in the neuron besides what it does to the membrane.</param>
    public static (SpikeRule Rule, MembraneReset Reset) Spike(this AttributeArguments arguments, double defaultThreshold = 0.25, bool spikesStay = false)
    {
        float threshold = arguments.Float("Threshold", defaultThreshold);
        if (!IsSound(threshold))
        {
            arguments.Problems.ReportAt("Threshold", ProblemIds.Threshold, Numbers.Plain(arguments.Value("Threshold", defaultThreshold)));
            threshold = 1;
        }

        var reset = arguments.Reset();
        var (surrogate, width, detached) = arguments.Surrogate();
        if (detached && reset.Kind == ResetKind.None && !spikesStay)
        {
            arguments.Problems.ReportAt("DetachReset", ProblemIds.DetachesNothing, arguments.Title);
        }

        return (new(threshold, surrogate, width, arguments.Value("AtOrAbove", false), detached), reset);
    }

    /// <summary>What a spike does to the membrane.</summary>
    /// <param name="arguments">The attribute's arguments.</param>
    private static MembraneReset Reset(this AttributeArguments arguments)
    {
        var kind = arguments.Choice<ResetKind>("Reset");
        float value = arguments.Float("ResetValue", 0);
        if (float.IsNaN(value) || float.IsInfinity(value))
        {
            arguments.Problems.ReportAt("ResetValue", ProblemIds.ResetValue, Numbers.Plain(arguments.Value("ResetValue", 0.0)));
            value = 0;
        }
        else if (kind is ResetKind.Soft or ResetKind.None && arguments.Has("ResetValue"))
        {
            arguments.Problems.ReportAt(
                "ResetValue", ProblemIds.ResetValueUnused, Numbers.Plain(value),
                kind == ResetKind.Soft ? "a soft reset subtracts the threshold" : "without a reset the membrane goes on as it is");
        }

        return new(kind, kind == ResetKind.Hard ? value : 0);
    }

    /// <summary>What stands for the derivative of a spike, its width, and whether the reset is detached.</summary>
    /// <param name="arguments">The attribute's arguments.</param>
    public static (SurrogateFunction Surrogate, float Width, bool Detached) Surrogate(this AttributeArguments arguments)
    {
        var kind = arguments.Choice<SurrogateKind>("Surrogate");
        double stated = arguments.Value("SurrogateWidth", 0.0);
        // 0 is the attribute's own default; another number that rounds to 0 is no width.
        float width = stated == 0 ? SurrogateConstants.DefaultWidth(kind) : (float)stated;
        if (!new SurrogateConstants(kind, width).AreSound)
        {
            arguments.Problems.ReportAt("SurrogateWidth", ProblemIds.SurrogateWidth, Numbers.Plain(stated));
            width = 1;
        }

        return (Enum.IsDefined(typeof(SurrogateKind), kind) ? (SurrogateFunction)kind : default, width, arguments.Value("DetachReset", false));
    }

    /// <summary>Which spikes of the step before come back.</summary>
    /// <param name="arguments">The attribute's arguments.</param>
    public static Recurrence Recurrence(this AttributeArguments arguments)
    {
        bool recurs = arguments.Value("Recurrent", false), isDiagonal = arguments.Value("RecurrentDiagonal", false);
        if (isDiagonal && !recurs)
        {
            arguments.Problems.ReportAt("RecurrentDiagonal", ProblemIds.DiagonalOfNothing, arguments.Title);
        }

        return !recurs ? Model.Recurrence.None : isDiagonal ? Model.Recurrence.Diagonal : Model.Recurrence.Full;
    }

    /// <summary>What of the membrane is left one step later, and what a current weighs: by Decay or Tau, and by DecayInput.</summary>
    /// <param name="arguments">The attribute's arguments.</param>
    public static (float Decay, double Gain) Leak(this AttributeArguments arguments)
    {
        double stated = arguments.StatedDecay(0.25);
        float decay = stated is >= 0 and <= 1 ? (float)stated : 0;
        if (!arguments.Value("DecayInput", false))
        {
            return (decay, 1);
        }

        if (decay == 1)
        {
            arguments.Problems.ReportAt("DecayInput", ProblemIds.NoGain, arguments.Title);
            return (decay, 1);
        }

        return (decay, arguments.Value("Tau", 0.0) is not 0 and var tau && stated == 1 - (1 / tau) ? 1 / tau : 1 - (double)decay);
    }

    /// <summary>The decay that Decay or Tau says; not in [0, 1] where it was refused.</summary>
    /// <param name="arguments">The attribute's arguments.</param>
    /// <param name="otherwise">The one that the attribute gives by itself.</param>
    public static double StatedDecay(this AttributeArguments arguments, double otherwise)
    {
        double tau = arguments.Value("Tau", 0.0);
        // 0 is the attribute's own default.
        if (tau == 0)
        {
            _ = arguments.Decay("Decay", otherwise);
            return arguments.Value("Decay", otherwise) + 0.0;
        }

        if (arguments.Has("Decay"))
        {
            arguments.Problems.ReportAt("Tau", ProblemIds.DecayAndTau, arguments.Title, Numbers.Plain(arguments.Value("Decay", otherwise)), Numbers.Plain(tau));
        }

        if (tau >= 1 && !double.IsInfinity(tau))
        {
            return 1 - (1 / tau);
        }

        arguments.Problems.ReportAt("Tau", ProblemIds.Tau, arguments.Title, Numbers.Plain(tau));
        return double.NaN;
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
