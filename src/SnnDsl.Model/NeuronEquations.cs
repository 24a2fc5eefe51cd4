namespace SnnDsl.Model;

/// <summary>
/// A spiking neuron as data: a few numbers that it keeps from step to step, and one step in affine maps. Everything that is done with neurons
/// (forward, backward, bounds) can be derived from it.
/// <code>
/// y  = A x + B I + c                 integrate: x is what the last step left, 0 at first; I is the current
/// s  = 1 if w . y > threshold        fire; at the threshold, too, where the rule says so
/// x' = P1 y + q1 if s, else P0 y + q0
/// </code>
/// </summary>
/// <remarks>Equality: all of it, the states' names included.</remarks>
public sealed partial record NeuronEquations
{
    /// <summary>Writes down a neuron.</summary>
    /// <param name="states">The states' names, d of them: C# identifiers.</param>
    /// <param name="decay">A, d x d.</param>
    /// <param name="input">B, d numbers.</param>
    /// <param name="bias">c, d numbers.</param>
    /// <param name="guard">w, d numbers, not all 0.</param>
    /// <param name="spike">When it fires.</param>
    /// <param name="silent">What a step without a spike leaves.</param>
    /// <param name="fired">What a spike leaves.</param>
    /// <exception cref="ArgumentException">Sizes do not fit, nothing can make the neuron fire, or a constant has no meaning.</exception>
    public NeuronEquations(
        IEnumerable<string> states, Coefficients decay, Coefficients input, Coefficients bias, Coefficients guard, SpikeRule spike,
        Successor silent, Successor fired)
    {
        States = new Names(states);
        (Decay, Input, Bias, Guard, Spike, Silent, Fired) = (decay, input, bias, guard, spike, silent, fired);
        Require(Size > 0 && States.Distinct().Count() == Size && States.All(IsName), "A neuron's states have distinct names, of letters and digits.");
        Require(new[] { input, bias, guard, silent.Offset, fired.Offset }.All(vector => vector.Rows == 1 && vector.Columns == Size)
            && new[] { decay, silent.Matrix, fired.Matrix }.All(matrix => matrix.Rows == Size && matrix.Columns == Size),
            $"A neuron of {Size} states has vectors of {Size} numbers and matrices of {Size} x {Size}.");
        Require(!guard.IsZero(0), "A neuron's guard weighs at least one state.");
        Require(IsFinite(spike.Threshold) && IsFinite(spike.Width) && spike.Width > 0, "A threshold is a finite number, and a surrogate's width is above 0.");
        Require(Enum.IsDefined(typeof(SurrogateFunction), spike.Surrogate), "There is no such surrogate.");
    }

    /// <summary>The states' names.</summary>
    public Names States { get; }

    /// <summary>d, how many numbers a neuron keeps.</summary>
    public int Size => States.Count;

    /// <summary>A: what of the last step's states is left.</summary>
    public Coefficients Decay { get; }

    /// <summary>B: what the current adds.</summary>
    public Coefficients Input { get; }

    /// <summary>c: what every step adds.</summary>
    public Coefficients Bias { get; }

    /// <summary>w: what the threshold is compared with, w . y.</summary>
    public Coefficients Guard { get; }

    /// <summary>When it fires.</summary>
    public SpikeRule Spike { get; }

    /// <summary>What a step without a spike leaves.</summary>
    public Successor Silent { get; }

    /// <summary>What a spike leaves.</summary>
    public Successor Fired { get; }

    /// <summary>The canonical text: one line, every number exact.</summary>
    public override string ToString() => NeuronText.Write(this);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">It is no such text.</exception>
    public static NeuronEquations Parse(string text) => NeuronText.Read(text);

    private static bool IsFinite(float value) => !float.IsNaN(value) && !float.IsInfinity(value);

    private static bool IsName(string name) =>
        name.Length > 0 && name.All(c => c is '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9')) && !char.IsDigit(name[0]);

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new ArgumentException(what);
        }
    }
}
