using SnnDsl.Certification;
using SnnDsl.Encoders;
using SnnDsl.Evaluation.Records;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>What an adversary may do to one input: applied to a batch, it gives the set that bounds are computed over.</summary>
public abstract record Perturbation
{
    /// <summary>The norm in which it is measured: "linf" or "l0".</summary>
    public abstract string Norm { get; }

    /// <summary>Whether bounds over its set are certificates; false for what only serves in training.</summary>
    public virtual bool Certifies => true;

    /// <summary>The set of perturbed inputs of a batch.</summary>
    /// <param name="network">The network, or what it takes: how inputs are encoded.</param>
    /// <param name="inputs">Pixels [B, ...], or event frames [T, B, ...].</param>
    /// <param name="indices">The samples' indices in their data set, which Poisson noise depends on; null for 0..B-1.</param>
    /// <exception cref="ArgumentException">The perturbation does not fit the network's encoding.</exception>
    public abstract IPerturbedInput Apply(NetworkInput network, Tensor inputs, ReadOnlyMemory<long>? indices = null);

    /// <summary>What records and reports say of it.</summary>
    /// <param name="box">Which numbers a box holds (<see cref="BoxIn"/>); null where that is not said, and for what is no box.</param>
    /// <exception cref="ArgumentException">It is of a kind that records have no words for.</exception>
    public virtual RecordedPerturbation Record(string? box = null) => throw new ArgumentException($"{GetType().Name} cannot be recorded.");

    /// <summary>The box that bounds in a precision hold for, one of <see cref="RecordedBox.All"/>; null for sets that are no boxes.</summary>
    /// <param name="precision">The precision.</param>
    /// <param name="encoding">How the network's inputs are encoded.</param>
    public virtual string? BoxIn(Precision precision, Encoding encoding) => null;

    /// <summary>The perturbations of its kind by size, up to it; null if its kind has no size.</summary>
    internal virtual PerturbationScale? Scale => null;

    /// <summary>Whether its pixels lie in [0, 1], because its set is cut to that.</summary>
    internal virtual bool IsCut => false;

    /// <summary>How far a point is from its input, in what the perturbation is measured in.</summary>
    /// <param name="change">The point less the input, float64.</param>
    /// <returns>A scalar.</returns>
    public virtual Tensor Distance(Tensor change) => change.abs().max();

    /// <summary>Whether a point is one that the network can be given: it lies in the set, to the last unit.</summary>
    /// <param name="network">The network, which says how many steps it runs for.</param>
    /// <param name="input">A sample, a batch of one.</param>
    /// <param name="point">What is said to be a perturbed one.</param>
    /// <param name="indices">As for <see cref="Apply"/>.</param>
    internal virtual bool Holds(NetworkInput network, Tensor input, Tensor point, ReadOnlyMemory<long>? indices) => true;

    /// <summary>The set for bounds in float64.</summary>
    /// <param name="network">The network, or what it takes.</param>
    /// <param name="inputs">Pixels [B, ...], or event frames [T, B, ...].</param>
    /// <param name="indices">As for <see cref="Apply"/>.</param>
    internal virtual IPerturbedInput InFloat64(NetworkInput network, Tensor inputs, ReadOnlyMemory<long>? indices) =>
        Apply(network, inputs.to(ScalarType.Float64), indices);

    /// <summary>
    /// A float64 set that holds every float32 input of <see cref="Apply"/>'s set as it is computed in float32, and every one of the set
    /// as it is defined: what rounding-safe bounds are computed over.
    /// </summary>
    /// <param name="network">The network, or what it takes: how inputs are encoded.</param>
    /// <param name="inputs">Pixels [B, ...], or event frames [T, B, ...], float32.</param>
    /// <param name="indices">As for <see cref="Apply"/>.</param>
    /// <exception cref="ArgumentException">The perturbation does not fit the network's encoding.</exception>
    /// <exception cref="NotSupportedException">The perturbation has no such set.</exception>
    public virtual IPerturbedInput Enclose(NetworkInput network, Tensor inputs, ReadOnlyMemory<long>? indices = null) =>
        throw new NotSupportedException(
            $"{GetType().Name} has no rounding-safe bounds: override Enclose, certify against another perturbation, or ask for precision float32, which bounds samples but certifies none.");
}
