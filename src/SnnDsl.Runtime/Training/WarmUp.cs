namespace SnnDsl.Training;

/// <summary>Natural epochs before the run proper, with a learning rate of their own; the optimiser starts afresh after them.</summary>
/// <param name="Epochs">How many, at least 1.</param>
/// <param name="LearningRate">Their learning rate, greater than 0.</param>
public sealed record WarmUp(int Epochs, double LearningRate);
