using SnnDsl.Model;

namespace SnnDsl.Generator.Model;

/// <summary>What a spike does to the membrane.</summary>
/// <remarks>Equality: kind and value.</remarks>
/// <param name="Kind">What it does.</param>
/// <param name="Value">The membrane after a hard reset; 0 for the others.</param>
internal sealed record MembraneReset(ResetKind Kind, float Value)
{
    /// <summary>The value as equations have it: null where the threshold is subtracted.</summary>
    public float? Constant => Kind == ResetKind.Soft ? null : Value;

    /// <summary>Equations that reset a state, as this one says it: without a reset they lose it.</summary>
    /// <param name="equations">The equations.</param>
    /// <param name="state">The state's name.</param>
    public NeuronEquations Of(NeuronEquations equations, string state) => Kind == ResetKind.None ? equations.WithoutReset(state) : equations;

    /// <summary>", u = 0 after a spike": what a spike does to a state, in words; nothing where it does nothing.</summary>
    /// <param name="state">The state's name.</param>
    /// <param name="threshold">The threshold.</param>
    public string After(string state, float threshold) => Kind switch
    {
        ResetKind.Hard => $", {state} = {Numbers.Plain(Value)} after a spike",
        ResetKind.Soft => $", {state} = {state} - {Numbers.Plain(threshold)} after a spike",
        _ => "",
    };
}
