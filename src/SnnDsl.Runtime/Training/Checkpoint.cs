using System.Text.Json;
using SnnDsl.Networks;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Training;

/// <summary>
/// A run between two epochs in one safetensors file: the weights as <c>weights/NAME</c>, the optimiser's state as
/// <c>optimiser/NAME</c>, the best weights so far as <c>best/NAME</c>, and the options and the position as JSON in the header. One file, moved into place whole.
/// </summary>
internal static class Checkpoint
{
    private const string WeightPrefix = "weights/";
    private const string StatePrefix = "optimiser/";
    private const string BestPrefix = "best/";
    private const string PositionKey = "snndsl.training";

    /// <summary>Writes a checkpoint.</summary>
    public static void Save(string path, SpikingModule network, Optimiser optimiser, Position position, Validation? validation) => SafeTensors.Write(
        path,
        [
            .. network.state_dict().Select(entry => (WeightPrefix + entry.Key, entry.Value)),
            .. optimiser.State.Select(entry => (StatePrefix + entry.Name, entry.Value)),
            .. (validation?.BestWeights ?? []).Select(entry => (BestPrefix + entry.Key, entry.Value)),
        ],
        new Dictionary<string, string> { [PositionKey] = JsonSerializer.Serialize(position with { Best = validation?.Best }, PositionJson.Default.Position) });

    /// <summary>Reads a checkpoint into a network and an optimiser: all of it or nothing.</summary>
    /// <returns>How many epochs are complete.</returns>
    /// <exception cref="TrainingException">It is not a checkpoint of this run.</exception>
    public static int Load(string path, SpikingModule network, Optimiser optimiser, Position expected, Validation? validation)
    {
        using var file = Read(path);
        var position = PositionOf(file, path);
        string? difference = position switch
        {
            _ when position.Architecture != expected.Architecture => $"another architecture than {network.Description.Name}",
            _ when position.Data != expected.Data => $"other data ({position.Data}, not {expected.Data})",
            _ when position.Options != expected.Options => "other options",
            _ => null,
        };
        if (difference is not null)
        {
            throw new TrainingException(
                $"The checkpoint '{path}' is of {difference}: resume with the command that began the run, or start afresh without it.");
        }

        (string Name, Tensor Value)[] targets =
        [
            .. network.state_dict().Select(entry => (WeightPrefix + entry.Key, entry.Value)),
            .. optimiser.State.Select(entry => (StatePrefix + entry.Name, entry.Value)),
        ];
        if (position.Best is not null)
        {
            targets = [.. targets, .. network.state_dict().Select(entry => (BestPrefix + entry.Key, entry.Value))];
        }

        foreach (var (name, target) in targets)
        {
            if (!file.Tensors.TryGetValue(name, out var value) || !value.shape.SequenceEqual(target.shape) || value.dtype != target.dtype)
            {
                throw new TrainingException($"The checkpoint '{path}' has no '{name}' of the right shape and type: start afresh without it.");
            }
        }

        using (no_grad())
        {
            foreach (var (name, target) in targets.Where(target => !target.Name.StartsWith(BestPrefix, StringComparison.Ordinal)))
            {
                target.copy_(file.Tensors[name]);
            }
        }

        if (validation is not null && position.Best is { } best)
        {
            validation.Best = best;
            foreach (var (name, value) in network.state_dict())
            {
                validation.BestWeights[name] = file.Tensors[BestPrefix + name].to(value.device, copy: true).DetachFromDisposeScope();
            }
        }

        optimiser.Updates = position.Updates;
        return position.Epochs;
    }

    private static SafeTensorsFile Read(string path)
    {
        try
        {
            return SafeTensors.Read(path);
        }
        catch (SafeTensorsException error)
        {
            throw new TrainingException($"The checkpoint cannot be taken up: {error.Message}", error);
        }
    }

    private static Position PositionOf(SafeTensorsFile file, string path)
    {
        try
        {
            if (file.Metadata.TryGetValue(PositionKey, out string? text) && JsonSerializer.Deserialize(text, PositionJson.Default.Position) is { } position)
            {
                return position;
            }
        }
        catch (JsonException error)
        {
            throw new TrainingException($"The checkpoint '{path}' does not say where its run stands: start afresh without it.", error);
        }

        throw new TrainingException($"'{path}' holds no training run; weights alone cannot be resumed, but a run can start from them.");
    }
}
