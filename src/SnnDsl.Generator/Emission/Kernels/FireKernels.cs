using SnnDsl.Generator.Model;
using static SnnDsl.Generator.Emission.Kernels.KernelParameter;

namespace SnnDsl.Generator.Emission.Kernels;

/// <summary>The kernels of the forward pass, of its surrogate backward pass, and the surrogate itself.</summary>
internal static class FireKernels
{
    /// <summary>Currents to spikes (and membranes, where a backward pass follows).</summary>
    public static void Forward(CodeWriter code, NeuronEquations neuron, KernelDialect say)
    {
        using var kernel = say.Kernel(code, "Forward", "Currents, [T, M] or [M], to spikes [T, M], and to membranes where a backward pass follows.",
        [
            .. Read("current"), .. Index("currentStride"), .. Written("spikes", "membranes"), .. Index("stride"), Steps,
        ]);
        code.Comment($"{neuron.MembraneText};  s[t] = 1 if u[t] > {neuron.ThresholdText}, else 0"
            + (neuron.Remembers ? $";  {neuron.ResetText}." : "."));
        code.Line($"bool keeps = {say.Given("membranes")};");
        using var each = say.EachNeuron(code);
        if (neuron.Remembers)
        {
            code.Line($"{say.Let} r = {say.All(0)};");
        }

        using var steps = say.EachStep(code);
        code.Line($"{say.Let} u = {neuron.Membrane("r", say.Load("current", "t * currentStride + i"))};")
            .Line($"{say.LetMask} fires = {say.Greater("u", neuron.Threshold)};")
            .Line(say.Store(say.Select("fires", say.Number(1), say.Number(0)), "spikes", "t * stride + i"));
        using (code.Block("if (keeps)"))
        {
            code.Line(say.Store("u", "membranes", "t * stride + i"));
        }

        StopAfterLast(code, neuron);
        if (neuron.Remembers)
        {
            code.Line($"r = {neuron.Reset("fires", "u")};");
        }
    }

    /// <summary>Gradients of spikes to gradients of currents.</summary>
    public static void Backward(CodeWriter code, NeuronEquations neuron, KernelDialect say)
    {
        using var kernel = say.Kernel(code, "Backward", "Gradients of spikes to gradients of currents, for each step or summed over the steps.",
        [
            .. Read("membranes", "spikeGradients"), .. Written("currentGradients"), .. Index("gradientStride", "stride"), Steps,
        ]);
        string v0 = Numbers.Plain(neuron.Neuron.ResetValue);
        string derivative = neuron.Neuron.Detached ? neuron.IsHard ? "1 - s (detached)" : "1 (detached)"
            : !neuron.IsHard ? $"1 - {neuron.ThresholdText} s'"
            : neuron.Neuron.ResetValue == 0 ? "1 - s - u s'" : $"1 - s + ({v0} - u) s'";
        code.Comment(neuron.Remembers
            ? $"t from T-1 down: du[t] = ds[t] s'(u[t]) + {neuron.DecayText("du[t+1] dr/du[t]")}, dI[t] = du[t];  dr/du = {derivative}."
            : "dI[t] = du[t] = ds[t] s'(u[t]).");
        code.Line("bool summed = gradientStride == 0;");
        using var each = say.EachNeuron(code);
        if (neuron.Remembers)
        {
            code.Line($"{say.Let} du = {say.All(0)};");
        }

        code.Line($"{say.Let} sum = {say.All(0)};");
        using (say.EachStepBackwards(code))
        {
            code.Line($"{say.Let} u = {say.Load("membranes", "t * stride + i")};")
                .Line($"{say.Let} surrogate = {NeuronEquations.Surrogate("u")};");
            string own = $"{say.Load("spikeGradients", "t * stride + i")} * surrogate";
            if (neuron.Remembers)
            {
                string carried = "du";
                if (ResetDerivative(neuron, say) is { } derivativeOfReset)
                {
                    code.Line($"{say.Let} reset = {derivativeOfReset};");
                    carried = "du * reset";
                }

                code.Line($"du = {own} + {neuron.Scaled(neuron.Neuron.Decay, carried)};");
            }
            else
            {
                code.Line($"{say.Let} du = {own};");
            }

            SumOrStore(code, say, "summed", ("sum", "du", "currentGradients"), "t * gradientStride + i");
        }

        StoreSums(code, say, "summed", "i", ("sum", "currentGradients"));
    }

    /// <summary>s'(u).</summary>
    public static void Surrogate(CodeWriter code, NeuronEquations neuron, KernelDialect say)
    {
        double w = neuron.Neuron.SurrogateWidth;
        var constants = new SurrogateConstants(neuron.Neuron.Surrogate, neuron.Neuron.SurrogateWidth);
        string x = $"u - {neuron.AllThreshold}";
        string xText = $"u - {neuron.ThresholdText}";
        string Inverse(string value) => neuron.Scaled(constants.Scale, value);
        string W(double value) => float.IsInfinity((float)value) ? Numbers.Plain(value) : Numbers.Plain((float)value);
        (string comment, string[] lines) = neuron.Neuron.Surrogate switch
        {
            SurrogateKind.Rectangular => ($"{W(1 / w)} where |{xText}| < {W(w / 2)}, else 0.", new[]
            {
                $"return {say.Select(say.Less(say.Abs(x), say.Number(constants.HalfWidth)), say.Number(constants.Peak), say.Number(0))};",
            }),
            SurrogateKind.Triangular => ($"max(0, 1 - |{xText}|{Over(w)}){Over(w)}.",
            [
                $"{say.Let} fall = {Inverse(say.Abs(x))};",
                $"return {Inverse(say.Max($"{say.All(1)} - fall", say.Number(0)))};",
            ]),
            SurrogateKind.Arctan => ($"1 / {Times(w, $"(1 + (pi ({xText}){Over(w)})^2)")}.",
            [
                $"{say.Let} y = {Inverse($"({x})")};",
                $"return {say.All(constants.Peak)} / ({say.All(1)} + y * y);",
            ]),
            SurrogateKind.StraightThrough => ("1.", [$"return {say.All(1)};"]),
            SurrogateKind.Sigmoid => ($"e{Over(w)} / (1 + e)^2, e = exp(-|{xText}|{Over(w)}).",
            [
                $"{say.Let} e = {say.Exp($"-({Inverse(say.Abs(x))})")};",
                $"{say.Let} y = {say.All(1)} + e;",
                $"return {say.All(constants.Peak)} * e / (y * y);",
            ]),
            SurrogateKind.Gaussian => ($"exp(-({xText})^2 / {W(2 * w * w)}) / {W(w * Math.Sqrt(2 * Math.PI))}.", Bell()),
            SurrogateKind.Erf => ($"exp(-({xText})^2{Over(w * w)}) / {W(w * Math.Sqrt(Math.PI))}.", Bell()),
            SurrogateKind.PiecewiseExponential => ($"exp(-|{xText}|{Over(w)}){Over(2 * w)}.",
            [
                $"return {say.All(constants.Peak)} * {say.Exp($"-({Inverse(say.Abs(x))})")};",
            ]),
            _ => ($"1 / {Times(2 * w, $"(1 + |{xText}|{Over(w)})^2")}.",
            [
                $"{say.Let} y = {say.All(1)} + {Inverse(say.Abs(x))};",
                $"return {say.All(constants.Peak)} / (y * y);",
            ]),
        };
        code.Comment($"What stands for ds/du: s'(u) = {comment}");
        using var function = say.Function(code, "Surrogate");
        code.Line(string.Join("\n", lines));
        string[] Bell() =>
        [
            $"{say.Let} y = {Inverse($"({x})")};",
            $"return {say.All(constants.Peak)} * {say.Exp("-(y * y)")};",
        ];
        string Over(double width) => width == 1 ? "" : $" / {W(width)}";
        string Times(double factor, string value) => factor == 1 ? value : $"({W(factor)} {value})";
    }

    /// <summary>Leaves the walk after the last step, whose reset nobody reads.</summary>
    public static void StopAfterLast(CodeWriter code, NeuronEquations neuron)
    {
        if (!neuron.Remembers)
        {
            return;
        }

        using (code.Line().Block("if (t == steps - 1)"))
        {
            code.Line("break; // nothing reads the last reset");
        }

        code.Line();
    }

    /// <summary>Adds to sums over the steps, or writes a step's values.</summary>
    public static void SumOrStore(
        CodeWriter code, KernelDialect say, string summed, (string Sum, string Value, string Buffer) what, string at,
        params (string Sum, string Value, string Buffer)[] more)
    {
        (string Sum, string Value, string Buffer)[] all = [what, .. more];
        using (code.Line().Block($"if ({summed})"))
        {
            foreach (var (sum, value, _) in all)
            {
                code.Line($"{sum} += {value};");
            }
        }

        using (code.Block("else"))
        {
            foreach (var (_, value, buffer) in all)
            {
                code.Line(say.Store(value, buffer, at));
            }
        }
    }

    /// <summary>Writes the sums over the steps, where they are asked for.</summary>
    public static void StoreSums(CodeWriter code, KernelDialect say, string summed, string at, params (string Sum, string Buffer)[] sums)
    {
        using (code.Line().Block($"if ({summed})"))
        {
            foreach (var (sum, buffer) in sums)
            {
                code.Line(say.Store(sum, buffer, at));
            }
        }
    }

    // Null for 1.
    private static string? ResetDerivative(NeuronEquations neuron, KernelDialect say)
    {
        if (!neuron.IsHard)
        {
            return neuron.Neuron.Detached ? null : $"{say.All(1)} - {neuron.Scaled(neuron.Neuron.Threshold, "surrogate")}";
        }

        float v0 = neuron.Neuron.ResetValue;
        string stays = say.Select(say.Greater("u", neuron.Threshold), say.Number(0), say.Number(1));
        return neuron.Neuron.Detached ? stays : v0 == 0 ? $"{stays} - u * surrogate" : $"{stays} + ({say.All(v0)} - u) * surrogate";
    }
}
