using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Planning;

/// <summary>The kernels of one kind of neuron.</summary>
/// <remarks>Equality: both values.</remarks>
/// <param name="Name">The emitted class's name.</param>
/// <param name="Neuron">The neuron's constants.</param>
internal sealed record PlannedKernel(string Name, NeuronModel Neuron);
