using static TorchSharp.torch;

namespace SnnDsl.Evaluation.Cascade;

/// <summary>A perturbed input with a margin of at most 0, replayed.</summary>
/// <param name="Input">A batch of one, on the CPU.</param>
/// <param name="Prediction">The network's class for it.</param>
/// <param name="Margins">The margins there, rivals in ascending order.</param>
/// <param name="Distance">How far it is from the sample.</param>
internal sealed record Counterexample(Tensor Input, long Prediction, float[] Margins, double Distance);
