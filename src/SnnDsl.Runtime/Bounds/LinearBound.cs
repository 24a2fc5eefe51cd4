using static TorchSharp.torch;

namespace SnnDsl.Bounds;

/// <summary>The result of a linear bound.</summary>
/// <param name="Lower">Lower bounds of the rows over all perturbed inputs, [B, K].</param>
/// <param name="Coefficients">Coefficients on the input, [B, K, ...] under direct encoding, else [S, B, K, ...].</param>
/// <param name="Constants">Constants [B, K], or null for 0: row &gt;= Coefficients . input + Constants.</param>
public sealed record LinearBound(Tensor Lower, Tensor Coefficients, Tensor? Constants);
