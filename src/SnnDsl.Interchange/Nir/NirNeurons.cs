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
                var (synaptic, own) = Leak(node, "tau_syn", node.One("w_in", 1), "w_in");
                var (membrane, share) = Leak(node, "tau_mem");
                return ("Synaptic", [.. Guard(node, Snapped(own * share, 3e-7)), Argument("SynapticDecay", synaptic), Argument("Decay", membrane)], null);
        }
    }

    /// <summary>Decay and gain of an integrator that is read out: LI, or I.</summary>
    public (float Decay, double Gain) ReadIntegrator(NirNode node) =>
        node.Type == "I" ? (1, Gain(node, node.One("r") * step, node.Numbers("r"))) : Leak(node, "tau");

    /// <summary>A node of neurons.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="neuron">The neurons.</param>
    /// <param name="shape">Their shape.</param>
    /// <exception cref="InterchangeException">NIR has no such neurons.</exception>
    public NirNode Write(string name, NeuronEquations neuron, long[] shape)
    {
        Exception No(string what) => new InterchangeException($"The layer {name} {what}, which no node of NIR says: its neurons fire above the threshold and are set to v_reset.");
        if (neuron.Spike.FiresAtThreshold)
        {
            throw No("fires at the threshold, too (AtOrAbove)");
        }

        NirValue All(double value) => NirValue.Of([.. Enumerable.Repeat(value, (int)shape.Aggregate(1L, (a, b) => a * b))], shape);
        float threshold = neuron.Spike.Threshold;
        if (neuron.Lif() is { } lif)
        {
            if (lif.Decay == 0)
            {
                // What a spike does to a membrane that nothing is left of does not matter.
                return new(name, "Threshold", new Dictionary<string, NirValue> { ["threshold"] = All(threshold) });
            }

            if (lif.ResetValue is not { } reset)
            {
                throw No("subtracts the threshold (Reset.Soft)");
            }

            var fields = new Dictionary<string, NirValue> { ["v_threshold"] = All(threshold), ["v_reset"] = All(reset) };
            if (lif.Decay == 1)
            {
                fields["r"] = All(1 / step);
                return new(name, "IF", fields);
            }

            Leak(fields, "tau", lif.Decay, All);
            return new(name, "LIF", fields);
        }

        bool isSynaptic = neuron.Size == 2 && neuron.Decay.Rows == 2
            && neuron.Equals(NeuronEquations.Synaptic(neuron.Spike, neuron.Decay[0, 0], neuron.Decay[1, 1], neuron.Fired.Offset[1]));
        if (!isSynaptic || neuron.Decay[0, 0] == 1 || neuron.Decay[1, 1] == 1)
        {
            throw No(isSynaptic ? "has a decay of 1, without a time constant," : $"has neurons of {string.Join(" and ", neuron.States)} that are neither LIF, IF nor CubaLIF");
        }

        var cuba = new Dictionary<string, NirValue> { ["v_threshold"] = All(threshold), ["v_reset"] = All(neuron.Fired.Offset[1]) };
        Leak(cuba, "tau_mem", neuron.Decay[1, 1], All);
        cuba["tau_syn"] = All(step / (1 - (double)neuron.Decay[0, 0]));
        cuba["w_in"] = All(1 / (1 - (double)neuron.Decay[0, 0]));
        return new(name, "CubaLIF", cuba);
    }

    /// <summary>A node of an integrator that is read out.</summary>
    public NirNode WriteIntegrator(string name, float decay, long[] shape)
    {
        NirValue All(double value) => NirValue.Of([.. Enumerable.Repeat(value, (int)shape.Aggregate(1L, (a, b) => a * b))], shape);
        if (decay == 1)
        {
            return new(name, "I", new Dictionary<string, NirValue> { ["r"] = All(1 / step) });
        }

        var fields = new Dictionary<string, NirValue>();
        Leak(fields, "tau", decay, All);
        return new(name, "LI", fields);
    }

    /// <summary>An argument of an attribute: a float32 number by its shortest text.</summary>
    public static string Argument(string name, float value) => $"{name} = {Coefficients.Text(value)}";

    // tau dv/dt = -v + R I, with R so that a current weighs 1.
    private void Leak(Dictionary<string, NirValue> fields, string tau, float decay, Func<double, NirValue> all)
    {
        fields[tau] = all(step / (1 - (double)decay));
        fields["r"] = all(1 / (1 - (double)decay));
        fields["v_leak"] = all(0);
    }

    private (float Decay, double Gain) Leak(NirNode node, string tau, double? factor = null, string factorName = "r")
    {
        if (factorName == "r")
        {
            LeaksToZero(node);
        }

        var (decay, share) = Leak(node, tau, node.One(tau));
        return (decay, Gain(node, (factor ?? node.One("r")) * share, node.Numbers(tau)));
    }

    private (float Decay, double Share) Leak(NirNode node, string tau, double constant)
    {
        double share = step / constant;
        return share is > 0 and <= 1.0000003
            ? ((float)Math.Max(0, IsSingle(node.Numbers(tau)) ? Snapped(1 - share, 1.5e-7) : 1 - share), share)
            : throw node.Wrong($"has {tau} = {constant}, less than a step of {step} seconds: state the time step that it was made for (--dt)");
    }

    private static void LeaksToZero(NirNode node)
    {
        if (node.One("v_leak", 0) is not 0.0 and var leak)
        {
            throw node.Wrong($"leaks to v_leak = {leak}, and membranes of attributes begin at and leak to 0");
        }
    }

    // Decays of each neuron's own, whether a current weighs 1 - decay, and the unit of membranes.
    private (float[] Decays, bool Scales, double Unit) Leaks(NirNode node, double[] constants)
    {
        LeaksToZero(node);
        double[] resistances = node.Numbers("r").Numbers;
        if (resistances.Length != 1 && resistances.Length != constants.Length)
        {
            throw node.Wrong($"has {constants.Length} numbers in 'tau' and {resistances.Length} in 'r'");
        }

        var leaks = constants.Select(constant => Leak(node, "tau", constant)).ToList();
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

    private static IReadOnlyList<string> Guard(NirNode node, double gain)
    {
        float reset = (float)(node.One("v_reset", 0) / gain);
        string threshold = Argument("Threshold", Positive(node, "v_threshold", node.One("v_threshold") / gain));
        return reset == 0 ? [threshold] : [threshold, Argument("ResetValue", reset)];
    }

    private static float Positive(NirNode node, string field, double value) => (float)value > 0 && float.IsFinite((float)value)
        ? (float)value
        : throw node.Wrong($"has {field} = {node.One(field)}, and a threshold is greater than 0");

    // Constants that went through float32 on their way here are a few of its units beside what they were.
    private static double Snapped(double value, double by) => Math.Abs(value - Math.Round(value, 6)) <= by ? Math.Round(value, 6) : value;

    private static bool IsSingle(NirValue value) => value.Numbers.All(number => number == (float)number);
}
