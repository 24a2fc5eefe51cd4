using static TorchSharp.torch;

namespace SnnDsl.Certification;

/// <summary>What a climb reached for some margins: the best bound of each, and the slopes of the lines that gave it.</summary>
/// <param name="Bounds">[P], one for each margin; the least number where nothing was found.</param>
/// <param name="Slopes">By layer, of a membrane or of a whole train's current, [S, P, N...] or [1, P, N...].</param>
internal sealed record ClimbedLines(Tensor Bounds, IReadOnlyList<Tensor> Slopes);
