namespace SnnDsl.Kernels;

/// <summary>
/// The spike trains of neurons that get the same current I at every step (the first spiking layer under direct encoding), with a hard reset
/// to 0. The whole train is a function of the one number I: the neuron fires with period p, the least p with
/// I &gt; theta_p = th / (1 + d + ... + d^(p-1)), or never within S steps.
/// </summary>
internal sealed class ConstantTrains
{
    // In units of the threshold. Float32 moves a break point by at most 2^-23: two roundings a step, of numbers up to the threshold.
    private const double Slack = 1.0 / (1 << 18);

    /// <summary>The trains that occur within some steps.</summary>
    /// <param name="neuron">The neurons' constants, which fit.</param>
    /// <param name="steps">S.</param>
    /// <param name="share">How far break points may move, in units of the threshold.</param>
    public ConstantTrains(NeuronParameters neuron, int steps, double share = Slack)
    {
        double slack = share * neuron.Threshold;
        // Without memory all break points are the threshold: a neuron fires at every step or at none.
        int longest = neuron.Decay == 0 ? 1 : steps;
        Steps = steps;
        All =
        [
            new(steps + 1, double.NegativeInfinity, Break(neuron, longest) + slack, Gain(neuron.Decay, steps)),
            .. Enumerable.Range(1, longest).Reverse().Select(period => new Train(
                period, Break(neuron, period) - slack, period == 1 ? double.PositiveInfinity : Break(neuron, period - 1) + slack,
                Gain(neuron.Decay, (steps - 1) % period + 1))),
        ];
    }

    /// <summary>The same for float32 neurons, whose break points rounding moves: see "The float32 network as it runs" in the mathematics.</summary>
    /// <param name="neuron">The neurons' constants, which fit.</param>
    /// <param name="steps">S.</param>
    public static ConstantTrains Rounded(NeuronParameters neuron, int steps) =>
        new(neuron, steps, Math.Max(Slack, 4 * Rounding.Gamma(2 * steps + 4, Rounding.Single)));

    /// <summary>S.</summary>
    public int Steps { get; }

    /// <summary>All trains, from silence to a spike at every step: in the order of the current.</summary>
    public IReadOnlyList<Train> All { get; }

    /// <summary>Whether trains of such neurons are functions of the current as above.</summary>
    /// <param name="neuron">The neurons' constants.</param>
    public static bool Fits(NeuronParameters neuron) => neuron.Equations.HasPeriods;

    /// <summary>theta_p: a current above it fires at least every p steps.</summary>
    /// <param name="neuron">The neurons' constants.</param>
    /// <param name="period">p, at least 1.</param>
    public static double Break(NeuronParameters neuron, int period) => neuron.Threshold / Gain(neuron.Decay, period);

    /// <summary>1 + d + ... + d^(m-1): the membrane m steps after a reset, in units of the current.</summary>
    /// <param name="decay">d.</param>
    /// <param name="steps">m.</param>
    public static double Gain(double decay, int steps) => Enumerable.Range(0, steps).Sum(i => Math.Pow(decay, i));

    /// <summary>One train.</summary>
    /// <param name="Period">It fires at the steps t with t + 1 a multiple of this; S + 1 for silence.</param>
    /// <param name="From">The least current that may have it, with room for rounding.</param>
    /// <param name="To">The greatest.</param>
    /// <param name="Gain">The membrane at step S - 1 before the reset, in units of the current.</param>
    internal readonly record struct Train(int Period, double From, double To, double Gain)
    {
        /// <summary>Whether it fires at a step.</summary>
        /// <param name="step">t.</param>
        public bool Fires(int step) => (step + 1) % Period == 0;
    }
}
