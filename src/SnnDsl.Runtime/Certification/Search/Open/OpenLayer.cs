using System.Diagnostics.CodeAnalysis;
using SnnDsl.Kernels;

namespace SnnDsl.Certification.Search;

/// <summary>
/// The neurons of a spiking layer whose spikes a set of inputs leaves open, and what reaches them: weights from the open neurons (or
/// the input's entries) before them, and a base current that holds the bias and everything that is settled.
/// </summary>
internal sealed class OpenLayer
{
    /// <summary>Of the magnitudes that meet in a current: sums of thousands of numbers in float64 lose less than a thousandth of this.</summary>
    public const double Widening = 1e-9;

    /// <param name="neuron">The neurons' constants.</param>
    /// <param name="neurons">Which of the layer's neurons they are, ascending.</param>
    /// <param name="weights">[count, width].</param>
    /// <param name="basis">[S, count], S = 1 for a constant current.</param>
    /// <param name="isConstant">Whether the current is the same at every step.</param>
    /// <param name="steps">T.</param>
    /// <param name="sizes">By neuron, the sum of the magnitudes of all that may meet in its current, settled or open, at any step, [count].</param>
    /// <param name="errors">How far a membrane may lie from its recursion, [count].</param>
    /// <param name="isRounded">Whether that is because bounds are for the float32 network as it runs.</param>
    public OpenLayer(
        NeuronParameters neuron, int[] neurons, Matrix weights, double[] basis, bool isConstant, int steps, double[] sizes, double[] errors, bool isRounded)
    {
        (Neurons, Weights, Base, IsConstant, Steps, Sizes, Errors) = (neurons, weights, basis, isConstant, steps, sizes, errors);
        (Threshold, Decay, ResetValue, IsHard) = (neuron.Threshold, neuron.Decay, neuron.ResetValue, neuron.Reset == Reset.Hard);
        Trains = isConstant ? TrainsOf(neuron, steps, isRounded) : null;
        HasPeriods = HasTrains && ConstantCurrent.Fits(neuron);
        Slack = [.. sizes.Zip(errors, (size, error) => (Widening * (size + Threshold)) + error)];
    }

    /// <summary>Which of the layer's neurons they are.</summary>
    public int[] Neurons { get; }

    /// <summary>How many neurons are open.</summary>
    public int Count => Neurons.Length;

    /// <summary>[count, open values before].</summary>
    public Matrix Weights { get; }

    /// <summary>[S, count].</summary>
    public double[] Base { get; }

    /// <summary>The sum of the magnitudes of all that may meet in a neuron's current, [count].</summary>
    public double[] Sizes { get; }

    /// <summary>
    /// How far a membrane may lie from decay r + I, [count]: what float64 lost of the base currents, and what float32 may lose in a step, where
    /// bounds are for the network as it runs. The same as currents that are off by so much at every step, each by itself. Where there are trains, of the one current.
    /// </summary>
    public double[] Errors { get; }

    /// <summary>By how much bounds of a current are widened for the rounding of their own sums, and for the errors, [count].</summary>
    public double[] Slack { get; }

    /// <summary>Whether the current is the same at every step.</summary>
    public bool IsConstant { get; }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>Whether a neuron's train is a function of one number, its current.</summary>
    [MemberNotNullWhen(true, nameof(Trains))]
    public bool HasTrains => Trains is not null;

    /// <summary>Which trains there are; null for neurons that are bounded step by step.</summary>
    public CurrentTrains? Trains { get; }

    /// <summary>Whether trains have a period.</summary>
    public bool HasPeriods { get; }

    /// <summary>The threshold.</summary>
    public double Threshold { get; }

    /// <summary>The share of the membrane that is left one step later.</summary>
    public double Decay { get; }

    /// <summary>The membrane after a spike under a hard reset.</summary>
    public double ResetValue { get; }

    /// <summary>Whether a spike sets the membrane to a value, or takes the threshold from it.</summary>
    public bool IsHard { get; }

    /// <summary>See "Spike trains of constant currents" in the mathematics: 2^-18.</summary>
    public const double TrainSlack = 1.0 / (1 << 18);

    /// <summary>
    /// The trains of constant currents that neurons are bounded by; null where they are bounded step by step. Where each step rounds a current
    /// is no longer one number: a hard reset to 0 forgets it, and it only blurs the break points, but other resets add it up.
    /// </summary>
    /// <param name="neuron">The neurons' constants.</param>
    /// <param name="steps">T.</param>
    /// <param name="isRounded">Whether bounds are for the float32 network as it runs.</param>
    public static CurrentTrains? TrainsOf(NeuronParameters neuron, int steps, bool isRounded) =>
        isRounded && !ConstantCurrent.Fits(neuron) ? null : CurrentTrains.Of(neuron, steps);

    /// <summary>What is left of a membrane after a spike.</summary>
    public double AfterSpike(double membrane) => IsHard ? ResetValue : membrane - Threshold;
}
