namespace SnnDsl.Verification.Proofs;

/// <summary>A node of a proof's tree: a leaf, or a split with its two sides.</summary>
internal sealed class ProofNode
{
    /// <summary>Which kind it is, by the name of its first field: a split's, or "leaf".</summary>
    public required string Kind { get; init; }

    /// <summary>The whole numbers of a split, in order.</summary>
    public int[] Numbers { get; init; } = [];

    /// <summary>A pixel's value.</summary>
    public double Value { get; init; }

    /// <summary>A train's word, or the kind of a leaf.</summary>
    public string Word { get; init; } = "";

    /// <summary>Where a leaf's slopes stand in the proof's bytes, in base64.</summary>
    public Range Slopes { get; init; }

    /// <summary>A split's sides, as <see cref="ProofSyntax.Splits"/> orders them.</summary>
    public (ProofNode First, ProofNode Second)? Sides { get; init; }
}
