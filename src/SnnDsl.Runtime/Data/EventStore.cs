using static TorchSharp.torch;

namespace SnnDsl.Data;

/// <summary>Binned event recordings, a bit a cell: 34 x 34 pixels and 2 polarities make 289 bytes a step.</summary>
internal sealed class EventStore(int steps, IReadOnlyList<byte[]> cells, IReadOnlyList<string> hashes) : SampleStore
{
    /// <summary>The eight floats, 0 or 1, that a byte of cells stands for, lowest bit first.</summary>
    private static readonly float[] Unpacked =
        [.. Enumerable.Range(0, 256).SelectMany(value => Enumerable.Range(0, 8).Select(bit => (float)(value >> bit & 1)))];

    public override long[] InputShape => [steps, EventRecording.Polarities, EventRecording.Height, EventRecording.Width];

    public override Tensor Inputs(ReadOnlySpan<int> rows)
    {
        long[] shape = [steps, rows.Length, EventRecording.Polarities, EventRecording.Height, EventRecording.Width];
        return Fill(shape, rows, (values, rows) =>
        {
            for (int b = 0; b < rows.Length; b++)
            {
                ReadOnlySpan<byte> recording = cells[rows[b]];
                for (int t = 0; t < steps; t++)
                {
                    Span<float> target = values.Slice((t * rows.Length + b) * EventRecording.CellsPerStep, EventRecording.CellsPerStep);
                    ReadOnlySpan<byte> step = recording.Slice(t * EventRecording.BytesPerStep, EventRecording.BytesPerStep);
                    for (int i = 0; i < step.Length; i++) Unpacked.AsSpan(8 * step[i], 8).CopyTo(target[(8 * i)..]);
                }
            }
        });
    }

    public override string Hash(int row) => hashes[row];
}
