namespace SnnDsl.Evaluation.Records;

/// <summary>The spikes of one layer that the membranes' bounds leave open: lower bound at most the threshold, upper bound above it.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Steps">How many of its neurons are open at each time step, [T].</param>
/// <param name="Neurons">How many neurons it has.</param>
public sealed record UnstableSpikes(string Layer, int[] Steps, int Neurons);
