using static SnnDsl.Generator.Emission.Kernels.FireKernels;
using static SnnDsl.Generator.Emission.Kernels.KernelParameter;

namespace SnnDsl.Generator.Emission.Kernels;

/// <summary>The kernels of linear relaxation (S-CROWN) and its adjoint; the lines are in <see cref="RelaxationLines"/>.</summary>
internal static class RelaxationKernels
{
    private static readonly KernelParameter Rule = new("rule", KernelParameterKind.Rule);
    private static readonly KernelParameter[] Inputs =
        Read("spikeCoefficients", "row", "lowerMembranes", "upperMembranes");

    private static readonly KernelParameter[] Strides =
        [.. Index("coefficientStride", "membraneStride", "outputStride"), Steps];

    /// <summary>Coefficients on spikes and last membranes to coefficients on currents and a constant.</summary>
    public static void Relax(CodeWriter code, NeuronEquations neuron, KernelDialect say)
    {
        var lines = new RelaxationLines(code, neuron, say);
        using var kernel = say.RowKernel(code, "Relax", "One row of coefficients on spikes and last membranes to coefficients on currents and a constant (S-CROWN).",
            [Rule, .. Inputs, .. Written("currentCoefficients"), .. Strides]);
        code.Comment(lines.Explanation);
        code.Line($"bool withSpikes = {say.Given("spikeCoefficients")};")
            .Line($"bool withRow = {say.Given("row")};")
            .Line("bool summed = outputStride == 0;")
            .Line($"{say.LetWide} constant = {say.WideZero};");
        using (say.EachOfRow(code))
        {
            code.Line($"{say.Let} sum = {say.All(0)};");
            if (neuron.Remembers)
            {
                code.Line($"{say.Let} cr = {say.All(0)};");
            }

            using (say.EachStepBackwards(code))
            {
                lines.Coefficients();
                lines.Stable();
                using (code.Block($"if ({say.Any("unstable")})"))
                {
                    lines.Unstable();
                }

                using (code.Line().Block("if (withRow && t == steps - 1)"))
                {
                    code.Line($"slope += {say.Load("row", say.OwnFirst)};");
                }

                SumOrStore(code, say, "summed", ("sum", "slope", "currentCoefficients"), say.Own("outputStride"));
                code.Line().Line($"constant += {say.Wide("intercept")};");
                if (neuron.Remembers)
                {
                    code.Line($"cr = {neuron.Scaled(neuron.Neuron.Decay, "slope")};");
                }
            }

            StoreSums(code, say, "summed", say.OwnFirst, ("sum", "currentCoefficients"));
        }

        code.Line().Line(say.Return("constant"));
    }

    /// <summary>The adjoint of <see cref="Relax"/>.</summary>
    public static void Backward(CodeWriter code, NeuronEquations neuron, KernelDialect say)
    {
        var lines = new RelaxationLines(code, neuron, say);
        using var kernel = say.RowKernel(code, "RelaxBackward", "The adjoint of that: gradients of coefficients are written, gradients of bounds added.",
        [
            Rule, .. Inputs, .. Read("outputGradients"), new("constantGradient", KernelParameterKind.Number),
            .. Written("spikeCoefficientGradients", "rowGradients", "lowerMembraneGradients", "upperMembraneGradients"), .. Strides,
        ]);
        code.Comment(neuron.Remembers
            ? $"t from 0 up: da[t] = dA[t] + {neuron.DecayText("dc_r[t-1]")}, back through Relax's line a u + c; dc is given."
            : "da[t] = dA[t], back through Relax's line a u + c; dc is given.");
        code.Line($"bool withSpikes = {say.Given("spikeCoefficients")};")
            .Line($"bool withRow = {say.Given("row")};")
            .Line($"{say.Let} dc = {say.Same("constantGradient")};");
        if (neuron.Remembers)
        {
            say.Slopes(code);
        }

        using var each = say.EachOfRow(code);
        if (neuron.Remembers)
        {
            code.Line()
                .Comment("The coefficients on the way down, for these neurons once more.")
                .Line(say.WalkDown).Line()
                .Line($"{say.Let} dcr = {say.All(0)};");
        }

        using var steps = say.EachStep(code);
        lines.Coefficients($"t == steps - 1 ? {say.All(0)} : {neuron.Scaled(neuron.Neuron.Decay, say.LaterSlope)}");
        code.Line($"{say.Let} da = {say.Load("outputGradients", say.Own("outputStride"))}"
            + (neuron.Remembers ? $" + {neuron.Scaled(neuron.Neuron.Decay, "dcr")};" : ";"));
        using (code.Block("if (withRow && t == steps - 1)"))
        {
            code.Line(say.Store("da", "rowGradients", say.OwnFirst));
        }

        code.Line();
        lines.StableBackward();
        using (code.Block($"if ({say.Any("unstable")})"))
        {
            lines.UnstableBackward();
            var (lower, upper) = lines.BoundGradients;
            code.Line()
                .Line(say.Add(say.Within("unstable", lower, say.Number(0)), "lowerMembraneGradients", say.Own("membraneStride")))
                .Line(say.Add(say.Within("unstable", upper, say.Number(0)), "upperMembraneGradients", say.Own("membraneStride")));
        }

        lines.CoefficientsBackward();
        using (code.Line().Block("if (withSpikes)"))
        {
            code.Line(say.Store("dcs", "spikeCoefficientGradients", say.Own("coefficientStride")));
        }
    }
}
