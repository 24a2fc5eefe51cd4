using SnnDsl.Generator.Model;
using static SnnDsl.Generator.Emission.Kernels.FireKernels;
using static SnnDsl.Generator.Emission.Kernels.KernelParameter;

namespace SnnDsl.Generator.Emission.Kernels;

/// <summary>The kernels of interval bounds (S-IBP) and of their gradient.</summary>
internal static class IntervalKernels
{
    /// <summary>Intervals of currents to intervals of membranes and spikes.</summary>
    public static void Intervals(CodeWriter code, NeuronEquations neuron, KernelDialect say)
    {
        using var kernel = say.Kernel(code, "Intervals", "Intervals of currents, [T, M] or [M], to intervals of spikes and membranes [T, M] (S-IBP).",
        [
            .. Read("lowerCurrent", "upperCurrent"), .. Index("currentStride"),
            .. Written("lowerSpikes", "upperSpikes", "lowerMembranes", "upperMembranes"), .. Index("stride"), Steps,
        ]);
        string th = neuron.ThresholdText;
        code.Comment($"{(neuron.Remembers ? $"[l, U] = {neuron.DecayText("[r_l, r_U]")} + [I_l, I_U]" : "[l, U] = [I_l, I_U]")};"
            + $"  spikes lie in [1 if l > {th}, 1 if U > {th}].");
        if (neuron.Remembers)
        {
            string v0 = Numbers.Plain(neuron.Neuron.ResetValue);
            code.Comment(neuron.IsHard
                ? $"After the reset: [l, U] if U <= {th}; {v0} if l > {th}; otherwise [min(l, {v0}), {Numbers.Plain(HighestReset(neuron))}]."
                : $"After the reset: [l, U] if U <= {th}; both less {th} if l > {th}; otherwise [min(l, 0), max({th}, U - {th})].");
        }

        using var each = say.EachNeuron(code);
        if (neuron.Remembers)
        {
            code.Line($"{say.Let} lowerReset = {say.All(0)};").Line($"{say.Let} upperReset = {say.All(0)};");
        }

        using var steps = say.EachStep(code);
        code.Line($"{say.Let} lower = {neuron.Membrane("lowerReset", say.Load("lowerCurrent", "t * currentStride + i"))};")
            .Line($"{say.Let} upper = {neuron.Membrane("upperReset", say.Load("upperCurrent", "t * currentStride + i"))};")
            .Line($"{say.LetMask} fires = {say.Greater("lower", neuron.Threshold)};")
            .Line($"{say.LetMask} mayFire = {say.Greater("upper", neuron.Threshold)};")
            .Line(say.Store("lower", "lowerMembranes", "t * stride + i"))
            .Line(say.Store("upper", "upperMembranes", "t * stride + i"))
            .Line(say.Store(say.Select("fires", say.Number(1), say.Number(0)), "lowerSpikes", "t * stride + i"))
            .Line(say.Store(say.Select("mayFire", say.Number(1), say.Number(0)), "upperSpikes", "t * stride + i"));
        StopAfterLast(code, neuron);
        if (neuron.Remembers)
        {
            var (lower, upper) = neuron.IsHard ? HardReset(neuron, say) : SoftReset(neuron, say);
            code.Line($"lowerReset = {lower};").Line($"upperReset = {upper};");
        }
    }

    /// <summary>Gradients of the intervals of spikes and membranes to gradients of the intervals of currents.</summary>
    public static void Backward(CodeWriter code, NeuronEquations neuron, KernelDialect say)
    {
        using var kernel = say.Kernel(code, "IntervalsBackward", "Gradients of those intervals to gradients of the intervals of currents.",
        [
            .. Read("lowerMembranes", "upperMembranes", "lowerSpikeGradients", "upperSpikeGradients"),
            .. Read("lowerMembraneGradients", "upperMembraneGradients"), .. Written("lowerCurrentGradients", "upperCurrentGradients"),
            .. Index("gradientStride", "stride"), Steps,
        ]);
        code.Comment(neuron.Remembers
            ? $"t from T-1 down: dl[t] += ds_l[t] s'(l[t]) + {neuron.DecayText("dl[t+1] dr_l/dl[t]")}, dI_l[t] = dl[t]; U likewise.\n"
                + "The case in which a reset is counts as fixed: its own formula alone is differentiated."
            : "dI_l[t] = dl[t] + ds_l[t] s'(l[t]); U likewise.");
        code.Line("bool summed = gradientStride == 0;")
            .Line($"bool withLower = {say.Given("lowerMembraneGradients")};")
            .Line($"bool withUpper = {say.Given("upperMembraneGradients")};");
        using var each = say.EachNeuron(code);
        if (neuron.Remembers)
        {
            code.Line($"{say.Let} dLower = {say.All(0)};").Line($"{say.Let} dUpper = {say.All(0)};");
        }

        code.Line($"{say.Let} lowerSum = {say.All(0)};").Line($"{say.Let} upperSum = {say.All(0)};");
        using (say.EachStepBackwards(code))
        {
            code.Line($"{say.Let} lower = {say.Load("lowerMembranes", "t * stride + i")};")
                .Line($"{say.Let} upper = {say.Load("upperMembranes", "t * stride + i")};");
            string lowerSpike = $"{say.Load("lowerSpikeGradients", "t * stride + i")} * {NeuronEquations.Surrogate("lower")}";
            string upperSpike = $"{say.Load("upperSpikeGradients", "t * stride + i")} * {NeuronEquations.Surrogate("upper")}";
            if (neuron.Remembers)
            {
                var (lowerCut, upperCut) = FixedResets(code, neuron, say);
                float decay = neuron.Neuron.Decay;
                code.Line($"{say.Let} lowerLater = {say.Select(lowerCut, say.Number(0), "dLower")};")
                    .Line($"{say.Let} upperLater = {say.Select(upperCut, say.Number(0), "dUpper")};")
                    .Line($"dLower = {lowerSpike} + {neuron.Scaled(decay, "lowerLater")};")
                    .Line($"dUpper = {upperSpike} + {neuron.Scaled(decay, "upperLater")};");
            }
            else
            {
                code.Line($"{say.Let} dLower = {lowerSpike};").Line($"{say.Let} dUpper = {upperSpike};");
            }

            AddIf(code, say, "withLower", "dLower", "lowerMembraneGradients");
            AddIf(code, say, "withUpper", "dUpper", "upperMembraneGradients");
            SumOrStore(
                code, say, "summed", ("lowerSum", "dLower", "lowerCurrentGradients"), "t * gradientStride + i",
                ("upperSum", "dUpper", "upperCurrentGradients"));
        }

        StoreSums(code, say, "summed", "i", ("lowerSum", "lowerCurrentGradients"), ("upperSum", "upperCurrentGradients"));
    }

    /// <summary>max(th, v0), the highest membrane after the hard reset of a neuron that may or may not have fired.</summary>
    private static float HighestReset(NeuronEquations neuron) => Math.Max(neuron.Neuron.Threshold, neuron.Neuron.ResetValue);

    // With v0 <= th, min(l, v0) is v0 for a neuron that surely fires; with v0 above, max(th, v0) is. One question less each.
    private static (string Lower, string Upper) HardReset(NeuronEquations neuron, KernelDialect say)
    {
        string v0 = say.Number(neuron.Neuron.ResetValue);
        return neuron.Neuron.ResetValue <= neuron.Neuron.Threshold
            ? (say.Select("mayFire", say.Min("lower", v0), "lower"),
                say.Select("fires", v0, say.Select("mayFire", neuron.Threshold, "upper")))
            : (say.Select("fires", v0, "lower"), say.Select("mayFire", v0, "upper"));
    }

    private static (string Lower, string Upper) SoftReset(NeuronEquations neuron, KernelDialect say)
    {
        string th = neuron.AllThreshold;
        return (
            say.Select("fires", $"lower - {th}", say.Select("mayFire", say.Min("lower", say.Number(0)), "lower")),
            say.Select("fires", $"upper - {th}", say.Select("mayFire", say.Max($"upper - {th}", neuron.Threshold), "upper")));
    }

    /// <summary>Where the resets of l and U are constants, so that no gradient passes.</summary>
    private static (string Lower, string Upper) FixedResets(CodeWriter code, NeuronEquations neuron, KernelDialect say)
    {
        string fires = say.Greater("lower", neuron.Threshold);
        string mayFire = say.Greater("upper", neuron.Threshold);
        if (neuron.IsHard)
        {
            bool low = neuron.Neuron.ResetValue <= neuron.Neuron.Threshold;
            code.Line($"{say.LetMask} mayFire = {mayFire};");
            return (low ? say.Except("mayFire", say.Less("lower", say.Number(neuron.Neuron.ResetValue))) : fires, "mayFire");
        }

        code.Line($"{say.LetMask} unstable = {say.Except(mayFire, fires)};");
        return (
            say.Except("unstable", say.Less("lower", say.Number(0))),
            say.Except("unstable", say.Greater($"upper - {neuron.AllThreshold}", neuron.Threshold)));
    }

    private static void AddIf(CodeWriter code, KernelDialect say, string condition, string value, string buffer)
    {
        using (code.Line().Block($"if ({condition})"))
        {
            code.Line($"{value} += {say.Load(buffer, "t * stride + i")};");
        }
    }
}
