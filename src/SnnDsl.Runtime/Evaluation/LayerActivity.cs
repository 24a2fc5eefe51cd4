namespace SnnDsl.Evaluation;

/// <summary>How busy one spiking layer is, over many samples.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Neurons">How many neurons it has.</param>
/// <param name="FiringRate">The share of neurons and steps at which they fire, in the mean.</param>
/// <param name="Silent">How many neurons never fire, whatever the sample.</param>
/// <param name="Operations">Synaptic operations of a sample in the mean: weights that values other than zero met on their way to the layer.</param>
/// <param name="DenseOperations">The same if no value were zero.</param>
public sealed record LayerActivity(string Name, long Neurons, double FiringRate, long Silent, double Operations, double DenseOperations);
