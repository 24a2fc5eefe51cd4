using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>What an attack found for a batch: of every sample the point with the least margin, as the forward pass replayed it.</summary>
/// <param name="Inputs">The points, shaped as the inputs were.</param>
/// <param name="Logits">Their logits, [B, classes].</param>
/// <param name="Predictions">Their predictions, int64 [B].</param>
/// <param name="Margins">Their least margin over all rivals, [B].</param>
/// <param name="Broken">Whether the prediction is not the label, bool [B]; also true where it never was.</param>
/// <param name="Distances">
/// How far the points are from the inputs, float64 [B]: the largest change of a pixel, or the number of flips; 0 where the input itself
/// is predicted wrong.
/// </param>
public sealed record AttackResult(Tensor Inputs, Tensor Logits, Tensor Predictions, Tensor Margins, Tensor Broken, Tensor Distances);
