namespace SnnDsl.Training;

/// <summary>What a checkpoint says besides tensors.</summary>
/// <param name="Options">The run's options.</param>
/// <param name="Architecture">The hash of the network's architecture.</param>
/// <param name="Data">Which samples it is trained on.</param>
/// <param name="Epochs">How many epochs are complete.</param>
/// <param name="Updates">How many updates the optimiser has made since it last started afresh.</param>
/// <param name="Best">The epoch that did best on the samples kept aside; null for none.</param>
internal sealed record Position(TrainingOptions Options, string Architecture, string Data, int Epochs, long Updates, BestEpoch? Best = null);
