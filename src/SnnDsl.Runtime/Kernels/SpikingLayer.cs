using SnnDsl.Bounds;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>
/// One spiking layer: the four things that emitted code asks of it, over all time steps at once, on the fused kernels where the
/// tensors are float32 on the CPU and on TorchSharp's operations elsewhere (CUDA, float64).
/// </summary>
/// <remarks>
/// A layer whose current is the same at every step (the first one, under direct encoding) takes it as [B, ...] instead of
/// [T, B, ...]; its gradients and coefficients come back summed over time, which is all that the weights before it need.
/// </remarks>
public sealed class SpikingLayer
{
    private readonly NeuronKernel kernel;

    /// <summary>Creates a layer.</summary>
    /// <param name="kernel">The kernels that the compiler emitted for its neurons.</param>
    public SpikingLayer(NeuronKernel kernel) => this.kernel = kernel;

    /// <summary>The neurons' constants.</summary>
    public NeuronParameters Parameters => kernel.Parameters;

    /// <summary>Which implementation runs; tests compare the two.</summary>
    public static Engine Engine { get; set; } = Engine.Auto;

    /// <summary>Runs the neurons on a current for every step.</summary>
    /// <param name="current">[T, B, ...].</param>
    /// <returns>Spikes, zeros and ones, [T, B, ...].</returns>
    public Tensor Fire(Tensor current) => Fire(current, (int)current.shape[0], constant: false);

    /// <summary>Runs the neurons on a current that is the same at every step.</summary>
    /// <param name="current">[B, ...].</param>
    /// <param name="steps">T.</param>
    /// <returns>Spikes, zeros and ones, [T, B, ...].</returns>
    public Tensor FireConstant(Tensor current, int steps) => Fire(current, steps, constant: true);

    /// <summary>Bounds spikes and membranes for currents in an interval for every step (S-IBP).</summary>
    /// <param name="current">[T, B, ...].</param>
    /// <returns>Intervals of the spikes and of the membranes, [T, B, ...].</returns>
    public NeuronIntervals Intervals(Interval current) => Intervals(current, (int)current.Lower.shape[0], constant: false);

    /// <summary>Bounds spikes and membranes for currents in an interval that is the same at every step.</summary>
    /// <param name="current">[B, ...].</param>
    /// <param name="steps">T.</param>
    /// <returns>Intervals of the spikes and of the membranes, [T, B, ...].</returns>
    public NeuronIntervals IntervalsConstant(Interval current, int steps) => Intervals(current, steps, constant: true);

    /// <summary>
    /// Replaces a linear form in this layer's spikes and last membrane by a smaller one in its currents, [S, B, K, ...].
    /// </summary>
    /// <param name="form">The form; its spike coefficients are [S, B, K, ...].</param>
    /// <param name="membranes">Bounds of the layer's membranes, [T, B, ...], T &gt;= S.</param>
    /// <param name="query">Which lines, and what branch and bound or slope optimisation add.</param>
    /// <param name="layer">This layer's index among the spiking layers.</param>
    public LinearForm Relax(LinearForm form, Interval membranes, LinearQuery query, int layer) =>
        Relax(form, membranes, query, layer, sum: false);

    /// <summary>As <see cref="Relax(LinearForm, Interval, LinearQuery, int)"/>, for a current that is the same at every step: the
    /// coefficients are added over the steps, [B, K, ...], before the weights are applied.</summary>
    /// <param name="form">The form; its spike coefficients are [S, B, K, ...].</param>
    /// <param name="membranes">Bounds of the layer's membranes, [T, B, ...], T &gt;= S.</param>
    /// <param name="query">Which lines, and what branch and bound or slope optimisation add.</param>
    /// <param name="layer">This layer's index among the spiking layers.</param>
    public LinearForm RelaxConstant(LinearForm form, Interval membranes, LinearQuery query, int layer) =>
        Relax(form, membranes, query, layer, sum: true);

    private Tensor Fire(Tensor current, int steps, bool constant) => IsFused(current)
        ? FireFunction.apply(current, kernel, steps, constant)
        : PlainFireFunction.apply(current, kernel.Parameters, steps, constant);

    private NeuronIntervals Intervals(Interval current, int steps, bool constant)
    {
        if (!IsFused(current.Lower))
        {
            return PlainNeuron.Intervals(current, Parameters, steps, constant);
        }

        var outputs = IntervalsFunction.apply(current.Lower, current.Upper, kernel, steps, constant);
        return new(new(outputs[0], outputs[1]), new(outputs[2], outputs[3]));
    }

    private LinearForm Relax(LinearForm form, Interval membranes, LinearQuery query, int layer, bool sum)
    {
        var bounds = membranes.FirstSteps(form.Steps);
        if (!IsFused(bounds.Lower) || query.NeedsPlainLines(layer))
        {
            return PlainNeuron.Relax(form, bounds, Parameters, query, layer, sum);
        }

        var outputs = RelaxFunction.apply(
            form.Spikes!, form.Membrane!, bounds.Lower, bounds.Upper, kernel, query.Rule, sum);
        return form.OnCurrents(outputs[0], outputs[1]);
    }

    private static bool IsFused(Tensor tensor) =>
        Engine != Engine.Plain && tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CPU;
}
