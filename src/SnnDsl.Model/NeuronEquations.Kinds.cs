namespace SnnDsl.Model;

public sealed partial record NeuronEquations
{
    /// <summary>Leaky integrate-and-fire: u = d r + I, guard u.</summary>
    /// <param name="spike">When it fires.</param>
    /// <param name="decay">d.</param>
    /// <param name="resetValue">r after a spike; null where the threshold is subtracted.</param>
    /// <param name="gain">What a current weighs; 1 - d in libraries that scale it.</param>
    public static NeuronEquations Lif(SpikeRule spike, float decay, float? resetValue = 0, float gain = 1) => new(
        ["u"], Coefficients.Vector(decay), Coefficients.Vector(gain), Coefficients.Vector(0), Coefficients.Vector(1), spike,
        Kept(1), Reset(1, 0, spike.Threshold, resetValue));

    /// <summary>The same neuron, of which a spike leaves a state as a step without one does.</summary>
    /// <param name="state">The state that is not reset; its name.</param>
    /// <exception cref="ArgumentException">There is no such state.</exception>
    public NeuronEquations WithoutReset(string state)
    {
        int at = States.ToList().IndexOf(state);
        Require(at >= 0, $"A neuron of the states {States} has no state {state}.");
        float[] Row(Coefficients m, int i) => [.. Enumerable.Range(0, m.Columns).Select(j => m[i, j])];
        var all = Enumerable.Range(0, Size);
        return new(States, Decay, Input, Bias, Guard, Spike, Silent, new(
            Coefficients.Matrix([.. all.Select(i => Row(i == at ? Silent.Matrix : Fired.Matrix, i))]),
            Coefficients.Vector([.. all.Select(i => (i == at ? Silent : Fired).Offset[i])])));
    }

    /// <summary>Integrate-and-fire, without a leak: u = r + I.</summary>
    /// <param name="spike">When it fires.</param>
    /// <param name="resetValue">r after a spike; null where the threshold is subtracted.</param>
    public static NeuronEquations If(SpikeRule spike, float? resetValue = 0) => Lif(spike, 1, resetValue);

    /// <summary>Leaky integrate-and-fire whose current is scaled: u = d r + (1 - d) I, guard u.</summary>
    /// <param name="spike">When it fires.</param>
    /// <param name="decay">d.</param>
    /// <param name="resetValue">r after a spike; null where the threshold is subtracted.</param>
    public static NeuronEquations LifWithGain(SpikeRule spike, float decay, float? resetValue = 0) =>
        Lif(spike, decay, resetValue, (float)(1 - (double)decay));

    /// <summary>Current-based, with a synapse that leaks, too: i = a i + I, u = d u + i, guard u; a spike resets u alone.</summary>
    /// <param name="spike">When it fires.</param>
    /// <param name="synapticDecay">a.</param>
    /// <param name="decay">d.</param>
    /// <param name="resetValue">u after a spike; null where the threshold is subtracted.</param>
    public static NeuronEquations Synaptic(SpikeRule spike, float synapticDecay, float decay, float? resetValue = 0) => new(
        ["i", "u"], Coefficients.Matrix([synapticDecay, 0], [synapticDecay, decay]), Coefficients.Vector(1, 1), Coefficients.Vector(0, 0),
        Coefficients.Vector(0, 1), spike, Kept(2), Reset(2, 1, spike.Threshold, resetValue));

    /// <summary>
    /// Adaptive threshold: u = d u + I, guard u - beta b; a spike resets u and lifts b, which decays at every step: b = rho b + s.
    /// </summary>
    /// <param name="spike">When it fires.</param>
    /// <param name="decay">d.</param>
    /// <param name="adaptation">beta: what a spike adds to the threshold.</param>
    /// <param name="adaptationDecay">rho: how much of that is left one step later.</param>
    /// <param name="resetValue">u after a spike; null where the threshold th (without beta b) is subtracted.</param>
    /// <param name="gain">What a current weighs.</param>
    public static NeuronEquations Alif(
        SpikeRule spike, float decay, float adaptation, float adaptationDecay, float? resetValue = 0, float gain = 1) => new(
        ["u", "b"], Coefficients.Matrix([decay, 0], [0, 1]), Coefficients.Vector(gain, 0), Coefficients.Vector(0, 0),
        Coefficients.Vector(1, -adaptation), spike,
        new(Coefficients.Matrix([1, 0], [0, adaptationDecay]), Coefficients.Vector(0, 0)),
        new(
            Coefficients.Matrix([resetValue is null ? 1 : 0, 0], [0, adaptationDecay]),
            Coefficients.Vector(resetValue ?? -spike.Threshold, 1)));

    /// <summary>
    /// Resonate-and-fire: (re, im) turns by an angle and shrinks, then I joins re; guard re. A spike sets both to 0, or takes the threshold from re.
    /// </summary>
    /// <param name="spike">When it fires.</param>
    /// <param name="decay">The share of the length of (re, im) that is left one step later.</param>
    /// <param name="angle">Radians a step.</param>
    /// <param name="subtracts">Whether a spike takes the threshold from re; otherwise it sets (re, im) to (0, 0).</param>
    public static NeuronEquations ResonateAndFire(SpikeRule spike, float decay, float angle, bool subtracts = false)
    {
        float cos = (float)(decay * Math.Cos(angle)), sin = (float)(decay * Math.Sin(angle));
        return new(
            ["re", "im"], Coefficients.Matrix([cos, -sin], [sin, cos]), Coefficients.Vector(1, 0), Coefficients.Vector(0, 0),
            Coefficients.Vector(1, 0), spike, Kept(2),
            subtracts
                ? new(Coefficients.Identity(2), Coefficients.Vector(-spike.Threshold, 0))
                : new(Coefficients.Matrix([0, 0], [0, 0]), Coefficients.Vector(0, 0)));
    }

    private static Successor Kept(int size) => new(Coefficients.Identity(size), Coefficients.Vector(new float[size]));

    // One state is set, or loses the threshold; the others stay.
    private static Successor Reset(int size, int state, float threshold, float? value)
    {
        float[][] rows = [.. Enumerable.Range(0, size).Select(i => Enumerable.Range(0, size)
            .Select(j => i == j && (i != state || value is null) ? 1f : 0f).ToArray())];
        return new(
            Coefficients.Matrix(rows), Coefficients.Vector([.. Enumerable.Range(0, size).Select(i => i == state ? value ?? -threshold : 0f)]));
    }
}
