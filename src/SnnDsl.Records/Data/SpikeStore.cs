using System.Security.Cryptography;
using static TorchSharp.torch;

namespace SnnDsl.Data;

/// <summary>Recorded spikes, a bit a cell: 34 x 34 pixels and 2 polarities make 289 bytes a step.</summary>
/// <param name="frames">How one recording is laid out.</param>
/// <param name="cells">The bits of each recording.</param>
/// <param name="hashes">What names each recording; null: SHA-256 of its bits.</param>
internal sealed class SpikeStore(SpikeFrames frames, IReadOnlyList<byte[]> cells, IReadOnlyList<string>? hashes = null) : SampleStore
{
    /// <summary>The eight floats, 0 or 1, that a byte of cells stands for, lowest bit first.</summary>
    private static readonly float[] Unpacked =
        [.. Enumerable.Range(0, 256).SelectMany(value => Enumerable.Range(0, 8).Select(bit => (float)(value >> bit & 1)))];

    public override long[] InputShape => [frames.Steps, .. frames.Shape];

    public override Tensor Inputs(ReadOnlySpan<int> rows) => Fill([frames.Steps, rows.Length, .. frames.Shape], rows, (values, rows) =>
    {
        (int size, int bytes) = (frames.CellsPerStep, frames.BytesPerStep);
        for (int b = 0; b < rows.Length; b++)
        {
            ReadOnlySpan<byte> recording = cells[rows[b]];
            for (int t = 0; t < frames.Steps; t++)
            {
                Span<float> target = values.Slice((t * rows.Length + b) * size, size);
                ReadOnlySpan<byte> step = recording.Slice(t * bytes, bytes);
                for (int i = 0; i < step.Length; i++)
                {
                    Span<float> eight = target[(8 * i)..];
                    Unpacked.AsSpan(8 * step[i], Math.Min(8, eight.Length)).CopyTo(eight);
                }
            }
        }
    });

    public override string Hash(int row) => hashes is null ? Convert.ToHexStringLower(SHA256.HashData(cells[row])) : hashes[row];
}
