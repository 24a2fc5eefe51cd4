namespace SnnDsl.Kernels;

/// <summary>
/// The fused CPU kernels of one kind of spiking neuron: all time steps in one walk, the membrane in registers. The compiler
/// emits one subclass for each distinct neuron of a network, with the constants as literals.
/// </summary>
/// <remarks>
/// Every tensor is contiguous float32. Element (t, i) of a [T, M] tensor lies at t * stride + i. A time stride of 0 stands for a
/// current that is the same at all steps (read), or for a gradient or coefficient that is added up over the steps (written).
/// A range [from, to) of the neurons is worked on, so that ranges can be shared over cores; outputs are written in that range alone.
/// A reference that is null (<c>Unsafe.IsNullRef</c>) stands for an absent optional tensor.
/// </remarks>
public abstract class NeuronKernel
{
    /// <summary>Creates the kernels of a neuron.</summary>
    /// <param name="parameters">The constants that the emitted code holds as literals.</param>
    protected NeuronKernel(NeuronParameters parameters) => Parameters = parameters;

    /// <summary>The constants that the emitted code holds as literals.</summary>
    public NeuronParameters Parameters { get; }

    /// <summary>
    /// The same kernels in CUDA C, one neuron a thread, compiled at first use on a CUDA tensor; null where there are none, and
    /// TorchSharp's operations run there.
    /// </summary>
    public virtual string? CudaText => null;

    /// <summary>Runs the neurons: u[t] = decay r[t-1] + I[t]; s[t] = 1 if u[t] &gt; threshold; r = reset(u, s).</summary>
    /// <param name="current">I, [T, M] with <paramref name="currentStride"/>, or [M] with 0.</param>
    /// <param name="currentStride">M, or 0 for a current that is the same at all steps.</param>
    /// <param name="spikes">s, [T, M], written.</param>
    /// <param name="membranes">u, [T, M], written for the backward pass; null where none follows.</param>
    /// <param name="stride">M.</param>
    /// <param name="steps">T.</param>
    /// <param name="from">The first neuron.</param>
    /// <param name="to">The neuron after the last.</param>
    public abstract void Forward(
        ref float current, nint currentStride, ref float spikes, ref float membranes, nint stride, int steps, nint from, nint to);

    /// <summary>
    /// The surrogate backward pass, t from T-1 down: du[t] = ds[t] s'(u[t]) + decay du[t+1] dr/du[t], dI[t] = du[t]. The reset's own
    /// dependence on the spike is differentiated: hard dr/du = (1 - s) + (v0 - u) s', soft dr/du = 1 - threshold s'.
    /// </summary>
    /// <param name="membranes">u, [T, M].</param>
    /// <param name="spikeGradients">ds, [T, M].</param>
    /// <param name="currentGradients">dI, [T, M] with <paramref name="gradientStride"/>, or its sum over t, [M], with 0; written.</param>
    /// <param name="gradientStride">M, or 0.</param>
    /// <param name="stride">M.</param>
    /// <param name="steps">T.</param>
    /// <param name="from">The first neuron.</param>
    /// <param name="to">The neuron after the last.</param>
    public abstract void Backward(
        ref float membranes, ref float spikeGradients, ref float currentGradients, nint gradientStride, nint stride, int steps,
        nint from, nint to);

    /// <summary>
    /// Interval bounds. From currents in [I_l, I_u]: membranes in [l, U], spikes in [1(l &gt; th), 1(U &gt; th)], and after the reset
    /// [l, U] if U &lt;= th; hard: {v0} if l &gt; th, else [min(l, v0), max(th, v0)]; soft: [l - th, U - th] if l &gt; th, else
    /// [min(l, 0), max(th, U - th)].
    /// </summary>
    /// <param name="lowerCurrent">I_l, [T, M] or [M].</param>
    /// <param name="upperCurrent">I_u, likewise.</param>
    /// <param name="currentStride">M, or 0 for currents that are the same at all steps.</param>
    /// <param name="lowerSpikes">[T, M], written.</param>
    /// <param name="upperSpikes">[T, M], written.</param>
    /// <param name="lowerMembranes">l, [T, M], written.</param>
    /// <param name="upperMembranes">U, [T, M], written.</param>
    /// <param name="stride">M.</param>
    /// <param name="steps">T.</param>
    /// <param name="from">The first neuron.</param>
    /// <param name="to">The neuron after the last.</param>
    public abstract void Intervals(
        ref float lowerCurrent, ref float upperCurrent, nint currentStride, ref float lowerSpikes, ref float upperSpikes,
        ref float lowerMembranes, ref float upperMembranes, nint stride, int steps, nint from, nint to);

    /// <summary>
    /// The gradient of <see cref="Intervals"/>: spikes through the surrogate at their membrane bound, resets through the chosen case's
    /// own formula (which case holds carries no gradient), t from T-1 down.
    /// </summary>
    /// <param name="lowerMembranes">l, [T, M].</param>
    /// <param name="upperMembranes">U, [T, M].</param>
    /// <param name="lowerSpikeGradients">[T, M].</param>
    /// <param name="upperSpikeGradients">[T, M].</param>
    /// <param name="lowerMembraneGradients">[T, M], or null.</param>
    /// <param name="upperMembraneGradients">[T, M], or null.</param>
    /// <param name="lowerCurrentGradients">[T, M], or [M] summed over t; written.</param>
    /// <param name="upperCurrentGradients">Likewise.</param>
    /// <param name="gradientStride">M, or 0.</param>
    /// <param name="stride">M.</param>
    /// <param name="steps">T.</param>
    /// <param name="from">The first neuron.</param>
    /// <param name="to">The neuron after the last.</param>
    public abstract void IntervalsBackward(
        ref float lowerMembranes, ref float upperMembranes, ref float lowerSpikeGradients, ref float upperSpikeGradients,
        ref float lowerMembraneGradients, ref float upperMembraneGradients, ref float lowerCurrentGradients,
        ref float upperCurrentGradients, nint gradientStride, nint stride, int steps, nint from, nint to);

    /// <summary>
    /// Linear relaxation backwards through the neurons of one sample for one row of coefficients: finds coefficients A and a
    /// constant c with sum_t c_s[t] s[t] + row u[S-1] &gt;= sum_t A[t] I[t] + c for all membranes in [l, U]. Step t carries
    /// c_r = decay A[t+1] on the reset value; the line of <paramref name="rule"/> bounds spike and reset value from below.
    /// </summary>
    /// <param name="rule">Which lines.</param>
    /// <param name="spikeCoefficients">c_s at step t, neuron i: [t * coefficientStride + i]; null for none.</param>
    /// <param name="row">Coefficients directly on the membranes of the last step S-1, [N]; null for none.</param>
    /// <param name="lowerMembranes">l, at [t * membraneStride + i].</param>
    /// <param name="upperMembranes">U, likewise.</param>
    /// <param name="currentCoefficients">A, at [t * outputStride + i], or summed over t with an output stride of 0; written.</param>
    /// <param name="coefficientStride">The step from t to t + 1 in the spike coefficients.</param>
    /// <param name="membraneStride">The step from t to t + 1 in the membranes' bounds.</param>
    /// <param name="outputStride">The step from t to t + 1 in the current coefficients, or 0.</param>
    /// <param name="steps">S.</param>
    /// <param name="count">N, the number of neurons.</param>
    /// <returns>c.</returns>
    public abstract double Relax(
        RelaxationRule rule, ref float spikeCoefficients, ref float row, ref float lowerMembranes, ref float upperMembranes,
        ref float currentCoefficients, nint coefficientStride, nint membraneStride, nint outputStride, int steps, nint count);

    /// <summary>
    /// The gradient of <see cref="Relax"/> for one sample and row. Spike coefficients', row's gradients are written; the gradients of the
    /// membranes' bounds are added to what is there, since all rows of a sample share them.
    /// </summary>
    /// <param name="rule">Which lines.</param>
    /// <param name="spikeCoefficients">As in <see cref="Relax"/>.</param>
    /// <param name="row">As in <see cref="Relax"/>.</param>
    /// <param name="lowerMembranes">As in <see cref="Relax"/>.</param>
    /// <param name="upperMembranes">As in <see cref="Relax"/>.</param>
    /// <param name="outputGradients">dA, at [t * outputStride + i]; with an output stride of 0 the same for all t.</param>
    /// <param name="constantGradient">dc.</param>
    /// <param name="spikeCoefficientGradients">Written; null where the spike coefficients are.</param>
    /// <param name="rowGradients">Written; null where the row is.</param>
    /// <param name="lowerMembraneGradients">Added to, at [t * membraneStride + i].</param>
    /// <param name="upperMembraneGradients">Added to, likewise.</param>
    /// <param name="coefficientStride">The step from t to t + 1 in the spike coefficients and their gradients.</param>
    /// <param name="membraneStride">The step from t to t + 1 in the membranes' bounds and their gradients.</param>
    /// <param name="outputStride">The step from t to t + 1 in the output gradients, or 0.</param>
    /// <param name="steps">S.</param>
    /// <param name="count">N.</param>
    public abstract void RelaxBackward(
        RelaxationRule rule, ref float spikeCoefficients, ref float row, ref float lowerMembranes, ref float upperMembranes,
        ref float outputGradients, float constantGradient, ref float spikeCoefficientGradients, ref float rowGradients,
        ref float lowerMembraneGradients, ref float upperMembraneGradients, nint coefficientStride, nint membraneStride,
        nint outputStride, int steps, nint count);
}
