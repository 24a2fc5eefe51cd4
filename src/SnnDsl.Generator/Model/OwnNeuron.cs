using SnnDsl.Model;

namespace SnnDsl.Generator.Model;

/// <summary>A neuron of the user's own, as its code says it.</summary>
/// <remarks>Equality: both.</remarks>
/// <param name="TypeName">The type's name, for comments.</param>
/// <param name="Equations">Its equations, with any surrogate.</param>
internal sealed record OwnNeuron(string TypeName, NeuronEquations Equations);
