using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Emission.Kernels;

/// <summary>
/// The line a u + c that bounds a neuron's step from below in a linear relaxation, and its derivatives. Under a hard reset with
/// decay, spike and reset value meet in one function, g(u) = c_s 1[u &gt; th] + c_r u 1[u &lt;= th], and the rules differ. Otherwise
/// the reset value is linear in u and s (soft) or of no interest (decay 0): only h(u) = c_s 1[u &gt; th] needs a line, and the two
/// rules take the same one.
/// </summary>
internal sealed class RelaxationLines(CodeWriter code, NeuronEquations neuron, KernelDialect say)
{
    private readonly bool meets = neuron.IsHard && neuron.Remembers;
    private readonly bool soft = !neuron.IsHard && neuron.Remembers;
    private readonly string th = neuron.Threshold;
    private readonly string allTh = neuron.AllThreshold;
    private readonly string zero = say.Number(0);
    private readonly string let = say.Let;

    private bool ResetCarries => meets && neuron.Neuron.ResetValue != 0;

    /// <summary>The variables that hold the gradients of the bounds where the spike is not known.</summary>
    public (string Lower, string Upper) BoundGradients => meets ? ("dLower", "dUpper") : ("dLeft", "dRight");

    /// <summary>What the kernel does, for its reader.</summary>
    public string Explanation
    {
        get
        {
            string t = neuron.ThresholdText;
            string v0 = Numbers.Plain(neuron.Neuron.ResetValue);
            List<string> lines =
            [
                neuron.Remembers
                    ? $"t from S-1 down: c_s on the spike meets c_r = {neuron.DecayText("a[t+1]")} on the reset value; one line bounds both:"
                    : "the reset value is of no interest, a line bounds the spike alone:",
            ];
            lines.AddRange(
                meets ?
                [
                    (ResetCarries ? $"  c_s += {v0} c_r, the reset value that comes with the spike;" : ""),
                    $"  a u + c <= g(u) = c_s 1[u > {t}] + c_r u 1[u <= {t}]  for l <= u <= U.",
                ]
                : soft ?
                [
                    $"  c_s -= {t} c_r, what a spike takes off the membrane;",
                    $"  a u + c <= c_r u + c_s 1[u > {t}]  for l <= u <= U.",
                ]
                : [$"  a u + c <= c_s 1[u > {t}]  for l <= u <= U."]);
            lines.Add("A[t] = a, since the current is added to the membrane; the intercepts c add up, in float64.");
            return string.Join("\n", lines.Where(line => line.Length > 0));
        }
    }

    /// <summary>Reads the coefficients and bounds of step t.</summary>
    /// <param name="onReset">c_r, where the walk does not carry it.</param>
    public void Coefficients(string? onReset = null)
    {
        if (onReset is not null && neuron.Remembers)
        {
            code.Line($"{let} cr = {onReset};");
        }

        string cs = $"withSpikes ? {say.Load("spikeCoefficients", say.Own("coefficientStride"))} : {say.All(0)}";
        code.Line($"{let} cs = {cs};");
        if (ResetCarries)
        {
            code.Line($"cs += {neuron.Scaled(neuron.Neuron.ResetValue, "cr")};");
        }
        else if (soft)
        {
            code.Line($"cs -= {neuron.Scaled(neuron.Neuron.Threshold, "cr")};");
        }

        code
            .Line($"{let} lower = {say.Load("lowerMembranes", say.Own("membraneStride"))};")
            .Line($"{let} upper = {say.Load("upperMembranes", say.Own("membraneStride"))};")
            .Line($"{say.LetMask} fires = {say.Greater("lower", th)};")
            .Line($"{say.LetMask} unstable = {say.Except(say.Greater("upper", th), "fires")};");
    }

    /// <summary>Slope and intercept where the spike is known.</summary>
    public void Stable() => code
        .Line($"{let} slope = {(meets ? say.Select("fires", zero, "cr") : soft ? "cr" : say.All(0))};")
        .Line($"{let} intercept = {say.Select("fires", "cs", zero)};");

    /// <summary>Slope and intercept where it is not.</summary>
    public void Unstable()
    {
        Sides();
        if (!meets)
        {
            JointSlope();
            CutSlope();
            code.Line(soft ? $"slope += {say.Within("unstable", "k", zero)};" : $"slope = {say.Within("unstable", "k", zero)};")
                .Line($"intercept = {say.Within("unstable", $"{say.Min("cs", zero)} - {th} * k", "intercept")};");
            return;
        }

        using (code.Block($"if ({say.IsJoint})"))
        {
            JointSlope();
            CutSlope();
            Chord();
            code.Line($"slope = {say.Within("unstable", say.Select("concave", "chord", "k"), "slope")};")
                .Line($"{let} onThreshold = {th} * cr + {say.Min("jump", zero)};")
                .Line($"{let} start = {say.Select("concave", "(cr - chord) * lower", $"onThreshold - {th} * k")};")
                .Line($"intercept = {say.Within("unstable", "start", "intercept")};");
        }

        using (code.Block("else"))
        {
            PaperLine();
            code.Line($"slope = {say.Within("unstable", "spike * k", "slope")};")
                .Line($"intercept = {say.Within("unstable", $"cr * hold + spike * (onThreshold - {th} * k)", "intercept")};");
        }
    }

    /// <summary>Gradients of the coefficients where the spike is known, from da and dc.</summary>
    public void StableBackward()
    {
        code.Line($"{let} dcs = {say.Select("fires", "dc", zero)};");
        if (neuron.Remembers)
        {
            code.Line($"dcr = {(meets ? say.Select("fires", zero, "da") : "da")};");
        }
    }

    /// <summary>Gradients of coefficients and bounds where it is not.</summary>
    public void UnstableBackward()
    {
        Sides();
        if (!meets)
        {
            JointSlope();
            JointSlopeBackward();
            code.Line($"dcs = {say.Within("unstable", "dJump", "dcs")};");
            return;
        }

        code.Line($"{let} dLower = {say.All(0)};").Line($"{let} dUpper = {say.All(0)};");

        using (code.Block($"if ({say.IsJoint})"))
        {
            JointSlope();
            Chord();
            JointSlopeBackward();
            code.Line()
                .Comment("The chord: a = chord = (jump + c_r (th - l)) / (U - l), c = (c_r - chord) l.")
                .Line($"{let} dEnds = (da - lower * dc) / (upper - lower);")
                .Line($"dcs = {say.Within("unstable", say.Select("concave", "dEnds", "dJump"), "dcs")};")
                .Line($"{let} lineReset = {th} * (dc - dJump) + {say.Select("leftSteers", "dk", zero)};")
                .Line($"dcr = {say.Within("unstable", say.Select("concave", "lower * (dc - dEnds)", "lineReset"), "dcr")};")
                .Line($"dLower = {say.Select("concave", "(cr - chord) * (dc - dEnds)", "dLeft")};")
                .Line($"dUpper = {say.Select("concave", "-dEnds * chord", "dRight")};");
        }

        using (code.Block("else"))
        {
            PaperLine();
            code.Line($"{let} dSpike = k * da + (onThreshold - {th} * k) * dc;")
                .Line($"{let} dk = {say.Select(say.Less("k", say.Steepest), $"spike * (da - {th} * dc)", zero)};")
                .Line($"dcs = {say.Within("unstable", "dSpike", "dcs")};")
                .Line($"dcr = {say.Within("unstable", "hold * (dc - dSpike)", "dcr")};")
                .Line($"{let} dSteep = dk * k * k;")
                .Line($"{let} dHold = {say.Select(say.Less("cr", zero), zero, "cr * (dc - dSpike)")};")
                .Line($"dLower = dHold + {say.Select(say.Less("spike", zero), "dSteep", zero)};")
                .Line($"dUpper = {say.Select(say.Less("spike", zero), zero, "-dSteep")};");
        }
    }

    /// <summary>From the effective coefficients back to those that came in.</summary>
    public void CoefficientsBackward()
    {
        if (ResetCarries)
        {
            code.Line($"dcr += {neuron.Scaled(neuron.Neuron.ResetValue, "dcs")};");
        }
        else if (soft)
        {
            code.Line($"dcr -= {neuron.Scaled(neuron.Neuron.Threshold, "dcs")};");
        }
    }

    // Where both sides are equally wide but for rounding, the right one steers, whoever computes it: a checker must find the same lines.
    private void Sides() => code
        .Line($"{let} left = {allTh} - lower;")
        .Line($"{let} right = upper - {allTh};")
        .Line($"{say.LetMask} leftSteers = {say.Greater("left", $"right + {say.Near} * (left + right + {allTh})")};");

    // With l = th the left slope is -inf or not a number: never taken, and no comparison with it asks for the chord.
    private void JointSlope()
    {
        string jump = meets ? "jump" : "cs";
        code.Comment(meets
            ? "Joint: through the lower value at the threshold any slope in [leftSlope, rightSlope] is\n"
                + "sound; the wider side's is the tightest, cut where it is too steep for float32."
            : "A line through the lower value at the threshold: the wider side's, cut where too steep.");
        if (meets)
        {
            code.Line($"{let} jump = cs - {th} * cr;");
        }

        code.Line($"{let} leftSlope = {(meets ? "cr + " : "")}{say.Min(jump, zero)} / left;")
            .Line($"{let} rightSlope = {say.Max(jump, zero)} / right;")
            .Line($"{let} best = {say.Select("leftSteers", "leftSlope", "rightSlope")};")
            .Line($"{let} steepest = {say.Steepest} * {(meets ? $"({say.Abs("cs")} + {say.Abs("cr")})" : say.Abs("cs"))};");
    }

    private void CutSlope() => code.Line($"{let} k = {say.Max(say.Min("best", "steepest"), "-steepest")};");

    private void Chord() => code
        .Comment("With leftSlope > rightSlope there is none: the chord between the ends is the best line.")
        .Line($"{say.LetMask} concave = {say.Greater("leftSlope", "rightSlope")};")
        .Line($"{let} chord = {say.Min(say.Max("(jump + cr * left) / (upper - lower)", zero), "cr")};");

    private void JointSlopeBackward()
    {
        string jump = meets ? "jump" : "cs";
        code.Line()
            .Comment("a = k, c = (value at the threshold) - th k; a slope that was cut is fixed.")
            .Line($"{let} dk = {say.Select(say.Greater(say.Abs("best"), "steepest"), zero, $"da - {th} * dc")};")
            .Line($"{let} dFall = dc + {say.Select("leftSteers", "dk / left", zero)};")
            .Line($"{let} dRise = {say.Select("leftSteers", zero, "dk / right")};")
            .Line($"{let} dJump = {say.Select(say.Less(jump, zero), "dFall", "dRise")};")
            .Line($"{let} dLeft = {say.Select("leftSteers", $"dk * {say.Min(jump, zero)} / (left * left)", zero)};")
            .Line($"{let} dRight = {say.Select("leftSteers", zero, $"-dk * {say.Max(jump, zero)} / (right * right)")};");
    }

    private void PaperLine() => code
        .Comment($"Paper: l (1 - s) <= r <= {neuron.ThresholdText} (1 - s) is a constant and a part that joins the spike.\n"
            + "Under the spike a lower line, 0 at the threshold, or an upper one, 1 there; each slopes\n"
            + "toward the end on its own side, or is flat where the other side is the wider one.")
        .Line($"{let} hold = {say.Select(say.Less("cr", zero), th, "lower")};")
        .Line($"{let} spike = cs - cr * hold;")
        .Line($"{let} onThreshold = {say.Select(say.Less("spike", zero), say.Number(1), zero)};")
        .Line($"{let} upperLine = {say.Select("leftSteers", say.Min($"{say.All(1)} / left", say.Steepest), zero)};")
        .Line($"{let} lowerLine = {say.Select("leftSteers", zero, say.Min($"{say.All(1)} / right", say.Steepest))};")
        .Line($"{let} k = {say.Select(say.Less("spike", zero), "upperLine", "lowerLine")};");
}
