namespace SnnDsl.Certification.Proofs;

/// <summary>The neurons of a spiking layer that slopes are given for.</summary>
/// <param name="Layer">The spiking layer's index.</param>
/// <param name="HasTrains">Whether one slope stands for a whole train; else there is one for every step.</param>
/// <param name="Neurons">Flat indices into the layer's output, ascending.</param>
public sealed record ProofLayer(int Layer, bool HasTrains, IReadOnlyList<int> Neurons);
