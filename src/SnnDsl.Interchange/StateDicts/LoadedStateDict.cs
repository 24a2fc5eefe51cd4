namespace SnnDsl.Interchange;

/// <summary>What became of a state dict.</summary>
/// <param name="Renamed">Which of the file's tensors is which of the network's, in the network's order.</param>
/// <param name="Checked">The spiking layers whose constants stand in the file and were compared with the attributes.</param>
/// <param name="Unchecked">What the file does not say and the attributes must, a sentence each.</param>
public sealed record LoadedStateDict(
    IReadOnlyList<(string From, string To)> Renamed, IReadOnlyList<string> Checked, IReadOnlyList<string> Unchecked);
