using SnnDsl.Model;

namespace SnnDsl.Interchange.Nir;

/// <summary>
/// Neurons of NIR, which is in continuous time, as attributes, which are in steps, and back: forward Euler, v[t] = (1 - dt/tau) v[t-1] + (dt/tau) R I[t]. The membrane is kept in
/// units of the gain g = R dt/tau, so that threshold and reset value are divided by it.
/// </summary>
/// <param name="step">dt, in seconds.</param>
internal sealed class NirNeurons(double step)
{
    /// <summary>The types that fire.</summary>
    public static readonly IReadOnlyList<string> Firing = ["LIF", "IF", "CubaLIF", "Threshold"];

    /// <summary>dt, in seconds.</summary>
    public double Step => step;

    /// <summary>The attribute of neurons that fire: its name and its arguments.</summary>
    /// <exception cref="InterchangeException">No attribute says what the node is.</exception>
    /// <returns>Besides, where each neuron has a decay of its own, the parameters that say them.</returns>
    public (string Attribute, IReadOnlyList<string> Arguments, float[]? Logits) Read(NirNode node)
    {
        switch (node.Type)
        {
            case "Threshold":
                return ("Lif", [Argument("Threshold", Positive(node, "threshold", node.One("threshold"))), "Decay = 0"], null);
            case "IF":
                double charge = Gain(node, node.One("r") * step, node.Numbers("r"));
                return ("If", Guard(node, charge), null);
            case "LIF" when node.Numbers("tau").Numbers is { Length: > 1 } constants && constants.Any(constant => constant != constants[0]):
                var (decays, scales, unit) = Leaks(node, constants);
                return ("Plif", [.. Guard(node, unit), "PerNeuron = true", .. scales ? ["DecayInput = true"] : Array.Empty<string>()], [.. decays.Select(each => Logit(node, each))]);
            case "LIF":
                var (decay, gain) = Leak(node, "tau");
                return ("Lif", [.. Guard(node, gain), Argument("Decay", decay)], null);
            default:
                var (synaptic, membrane, both) = Cuba(node);
                return ("Synaptic", [.. Guard(node, both), Argument("SynapticDecay", synaptic), Argument("Decay", membrane)], null);
        }
    }

    /// <summary>Decay, synaptic decay (0 for none) and gain of an integrator that is read out: LI, I, or CubaLI.</summary>
    public (float Decay, float SynapticDecay, double Gain) ReadIntegrator(NirNode node)
    {
        RestsAtZero(node);
        switch (node.Type)
        {
            case "I":
                return (1, 0, Gain(node, node.One("r") * step, node.Numbers("r")));
            case "LI":
                var (decay, gain) = Leak(node, "tau");
                return (decay, 0, gain);
            default:
                var (synaptic, membrane, both) = Cuba(node);
                return (membrane, synaptic, both);
        }
    }

    /// <summary>A node of neurons.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="neuron">The neurons.</param>
    /// <param name="shape">Their shape.</param>
    /// <exception cref="InterchangeException">NIR has no such neurons.</exception>
    public NirNode Write(string name, NeuronEquations neuron, long[] shape)
    {
        CheckFiring(name, neuron);
        NirValue All(double value) => NirValue.Of([.. Enumerable.Repeat(value, (int)shape.Aggregate(1L, (a, b) => a * b))], shape);
        float threshold = neuron.Spike.Threshold;
        if (neuron.Lif() is { } lif)
        {
            if (lif.Decay == 0)
            {
                // What a spike does to a membrane that nothing is left of does not matter.
                return new(name, "Threshold", new Dictionary<string, NirValue> { ["threshold"] = All(threshold) });
            }

            float reset = lif.ResetValue ?? throw Unsaid(name, "subtracts the threshold (Reset.Soft)");
            var fields = new Dictionary<string, NirValue> { ["v_threshold"] = All(threshold), ["v_reset"] = All(reset) };
            if (lif.Decay == 1)
            {
                fields["r"] = All(1 / step);
                return new(name, "IF", fields);
            }

            Leak(name, fields, "tau", lif.Decay, All);
            return new(name, "LIF", fields);
        }

        bool isSynaptic = neuron.Size == 2 && neuron.Decay.Rows == 2
            && neuron.Equals(NeuronEquations.Synaptic(neuron.Spike, neuron.Decay[0, 0], neuron.Decay[1, 1], neuron.Fired.Offset[1]));
        if (!isSynaptic || neuron.Decay[0, 0] == 1 || neuron.Decay[1, 1] == 1)
        {
            throw Unsaid(name, isSynaptic ? "has a decay of 1, without a time constant," : $"has neurons of {string.Join(" and ", neuron.States)} that are neither LIF, IF nor CubaLIF");
        }

        var cuba = new Dictionary<string, NirValue> { ["v_threshold"] = All(threshold), ["v_reset"] = All(neuron.Fired.Offset[1]) };
        Synapse(name, cuba, neuron.Decay[0, 0], neuron.Decay[1, 1], All);
        return new(name, "CubaLIF", cuba);
    }

    /// <summary>A node of leaky neurons, each with a decay of its own.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="neuron">The neurons, but for their decays and what their currents weigh.</param>
    /// <param name="decays">Their decays.</param>
    /// <param name="gains">What their currents weigh.</param>
    /// <param name="shape">Their shape.</param>
    /// <exception cref="InterchangeException">NIR has no such neurons.</exception>
    public NirNode WriteEach(string name, NeuronEquations neuron, double[] decays, double[] gains, long[] shape)
    {
        CheckFiring(name, neuron);
        double reset = neuron.Fired.Matrix.IsZero(0) ? neuron.Fired.Offset[0] : throw Unsaid(name, "keeps its membrane when it fires (Reset.Soft or Reset.None)");
        if (Array.FindIndex(decays, decay => decay is <= 0 or >= 1) is >= 0 and var at)
        {
            throw Unsaid(name, $"has a neuron, number {at}, whose decay is {decays[at]}, without a time constant,");
        }

        // Currents that weigh 1 - decay, as float32 rounds it, have a resistance of 1.
        bool scales = gains.Zip(decays).All(pair => pair.First == (float)(1 - pair.Second));
        NirValue Each(Func<int, double> of) => NirValue.Of([.. Enumerable.Range(0, decays.Length).Select(of)], shape);
        return new(name, "LIF", new Dictionary<string, NirValue>
        {
            ["v_threshold"] = Each(_ => neuron.Spike.Threshold), ["v_reset"] = Each(_ => reset), ["v_leak"] = Each(_ => 0),
            ["tau"] = Each(i => TimeConstant(name, decays[i])), ["r"] = Each(i => scales ? 1 : gains[i] / (1 - decays[i])),
        });
    }

    /// <summary>A node of an integrator that is read out.</summary>
    public NirNode WriteIntegrator(string name, float decay, float synapticDecay, long[] shape)
    {
        NirValue All(double value) => NirValue.Of([.. Enumerable.Repeat(value, (int)shape.Aggregate(1L, (a, b) => a * b))], shape);
        if (synapticDecay != 0)
        {
            if (decay == 1 || synapticDecay == 1)
            {
                throw new InterchangeException("The readout has a decay of 1 beside a synaptic decay, without a time constant, which no node of NIR says.");
            }

            var cuba = new Dictionary<string, NirValue>();
            Synapse(name, cuba, synapticDecay, decay, All);
            return new(name, "CubaLI", cuba);
        }

        if (decay == 1)
        {
            return new(name, "I", new Dictionary<string, NirValue> { ["r"] = All(1 / step) });
        }

        var fields = new Dictionary<string, NirValue>();
        Leak(name, fields, "tau", decay, All);
        return new(name, "LI", fields);
    }

    /// <summary>An argument of an attribute: a float32 number by its shortest text.</summary>
    public static string Argument(string name, float value) => $"{name} = {Coefficients.Text(value)}";

    private static InterchangeException Unsaid(string name, string what) =>
        new($"The layer {name} {what}, which no node of NIR says: its neurons fire above the threshold and are set to v_reset.");

    private static void CheckFiring(string name, NeuronEquations neuron)
    {
        if (neuron.Spike.FiresAtThreshold)
        {
            throw Unsaid(name, "fires at the threshold, too (AtOrAbove)");
        }
    }

    // A synapse before a leak, both with weights so that a current weighs 1.
    private void Synapse(string name, Dictionary<string, NirValue> fields, float synaptic, float decay, Func<double, NirValue> all)
    {
        Leak(name, fields, "tau_mem", decay, all);
        fields["tau_syn"] = all(TimeConstant(name, synaptic));
        fields["w_in"] = all(1 / (1 - (double)synaptic));
    }

    private (float Synaptic, float Decay, double Gain) Cuba(NirNode node)
    {
        var (synaptic, own) = Leak(node, "tau_syn", node.One("w_in", 1));
        var (membrane, share) = Leak(node, "tau_mem");
        bool isSingle = IsSingle(node.Numbers("tau_syn")) && IsSingle(node.Numbers("tau_mem"));
        return (synaptic, membrane, Snapped(own * share, isSingle ? 3e-7 : 1e-15));
    }

    // tau dv/dt = -v + R I, with R so that a current weighs 1.
    private void Leak(string name, Dictionary<string, NirValue> fields, string tau, float decay, Func<double, NirValue> all)
    {
        fields[tau] = all(TimeConstant(name, decay));
        fields["r"] = all(1 / (1 - (double)decay));
        fields["v_leak"] = all(0);
    }

    private (float Decay, double Gain) Leak(NirNode node, string tau, double? factor = null)
    {
        var (decay, share) = LeakOf(node, tau, node.One(tau));
        return (decay, Gain(node, (factor ?? node.One("r")) * share, node.Numbers(tau)));
    }

    private (float Decay, double Share) LeakOf(NirNode node, string tau, double constant)
    {
        double share = step / constant;
        return !double.IsFinite(constant) ? throw node.Wrong($"has {tau} = {constant}, which is no time constant")
            : share is > 0 and <= 1.0000003 ? (DecayOf(constant, IsSingle(node.Numbers(tau))), share)
            : throw node.Wrong($"has {tau} = {constant}, less than a step of {step} seconds: state the time step that it was made for (--dt)");
    }

    // What is left after a step; of a time constant that went through float32, three roundings in all, the number with six decimals that it may have been.
    private float DecayOf(double constant, bool isSingle)
    {
        double share = step / constant, decay = 1 - share;
        return (float)Math.Max(0, isSingle ? Snapped(decay, (share * 1.8e-7) + 3e-8) : decay);
    }

    // The time constant of a decay, which whoever reads it gets back.
    private double TimeConstant(string name, double decay)
    {
        double constant = step / (1 - decay);
        return DecayOf(constant, (float)constant == constant) == (float)decay ? constant : throw new InterchangeException(FormattableString.Invariant(
            $"The layer {name} has a decay of {decay}, which no time constant says: 1 - dt/tau is another number. A decay of 0, or of at least 1e-6, can be written."));
    }

    private static void RestsAtZero(NirNode node)
    {
        if (node.One("v_leak", 0) is not 0.0 and var rest)
        {
            throw node.Wrong($"rests at v_leak = {rest}, which every logit would have besides, and a readout's membrane rests at 0: set v_leak to 0");
        }
    }

    // Decays of each neuron's own, whether a current weighs 1 - decay, and the unit of membranes.
    private (float[] Decays, bool Scales, double Unit) Leaks(NirNode node, double[] constants)
    {
        double[] resistances = node.Numbers("r").Numbers;
        if (resistances.Length != 1 && resistances.Length != constants.Length)
        {
            throw node.Wrong($"has {constants.Length} numbers in 'tau' and {resistances.Length} in 'r'");
        }

        var leaks = constants.Select(constant => LeakOf(node, "tau", constant)).ToList();
        double[] gains = [.. leaks.Select((leak, i) => Gain(node, resistances[resistances.Length == 1 ? 0 : i] * leak.Share, node.Numbers("tau")))];
        float[] decays = [.. leaks.Select(leak => leak.Decay)];
        return gains.All(gain => gain == gains[0]) ? (decays, false, gains[0])
            : resistances.All(resistance => resistance == resistances[0]) ? (decays, true, Gain(node, resistances[0], node.Numbers("r")))
            : throw node.Wrong("gives each of its neurons its own r, with which neither r dt/tau is one number for all of them nor r itself");
    }

    // The float32 number whose sigmoid is a decay, bit by bit.
    private static float Logit(NirNode node, float decay)
    {
        float below = (float)Math.Log(decay / (1.0 - decay)), above = below;
        for (int i = 0; i < 64 && float.IsFinite(below); i++)
        {
            if (LearnedDecay.Decay(below) == decay)
            {
                return below;
            }

            if (LearnedDecay.Decay(above) == decay)
            {
                return above;
            }

            (below, above) = (MathF.BitDecrement(below), MathF.BitIncrement(above));
        }

        throw node.Wrong($"has a neuron of the decay {decay} in a step, which [Plif(PerNeuron = true)] cannot hold exactly: it keeps decays as sigmoids of float32 numbers");
    }

    private static double Gain(NirNode node, double gain, NirValue from) => gain > 0 && double.IsFinite(gain)
        ? IsSingle(from) ? Snapped(gain, 3e-7) : Snapped(gain, 1e-15)
        : throw node.Wrong($"multiplies its currents by {gain} in a step, and a gain is greater than 0");

    // Membranes that leak begin at rest, and are counted from there.
    private static double Rest(NirNode node) => node.Type is "LIF" or "CubaLIF" ? node.One("v_leak", 0) : 0;

    private static IReadOnlyList<string> Guard(NirNode node, double gain)
    {
        double rest = Rest(node);
        float reset = (float)((node.One("v_reset", 0) - rest) / gain);
        string threshold = Argument("Threshold", Positive(node, "v_threshold", (node.One("v_threshold") - rest) / gain));
        return reset == 0 ? [threshold] : [threshold, Argument("ResetValue", reset)];
    }

    private static float Positive(NirNode node, string field, double value)
    {
        string rest = Rest(node) is not 0.0 and var leak ? $" and v_leak = {leak}, and a threshold is greater than the rest" : ", and a threshold is greater than 0";
        return (float)value > 0 && float.IsFinite((float)value) ? (float)value : throw node.Wrong($"has {field} = {node.One(field)}{rest}");
    }

    // Constants that went through float32 on their way here are a few of its units beside what they were.
    private static double Snapped(double value, double by) => Math.Abs(value - Math.Round(value, 6)) <= by ? Math.Round(value, 6) : value;

    private static bool IsSingle(NirValue value) => value.Numbers.All(number => number == (float)number);
}
