using SnnDsl.Affine;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Bounds;

/// <summary>
/// A linear form on its way backwards through a network: rows of coefficients on the values that the walk has reached, and constants.
/// Its value is a lower bound of the form that the walk started from.
/// </summary>
public sealed class LinearForm
{
    private readonly LinearChain? chain;

    private LinearForm(Tensor? spikes, Tensor? membrane, Tensor? constants, int steps, LinearChain? chain = null)
    {
        Spikes = spikes;
        Membrane = membrane;
        Constants = constants;
        Steps = steps;
        this.chain = chain;
    }

    /// <summary>Coefficients on values of every step, [S, B, K, ...], or on values that are the same at all steps, [B, K, ...].</summary>
    public Tensor? Spikes { get; }

    /// <summary>Coefficients on a spiking layer's membranes at the last step S - 1, [B, K, ...], where the walk starts there.</summary>
    public Tensor? Membrane { get; }

    /// <summary>Constants [B, K]; null for none yet.</summary>
    public Tensor? Constants { get; }

    /// <summary>S, the number of time steps that take part.</summary>
    public int Steps { get; }

    /// <summary>A form on the membranes of the query's layer at its last step.</summary>
    /// <param name="query">The query.</param>
    public static LinearForm OnMembrane(LinearQuery query) => new(null, query.Rows, null, query.Steps);

    /// <summary>A form on the mean over time of the last layer's outputs: every step weighs 1/S.</summary>
    /// <param name="query">The query; its rows weigh the logits.</param>
    public static LinearForm OnMean(LinearQuery query)
    {
        using var share = query.Rows.Over(query.Steps);
        return new(share.unsqueeze(0).expand([query.Steps, .. query.Rows.Sizes()]), null, null, query.Steps);
    }

    /// <summary>
    /// A form on the last membrane of leaky neurons that do not fire: step t weighs h(S-1-t), h(k) = sum over j in 0..k of decay^(k-j) synapticDecay^j,
    /// which is decay^k without a synapse.
    /// </summary>
    /// <param name="query">The query; its rows weigh the logits.</param>
    /// <param name="decay">The share of the membrane that is left one step later.</param>
    /// <param name="synapticDecay">The share of the synaptic current that is left one step later.</param>
    public static LinearForm OnLastMembrane(LinearQuery query, float decay, float synapticDecay = 0) =>
        OnOutputs(query, MembraneWeights(decay, synapticDecay, mean: false, query.Steps));

    /// <summary>A form on the mean over time of the membrane of such neurons: step t weighs (h(0) + h(1) + ... + h(S-1-t)) / S.</summary>
    /// <param name="query">The query; its rows weigh the logits.</param>
    /// <param name="decay">The share of the membrane that is left one step later.</param>
    /// <param name="synapticDecay">The share of the synaptic current that is left one step later.</param>
    public static LinearForm OnMeanMembrane(LinearQuery query, float decay, float synapticDecay = 0) =>
        OnOutputs(query, MembraneWeights(decay, synapticDecay, mean: true, query.Steps));

    /// <summary>What step t weighs in the last membrane, or in the mean of all.</summary>
    /// <param name="decay">The share of the membrane that is left one step later.</param>
    /// <param name="synapticDecay">The share of the synaptic current that is left one step later.</param>
    /// <param name="mean">Whether in the mean.</param>
    /// <param name="steps">S.</param>
    internal static double[] MembraneWeights(float decay, float synapticDecay, bool mean, int steps)
    {
        double[] response = [.. Enumerable.Range(0, steps).Select(k => synapticDecay == 0
            ? Math.Pow(decay, k)
            : Enumerable.Range(0, k + 1).Sum(j => Math.Pow(decay, k - j) * Math.Pow(synapticDecay, j)))];
        return [.. Enumerable.Range(0, steps).Select(t => mean ? response[..(steps - t)].Sum() / steps : response[steps - 1 - t])];
    }

    /// <summary>A form on outputs of which each step has a weight.</summary>
    /// <param name="query">The query; its rows weigh the logits.</param>
    /// <param name="weights">The weights, by step.</param>
    internal static LinearForm OnOutputs(LinearQuery query, double[] weights)
    {
        using var column = tensor(weights, query.Rows.dtype, query.Rows.device)
            .view([query.Steps, .. Enumerable.Repeat(1L, (int)query.Rows.dim())]);
        return new(column * query.Rows, null, null, query.Steps);
    }

    /// <summary>Carries the form back through an affine map: coefficients W' a, and a b joins the constants.</summary>
    /// <param name="map">The map.</param>
    public LinearForm PullBack(AffineMap map)
    {
        if (chain is not null)
        {
            return chain.PullBack(map) is { } longer ? new(Spikes, null, Constants, Steps, longer) : Computed().PullBack(map);
        }

        var a = Spikes!;
        var constants = Constants;
        if (map.DotBias(a) is { } bias)
        {
            // Over a form with time: every step's bias counts.
            if (bias.dim() == 3)
            {
                bias = bias.sum(0L);
            }

            constants = constants is null ? bias : constants.Plus(bias);
        }

        return new(map.PullBack(a), null, constants, Steps);
    }

    /// <summary>The smallest value of the form over all perturbed inputs, [B, K].</summary>
    /// <param name="input">The perturbed input.</param>
    public LinearBound Concretise(IPerturbedInput input)
    {
        if (chain is not null)
        {
            return Computed().Concretise(input);
        }

        var least = input.Concretise(Spikes!);
        return new(Constants is null ? least : least.Plus(Constants), Spikes!, Constants);
    }

    /// <summary>The form after a relaxation by the given neurons, put off until it is known what else lies on its way: the walk through all
    /// spiking layers is one (<see cref="Events.RelaxChain"/>). Null where it cannot be.</summary>
    internal LinearForm? Later(NeuronIntervals neurons, LinearQuery query, bool last)
    {
        if (Membrane is not null || Steps != neurons.Steps)
        {
            return null;
        }

        var longer = (chain ?? new LinearChain(query.Rule, query.Trains, [])).Relax(neurons);
        var form = new LinearForm(Spikes, null, Constants, Steps, longer);
        return last ? form.Computed() : form;
    }

    /// <summary>This form with what was put off done.</summary>
    internal LinearForm Computed() => chain is null ? this : chain.Run(this);

    /// <summary>This form without its constants.</summary>
    internal LinearForm WithoutConstants() => new(Spikes, Membrane, null, Steps, chain);

    /// <summary>This form with more constants, [B, K].</summary>
    internal LinearForm Plus(Tensor constants) =>
        new(Spikes, Membrane, Constants is null ? constants : Constants.Plus(constants), Steps, chain);

    /// <summary>The sum of this form and another on the same values.</summary>
    internal LinearForm Plus(LinearForm form)
    {
        var (one, other) = (Computed(), form.Computed());
        var sum = new LinearForm(one.Spikes!.Plus(other.Spikes!), null, one.Constants, Steps);
        return other.Constants is { } constants ? sum.Plus(constants) : sum;
    }

    /// <summary>This form as one on values that are the same at all steps, [B, K, ...].</summary>
    internal LinearForm OverTime() => new(Spikes!.sum(0L), null, Constants, Steps);

    /// <summary>This form as one on values some steps earlier: what is read later weighs them.</summary>
    internal LinearForm Earlier(int delay)
    {
        long late = Math.Min(delay, Steps);
        var zeros = zeros_like(Spikes!.narrow(0, 0, late));
        return new(cat([Spikes!.narrow(0, late, Steps - late), zeros]), null, Constants, Steps);
    }

    /// <summary>The part of this form that weighs some channels or features.</summary>
    internal LinearForm Channels(long from, long count, long dimension) => new(Spikes!.narrow(dimension, from, count), null, Constants, Steps);

    /// <summary>The form after a relaxation: coefficients on the layer's currents, and more constants.</summary>
    internal LinearForm OnCurrents(Tensor coefficients, Tensor constants) =>
        new(coefficients, null, Constants is null ? constants : Constants.Plus(constants), Steps);
}
