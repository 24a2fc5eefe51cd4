namespace SnnDsl.Certification.Proofs;

/// <summary>A case of a proof: a split into two that cover it, or a leaf that says how it is bounded.</summary>
public abstract record ProofNode
{
    private protected ProofNode()
    {
    }

    /// <summary>A neuron-step is silent (u &lt;= th) or fires (u &gt;= th).</summary>
    /// <param name="Layer">The spiking layer.</param>
    /// <param name="Step">The step.</param>
    /// <param name="Neuron">The neuron.</param>
    /// <param name="Silent">One side.</param>
    /// <param name="Fires">The other.</param>
    public sealed record Spike(int Layer, int Step, int Neuron, ProofNode Silent, ProofNode Fires) : ProofNode;

    /// <summary>A constant current makes its neuron fire with a period of at most p, or more rarely.</summary>
    /// <param name="Neuron">The neuron.</param>
    /// <param name="Period">p.</param>
    /// <param name="Within">One side.</param>
    /// <param name="Beyond">The other.</param>
    public sealed record Train(int Neuron, int Period, ProofNode Within, ProofNode Beyond) : ProofNode;

    /// <summary>
    /// A constant current makes its neuron fire in a pattern that is at least a given one, compared from the first step on (a spike is more
    /// than none), or less. The greater current of two always has the greater pattern, whatever the reset.
    /// </summary>
    /// <param name="Neuron">The neuron.</param>
    /// <param name="Fires">The pattern, by step.</param>
    /// <param name="AtLeast">One side.</param>
    /// <param name="Less">The other.</param>
    public sealed record Pattern(int Neuron, IReadOnlyList<bool> Fires, ProofNode AtLeast, ProofNode Less) : ProofNode;

    /// <summary>A pixel is at most a value, or at least.</summary>
    /// <param name="Index">The pixel.</param>
    /// <param name="Value">The value.</param>
    /// <param name="Below">One side.</param>
    /// <param name="Above">The other.</param>
    public sealed record Pixel(int Index, double Value, ProofNode Below, ProofNode Above) : ProofNode;

    /// <summary>An entry of a recording is kept or flipped.</summary>
    /// <param name="Step">Its frame.</param>
    /// <param name="Index">Its place in the frame.</param>
    /// <param name="Kept">One side.</param>
    /// <param name="Flipped">The other.</param>
    public sealed record Entry(int Step, int Index, ProofNode Kept, ProofNode Flipped) : ProofNode;

    /// <summary>Contradictory splits.</summary>
    public sealed record Empty : ProofNode;

    /// <summary>Intervals and counts of spikes.</summary>
    public sealed record Counts : ProofNode;

    /// <summary>Lines with given slopes.</summary>
    /// <param name="Slopes">Layer by layer, neuron by neuron, step by step.</param>
    public sealed record Lines(IReadOnlyList<float> Slopes) : ProofNode;
}
