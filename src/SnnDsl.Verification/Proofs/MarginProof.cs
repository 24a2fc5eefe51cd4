namespace SnnDsl.Verification.Proofs;

/// <summary>The proof of one margin: hints, none of which is trusted.</summary>
/// <param name="Layers">Which neurons leaves give slopes for.</param>
/// <param name="Tree">The cases.</param>
internal sealed record MarginProof(IReadOnlyList<MarginProof.Layer> Layers, ProofNode Tree)
{
    /// <summary>The neurons of one layer.</summary>
    /// <param name="Number">The spiking layer.</param>
    /// <param name="HasTrains">Whether one slope is for a whole train.</param>
    /// <param name="Neurons">The neurons.</param>
    internal sealed record Layer(int Number, bool HasTrains, int[] Neurons);
}
