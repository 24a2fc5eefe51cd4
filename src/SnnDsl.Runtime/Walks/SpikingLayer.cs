using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Hardware;
using SnnDsl.Kernels.Derived;
using SnnDsl.Model;
using SnnDsl.Perturbations;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>
/// One spiking layer: the four things that emitted code asks of it, over all time steps at once, on the fused kernels where the
/// tensors are float32, on the CPU or on CUDA, and on TorchSharp's operations elsewhere (float64, or CUDA without NVRTC).
/// </summary>
/// <remarks>
/// A layer whose current is the same at every step (the first one, under direct encoding) takes it as [B, ...] instead of
/// [T, B, ...]; its gradients and coefficients come back summed over time, which is all that the weights before it need.
/// </remarks>
public sealed class SpikingLayer
{
    private readonly NeuronKernel? kernel;
    private readonly string name;
    private readonly LearnedDecay? learned;

    /// <summary>Creates a layer of LIF neurons.</summary>
    /// <param name="kernel">The kernels that the compiler emitted for its neurons.</param>
    public SpikingLayer(NeuronKernel kernel)
    {
        this.kernel = kernel;
        (Equations, name) = (kernel.Parameters.Equations, "");
        Factors = Equations;
    }

    /// <summary>Creates a layer of any neurons, whose walks are derived from their equations.</summary>
    /// <param name="name">The layer's name, for messages.</param>
    /// <param name="equations">The neurons.</param>
    /// <param name="recurrence">What adds to the currents, made of the spikes of the step before: a map without bias; null for nothing.</param>
    public SpikingLayer(string name, NeuronEquations equations, AffineMap? recurrence = null)
    {
        (this.name, Equations, Factors) = (name, equations, new(equations) { Recurrence = recurrence });
        Relaxation = new(Factors);
    }

    /// <summary>Creates a layer of neurons whose decay is learned.</summary>
    /// <param name="name">The layer's name, for messages.</param>
    /// <param name="neuron">The neurons.</param>
    /// <param name="decay">Their decays, [1] or one for each neuron; gradients go through them.</param>
    /// <param name="gain">What their currents weigh, of the same shape; null for 1.</param>
    /// <param name="recurrence">What adds to the currents, made of the spikes of the step before; null for nothing.</param>
    internal SpikingLayer(string name, LearnedDecay neuron, Tensor decay, Tensor? gain, AffineMap? recurrence = null)
    {
        (this.name, learned) = (name, neuron);
        Factors = new(neuron.Neuron) { Decay = decay, Gain = gain, Recurrence = recurrence };
        Relaxation = new(Factors);
        using var guard = no_grad();
        Equations = neuron.At(Most(decay), gain is null ? 1 : Most(gain));
    }

    /// <summary>The neurons as equations; of those whose decays are learned, with the greatest decay and the greatest gain.</summary>
    public NeuronEquations Equations { get; }

    /// <summary>The decays that these neurons have learned, in [0, 1]: [1], or one for each neuron; null where <see cref="Equations"/> say them.</summary>
    public Tensor? LearnedDecays => Factors.Decay;

    /// <summary>What the currents of such neurons weigh, at least 0: [1], or one for each neuron; null for 1, or where <see cref="Equations"/> say it.</summary>
    public Tensor? LearnedGains => Factors.Gain;

    /// <summary>What a step multiplies by, for neurons that are walked by their equations; LIF has its own constants.</summary>
    internal StepFactors Factors { get; }

    /// <summary>The same layer with learned numbers of its own, which do not change with the network; itself where none is learned.</summary>
    /// <param name="copy">Copies a tensor.</param>
    internal SpikingLayer Taken(Func<Tensor, Tensor> copy) => learned is null ? this : new(name, learned, copy(Factors.Decay!), Factors.Gain is { } gain ? copy(gain) : null, Recurrence);

    /// <summary>What adds to the currents, made of the spikes of the step before; null for nothing.</summary>
    public AffineMap? Recurrence => Factors.Recurrence;

    /// <summary>The same layer with another map of the spikes that come back; itself where none do.</summary>
    /// <param name="change">What becomes of the map.</param>
    internal SpikingLayer With(Func<AffineMap, AffineMap> change) => Recurrence is not { } map ? this
        : learned is null ? new(name, Equations, change(map))
        : new(name, learned, Factors.Decay!, Factors.Gain, change(map));

    private static float Most(Tensor values) => values.max().to(ScalarType.Float32).item<float>();

    /// <summary>The constants of LIF neurons.</summary>
    /// <exception cref="NotSupportedException">The neurons are others: what reads these constants is not derived for them.</exception>
    public NeuronParameters Parameters => Kernel.Parameters;

    /// <summary>The lines of neurons without kernels; null for LIF.</summary>
    internal NeuronRelaxation? Relaxation { get; }

    /// <summary>Whether the compiler emitted kernels for the neurons: they are LIF. Others are walked by their equations.</summary>
    internal bool IsFused => kernel is not null;

    /// <summary>The kernels that the compiler emitted for the neurons.</summary>
    internal NeuronKernel Kernel => kernel ?? throw NotLif(
        "exact margins and branch and bound", "bound the network by s-ibp or s-crown");

    /// <summary>What is said where something is derived for LIF neurons alone.</summary>
    /// <param name="what">What is, in the plural.</param>
    /// <param name="instead">What can be done instead.</param>
    internal NotSupportedException NotLif(string what, string instead) => new(Recurrence is null
        ? $"{name} is no [Lif] layer (its neurons keep {string.Join(" and ", Equations.States)}), and {what} are derived for [Lif] alone: {instead}."
        : $"{name} is recurrent, and {what} are derived for [Lif] layers alone whose spikes do not come back: {instead}.");

    /// <summary>Which implementation runs; tests compare the two.</summary>
    public static Engine Engine
    {
        get => KernelChoice.Engine;
        set => KernelChoice.Engine = value;
    }

    /// <summary>
    /// In which numbers the dense products of the natural backward pass are taken, where layers run event-driven: float32, unless
    /// <c>TrainingOptions.GradientPrecision</c> says otherwise while a trainer runs.
    /// </summary>
    public static GradientPrecision GradientPrecision
    {
        get => KernelChoice.Gradients;
        set => KernelChoice.Gradients = value;
    }

    /// <summary>Runs the neurons on a current for every step.</summary>
    /// <param name="current">[T, B, ...].</param>
    /// <returns>Spikes, zeros and ones, [T, B, ...].</returns>
    public SpikeTrain Fire(Tensor current) => new(this, current, (int)current.size(0), constant: false);

    /// <summary>Runs the neurons on a current that is the same at every step.</summary>
    /// <param name="current">[B, ...].</param>
    /// <param name="steps">T.</param>
    /// <returns>Spikes, zeros and ones, [T, B, ...].</returns>
    public SpikeTrain FireConstant(Tensor current, int steps) => new(this, current, steps, constant: true);

    /// <summary>Bounds spikes and membranes for currents in an interval for every step (S-IBP).</summary>
    /// <param name="current">[T, B, ...].</param>
    /// <returns>Intervals of the spikes and of the membranes, [T, B, ...].</returns>
    public NeuronIntervals Intervals(Interval current) => new(this, current, (int)current.Lower.size(0), constant: false);

    /// <summary>
    /// Bounds spikes and membranes of the first layer for recordings in a set. Where no spike changes what these neurons keep, their membranes are sums over
    /// the steps, and what the set shares between steps bounds them as a whole.
    /// </summary>
    /// <param name="input">The set.</param>
    /// <param name="first">The maps before this layer.</param>
    /// <returns>Intervals of the spikes and of the membranes, [T, B, ...].</returns>
    public NeuronIntervals Intervals(IPerturbedInput input, AffineMap first)
    {
        var current = input.Currents(first);
        int steps = (int)current.Lower.size(0);
        return new(this, current, steps, constant: false, Sums(input, first, steps));
    }

    /// <summary>Bounds of w . y over the steps where it is a sum of currents, [T, B, ...]; null where it is not, or the set shares nothing between steps.</summary>
    /// <param name="input">The set.</param>
    /// <param name="first">The maps before this layer.</param>
    /// <param name="steps">T.</param>
    internal Interval? Sums(IPerturbedInput input, AffineMap first, int steps)
    {
        if (learned is not null || Recurrence is not null || IsFused || Equations.Response(steps) is not { } response)
        {
            return null;
        }

        // Step t sums the currents up to it: so much of them all, times the current that a mean of the steps' inputs makes.
        double[] totals = [.. Enumerable.Range(1, steps).Select(count => response.Take(count).Sum())];
        var means = input.Means(first, [.. totals.Select((total, t) => Enumerable.Range(0, steps).Select(s => s <= t ? response[t - s] / total : 0).ToArray())]);
        if (means is not var (lower, upper))
        {
            return null;
        }

        var scale = tensor(totals, [steps, .. Enumerable.Repeat(1L, (int)lower.dim() - 1)], lower.dtype, lower.device);
        return new(lower * scale, upper * scale);
    }

    /// <summary>Bounds spikes and membranes for currents in an interval that is the same at every step.</summary>
    /// <param name="current">[B, ...].</param>
    /// <param name="steps">T.</param>
    /// <returns>Intervals of the spikes and of the membranes, [T, B, ...].</returns>
    public NeuronIntervals IntervalsConstant(Interval current, int steps) => new(this, current, steps, constant: true);

    /// <summary>
    /// Replaces a linear form in this layer's spikes and last membrane by a smaller one in its currents, [S, B, K, ...].
    /// </summary>
    /// <param name="form">The form; its spike coefficients are [S, B, K, ...].</param>
    /// <param name="query">Bounds of the membranes, which lines, and what branch and bound or slope optimisation add.</param>
    /// <param name="layer">This layer's index among the spiking layers.</param>
    public LinearForm Relax(LinearForm form, LinearQuery query, int layer) => Relax(form, query, layer, sum: false);

    /// <summary>As <see cref="Relax(LinearForm, LinearQuery, int)"/>, for a current that is the same at every step: the coefficients are
    /// added over the steps, [B, K, ...], before the weights are applied.</summary>
    /// <param name="form">The form; its spike coefficients are [S, B, K, ...].</param>
    /// <param name="query">Bounds of the membranes, which lines, and what branch and bound or slope optimisation add.</param>
    /// <param name="layer">This layer's index among the spiking layers.</param>
    public LinearForm RelaxConstant(LinearForm form, LinearQuery query, int layer) => Relax(form, query, layer, sum: true);

    /// <summary>Spikes as a tensor of zeros and ones, [T, B, ...].</summary>
    internal Tensor Simulate(Tensor current, int steps, bool constant) =>
        SpikeGradient.Current is { } gradient ? gradient.Fire(current, Factors, steps, constant)
        : Relaxation is not null ? NeuronForward.Fire(current, Factors, steps, constant)
        : KernelChoice.IsOnCores(current) ? new FireFunction(Kernel, steps, constant).Apply(current)[0]
        : OnCuda(current) is { } cuda ? new CudaFireFunction(cuda, steps, constant).Apply(current)[0]
        : new PlainFireFunction(Parameters, steps, constant).Apply(current)[0];

    /// <summary>Bounds of spikes, membranes and states as tensors, [T, B, ...].</summary>
    internal NeuronBoxes Bound(Interval current, int steps, bool constant, Interval? sums = null)
    {
        if (Relaxation is not null)
        {
            return NeuronIntervalWalk.Bound(current, Factors, steps, constant, sums: sums);
        }

        var (lower, upper) = (current.Lower, current.Upper);
        var outputs = KernelChoice.IsOnCores(lower) ? new IntervalsFunction(Kernel, steps, constant).Apply(lower, upper)
            : OnCuda(lower) is { } cuda ? new CudaIntervalsFunction(cuda, steps, constant).Apply(lower, upper)
            : null;
        var (spikes, membranes) = outputs is null
            ? PlainNeuron.Intervals(current, Parameters, steps, constant)
            : (new(outputs[0], outputs[1]), new(outputs[2], outputs[3]));
        return new(spikes, membranes, [membranes]);
    }

    private LinearForm Relax(LinearForm form, LinearQuery query, int layer, bool sum)
    {
        if (Relaxation is not null)
        {
            return RelaxByEquations(Relaxation, form.Computed(), query, layer, sum);
        }

        bool plain = query.NeedsPlainLines(layer), trains = sum && query.TakesTrains(layer, Equations);
        // The fast lines of whole trains have no gradient.
        bool learns = trains && is_grad_enabled();
        if (!plain && !learns && query.Membranes is MembraneBounds known && KernelChoice.IsOnCores(known.Layers[layer].Current.Lower)
            && form.Later(known.Layers[layer], query, sum || layer == 0) is { } later)
        {
            return later;
        }

        form = form.Computed();
        var bounds = query.Membranes[layer].FirstSteps(form.Steps);
        if (trains)
        {
            return plain || learns || !KernelChoice.IsOnCores(bounds.Lower)
                ? TrainLine.Relax(form, Parameters, query, layer)
                : RelaxTrains(form, bounds);
        }

        var (lower, upper) = (bounds.Lower, bounds.Upper);
        var outputs = plain ? null
            : KernelChoice.IsOnCores(lower) ? new RelaxFunction(Kernel, query.Rule, sum).Apply(form.Spikes, form.Membrane, lower, upper)
            : OnCuda(lower) is { } cuda ? new CudaRelaxFunction(cuda, query.Rule, sum).Apply(form.Spikes, form.Membrane, lower, upper)
            : null;
        return outputs is null
            ? PlainNeuron.Relax(form, bounds, Parameters, query, layer, sum)
            : form.OnCurrents(outputs[0], outputs[1]);
    }

    private LinearForm RelaxByEquations(NeuronRelaxation walk, LinearForm form, LinearQuery query, int layer, bool sum)
    {
        Check(query, layer);
        IReadOnlyList<Interval> states = [.. query.StatesOf(layer).Select(state => state.FirstSteps(form.Steps))];
        return walk.Relax(form, query.Membranes[layer].FirstSteps(form.Steps), states, query, layer, sum);
    }

    /// <summary>Refuses what the lines of neurons without kernels do not know.</summary>
    /// <param name="query">The query.</param>
    /// <param name="layer">This layer's index among the spiking layers.</param>
    /// <exception cref="NotSupportedException">It asks for phases, or for the paper's lines.</exception>
    internal void Check(LinearQuery query, int layer)
    {
        if (query.Phases?[layer] is not null)
        {
            throw NotLif("lines under assumed spikes", "bound without branch and bound");
        }

        if (query.Rule == RelaxationRule.Paper)
        {
            throw NotLif("the paper's lines", "take the method s-crown, which has lines for any neuron");
        }
    }

    // [S, B, K, N...] spike coefficients and [B, K, N...] rows, every row by itself.
    private unsafe LinearForm RelaxTrains(LinearForm form, Interval bounds)
    {
        var (spikes, row) = (form.Spikes?.contiguous(), form.Membrane?.contiguous());
        var (lower, upper) = (bounds.Lower[0].contiguous(), bounds.Upper[0].contiguous());
        long[] shape = row?.shape ?? spikes!.shape[1..];
        var (slopes, constants) = (empty(shape), empty(shape[0], shape[1]));
        Tensor?[] tensors = [spikes, row, lower, upper, slopes, constants];
        nint[] at = [.. tensors.Select(TensorMemory.Address)];
        var kernel = new TrainKernel(new(Parameters, form.Steps));
        var (rows, neurons) = (shape[1], (int)(lower.numel() / shape[0]));
        nint stride = (nint)(shape[0] * rows * neurons);
        Cores.Share(shape[0] * rows, form.Steps * (long)stride, (from, to) =>
        {
            for (long index = from; index < to; index++)
            {
                long own = index * neurons, sample = index / rows * neurons;
                ((float*)at[5])[index] = (float)kernel.Relax(
                    at[0] == 0 ? null : (float*)at[0] + own, stride, at[1] == 0 ? null : (float*)at[1] + own, (float*)at[2] + sample,
                    (float*)at[3] + sample, (float*)at[4] + own, neurons);
            }
        });
        GC.KeepAlive(tensors);
        return form.OnCurrents(slopes, constants);
    }

    /// <summary>Whether this layer's neurons run in the fused CPU kernels on a tensor.</summary>
    internal bool RunsFused(Tensor tensor) => kernel is not null && SpikeGradient.Current is null && KernelChoice.IsOnCores(tensor);

    private CudaKernels? OnCuda(Tensor tensor) =>
        Engine != Engine.Plain && tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CUDA
            ? CudaEngine.For(Kernel, tensor)
            : null;
}
