using static TorchSharp.torch;

namespace SnnDsl.Data;

/// <summary>Copies inputs and labels of one's own out of tensors, with one sentence for each way in which they do not fit.</summary>
internal static class TensorSamples
{
    private const long LatestTime = 1L << 61;

    /// <summary>Pixels or features, [N, ...].</summary>
    public static SampleStore Inputs(Tensor inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        long[] shape = Shape(inputs, 1, "[N, features] or [N, C, H, W]", nameof(inputs));
        switch (inputs.dtype)
        {
            case ScalarType.Byte:
                return new PixelStore(shape, Copy<byte>(inputs));
            case ScalarType.Float32:
                float[] values = Copy<float>(inputs);
                int size = SampleStore.SizeOf(shape), bad = Array.FindIndex(values, value => !float.IsFinite(value));
                return bad < 0 ? new ValueStore(shape, values)
                    : throw new ArgumentException(FormattableString.Invariant($"Value {bad % size} of input {bad / size} is {values[bad]}; inputs must be finite."), nameof(inputs));
            default:
                throw new ArgumentException($"Inputs are {inputs.dtype}; convert them to float32, or give uint8, of which each value is divided by 255.", nameof(inputs));
        }
    }

    /// <summary>Recorded spikes, [N, T, ...].</summary>
    public static SampleStore Spikes(Tensor spikes)
    {
        ArgumentNullException.ThrowIfNull(spikes);
        long[] shape = Shape(spikes, 2, "[N, T, features] or [N, T, C, H, W]", nameof(spikes));
        if (spikes.dtype is not (ScalarType.Bool or ScalarType.Byte or ScalarType.Float32))
            throw new ArgumentException($"Spikes are {spikes.dtype}; give bool, uint8 or float32 of 0 and 1.", nameof(spikes));
        if (shape[0] > int.MaxValue) throw new ArgumentException($"Recordings of {shape[0]} steps cannot be held.", nameof(spikes));
        var frames = new SpikeFrames((int)shape[0], shape[1..]);
        var cells = new byte[spikes.shape[0]][];
        for (int i = 0; i < cells.Length; i++)
        {
            // One recording at a time: a copy of all of them would take eight times as much as is kept, or more.
            using Tensor one = spikes[i], asFloats = one.to(ScalarType.Float32);
            cells[i] = Pack(Copy<float>(asFloats), frames, i);
        }
        return new SpikeStore(frames, cells);
    }

    /// <summary>The classes, [N].</summary>
    public static long[] Labels(Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.dtype is not (ScalarType.Int64 or ScalarType.Int32 or ScalarType.Int16 or ScalarType.Int8 or ScalarType.Byte))
            throw new ArgumentException($"Labels are {labels.dtype}; give integers, the number of each input's class, from 0.", nameof(labels));
        if (labels.dim() != 1)
            throw new ArgumentException($"Labels have shape [{string.Join(", ", labels.shape)}]; give [N], one for each input.", nameof(labels));
        using Tensor wide = labels.to(ScalarType.Int64);
        return Copy<long>(wide);
    }

    /// <summary>A recording's bits.</summary>
    /// <param name="values">Its cells [T, ...], each 0 or 1.</param>
    /// <param name="frames">How they are laid out.</param>
    /// <param name="number">Which recording it is, for messages.</param>
    public static byte[] Pack(ReadOnlySpan<float> values, SpikeFrames frames, long number)
    {
        byte[] cells = frames.Empty();
        for (int step = 0, i = 0; step < frames.Steps; step++)
        {
            for (int cell = 0; cell < frames.CellsPerStep; cell++, i++)
            {
                if (values[i] == 1) frames.Set(cells, step, cell);
                else if (values[i] != 0)
                    throw new ArgumentException(FormattableString.Invariant($"Cell {cell} of step {step} of recording {number} is {values[i]}; spikes are 0 or 1."), nameof(values));
            }
        }
        return cells;
    }

    /// <summary>Checks that a recording's events lie in its frame, and that their times can be subtracted.</summary>
    public static void Check(ReadOnlySpan<SensorEvent> events, SpikeFrames frames, int number)
    {
        foreach (SensorEvent e in events)
        {
            if ((uint)e.Cell >= (uint)frames.CellsPerStep)
                throw new ArgumentException($"Recording {number} has an event in cell {e.Cell}, outside a frame of {string.Join('x', frames.Shape)}.", nameof(events));
            if (e.Time is < -LatestTime or > LatestTime)
                throw new ArgumentException($"Recording {number} has an event at time {e.Time}; times lie between -2^61 and 2^61.", nameof(events));
        }
    }

    private static long[] Shape(Tensor tensor, int leading, string wanted, string name) =>
        tensor.dim() > leading && !tensor.shape.Contains(0) ? tensor.shape[1..]
            : throw new ArgumentException($"The tensor has shape [{string.Join(", ", tensor.shape)}]; give {wanted}, no size 0.", name);

    private static T[] Copy<T>(Tensor tensor)
        where T : unmanaged
    {
        if (tensor.NumberOfElements > Array.MaxLength)
            throw new ArgumentException($"{tensor.NumberOfElements} values are more than one data set can hold: {Array.MaxLength}.", nameof(tensor));
        using var scope = NewDisposeScope();
        Tensor plain = tensor.detach().cpu().contiguous();
        return plain.data<T>().ToArray();
    }
}
