using SnnDsl.Generator.Model;
using SnnDsl.Model;

namespace SnnDsl.Generator.Layers;

/// <summary>Integrate-and-fire neurons with options that the fused kernels do not know: they go by their equations.</summary>
/// <remarks>Equality: name, whether it leaks, equations and reset.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="Leaks">Whether it was declared as [Lif], rather than as [If].</param>
/// <param name="Equations">The neurons, with the state u.</param>
/// <param name="Reset">What a spike does to u.</param>
internal sealed record LifByEquationsLayer(string Name, bool Leaks, NeuronEquations Equations, MembraneReset Reset)
    : EquationsLayer(Name, Equations)
{
    /// <inheritdoc/>
    public override LayerKind Kind => Leaks ? LifLayer.OwnKind : IfLayer.OwnKind;

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) =>
        $"u = {Term(Equations.Decay[0], "u")} + {Term(Equations.Input[0], "I")}, {Fires("u")}{Reset.After("u", Equations.Spike.Threshold)}";
}
