using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Planning;

/// <summary>
/// The kernels of one kind of neuron, which all layers of a compilation that have it share. They are most of the emitted text and depend on
/// little: an edit of anything else, such as a layer's size, leaves them as they are.
/// </summary>
/// <remarks>Equality: every value.</remarks>
/// <param name="Neuron">The neuron's constants.</param>
/// <param name="SpellsTypes">Whether locals state their types.</param>
/// <param name="Network">The full metadata name of a network that has the neuron: of it a fault is told.</param>
internal sealed record PlannedKernel(NeuronModel Neuron, bool SpellsTypes, string Network);
