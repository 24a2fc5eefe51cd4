using static TorchSharp.torch;

namespace SnnDsl.Verification.Records;

/// <summary>A tensor's values as plain arrays.</summary>
internal static class Sample
{
    /// <summary>A batch of one: the pixels [1], or by step the entries of a recording, flattened.</summary>
    /// <param name="input">[1, ...], or [T, 1, ...] for recordings.</param>
    /// <param name="isRecording">Whether the first dimension is time.</param>
    public static float[][] Values(Tensor input, bool isRecording)
    {
        float[] values = Numbers(input);
        int steps = isRecording ? (int)input.shape[0] : 1;
        return [.. values.Chunk(values.Length / steps)];
    }

    /// <summary>All values in row-major order.</summary>
    public static float[] Numbers(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().to(ScalarType.Float32).contiguous().flatten().data<float>().ToArray();
    }
}
