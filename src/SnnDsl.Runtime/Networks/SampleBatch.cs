using SnnDsl.Data;
using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Evaluation;

/// <summary>Some samples of a data set, where a network wants them.</summary>
/// <param name="Inputs">Pixels [B, ...] or event frames [T, B, ...], on the network's device and in its type.</param>
/// <param name="Labels">int64 [B], on the network's device.</param>
/// <param name="Indices">Their indices in the published data set, which Poisson noise depends on.</param>
internal sealed record SampleBatch(Tensor Inputs, Tensor Labels, ReadOnlyMemory<long> Indices)
{
    /// <summary>Loads samples.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The data set.</param>
    /// <param name="positions">Positions in the data set.</param>
    /// <param name="change">What makes other inputs of the data set's, given their indices; null for nothing.</param>
    public static SampleBatch Load(SpikingModule network, Dataset data, int[] positions, Func<Tensor, long[], Tensor>? change = null)
    {
        var weight = network.parameters().First();
        long[] indices = Array.ConvertAll(positions, position => data.Indices[position]);
        var inputs = data.Inputs(positions);
        return new(
            (change?.Invoke(inputs, indices) ?? inputs).to(weight.dtype).to(weight.device),
            data.LabelsAt(positions).to(weight.device),
            indices);
    }

    /// <summary>Checks that a data set can be fed to a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The data set.</param>
    /// <exception cref="ArgumentException">It is empty, or its shape or classes do not fit.</exception>
    public static void Check(SpikingModule network, Dataset data)
    {
        var description = network.Description;
        bool recordings = description.Encoding == Encoding.Spikes;
        var shape = data.InputShape.Skip(recordings ? 1 : 0).ToArray();
        if (data.Count == 0)
        {
            throw new ArgumentException($"{data.Name} ({data.Split}) holds no sample.", nameof(data));
        }

        if (!shape.SequenceEqual(description.InputShape))
        {
            throw new ArgumentException(
                $"{description.Name} takes inputs of {string.Join('x', description.InputShape)}, but those of {data.Name} are {string.Join('x', shape)}: "
                + "choose the model that fits the data.", nameof(data));
        }

        if (data.Classes > description.Classes)
        {
            throw new ArgumentException(
                $"{data.Name} has {data.Classes} classes, but {description.Name} tells only {description.Classes} apart.", nameof(data));
        }
    }
}
