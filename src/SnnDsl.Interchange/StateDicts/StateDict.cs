using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Interchange;

/// <summary>
/// The tensors of a trained module of another library, by name and in the order in which it was saved: a PyTorch file (<c>torch.save</c>, .pt or
/// .pth) or safetensors. Reading one runs no code: of a pickle only what makes up a state dict is understood, everything else is refused by its name.
/// </summary>
/// <remarks>
/// <code>
/// using var state = StateDict.Load("model.pth");
/// network.LoadStateDict(state);
/// </code>
/// Dispose it: it owns its tensors.
/// </remarks>
public sealed class StateDict : IDisposable
{
    // Under which keys training scripts keep the state dict in a checkpoint.
    private static readonly string[] Customary = ["state_dict", "model_state_dict", "model", "net"];

    private StateDict(string path, OrderedDictionary<string, Tensor> tensors) => (Path, Tensors) = (path, tensors);

    /// <summary>The file that it was read from.</summary>
    public string Path { get; }

    /// <summary>The tensors, on the CPU, in the file's order.</summary>
    public OrderedDictionary<string, Tensor> Tensors { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">A .pt or .pth file of PyTorch 1.6 or newer, or safetensors: its content says which.</param>
    /// <param name="key">
    /// Where a PyTorch file holds more than one dictionary of tensors (a checkpoint with an optimiser's): which. Null takes the only one, or the one under
    /// <c>state_dict</c>, <c>model_state_dict</c>, <c>model</c> or <c>net</c>.
    /// </param>
    /// <exception cref="InterchangeException">The file is absent or damaged, holds something else than tensors, or lacks the key.</exception>
    /// <exception cref="SafeTensorsException">It is a damaged safetensors file.</exception>
    public static StateDict Load(string path, string? key = null)
    {
        if (!TorchArchive.IsArchive(path))
        {
            if (TorchArchive.IsLegacy(path))
            {
                throw new InterchangeException($"'{path}' was saved by a PyTorch before 1.6: load it there and save it again.");
            }

            // Any other file says itself, by the messages of safetensors, what it is not.
            return new(path, SafeTensors.Read(path).Tensors);
        }

        using var archive = new TorchArchive(path);
        var root = archive.Read();
        var chosen = Choose(path, root, key);
        var tensors = new OrderedDictionary<string, Tensor>(StringComparer.Ordinal);
        var result = new StateDict(path, tensors);
        try
        {
            foreach (var (name, value) in chosen.Entries)
            {
                tensors.Add((string)name, archive.Make((string)name, (PickledTensor)value!));
            }

            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>Disposes all tensors.</summary>
    public void Dispose()
    {
        foreach (var tensor in Tensors.Values)
        {
            tensor.Dispose();
        }
    }

    private static PickledDictionary Choose(string path, object? root, string? key)
    {
        if (root is not PickledDictionary all)
        {
            throw new InterchangeException($"'{path}' holds {PickledText.Of(root)}, not a state dict: save it by torch.save(model.state_dict(), path).");
        }

        if (key is null && IsStateDict(all))
        {
            return all;
        }

        var inside = all.Entries.Where(entry => entry.Key is string && entry.Value is PickledDictionary one && IsStateDict(one)).ToList();
        string[] names = [.. inside.Select(entry => (string)entry.Key)];
        string? wanted = key ?? (names.Length == 1 ? names[0] : Customary.FirstOrDefault(names.Contains));
        if (wanted is not null && inside.FirstOrDefault(entry => (string)entry.Key == wanted).Value is PickledDictionary found)
        {
            return found;
        }

        throw new InterchangeException(
            $"'{path}' holds {(key is null ? "no state dict" : $"no state dict under '{key}'")}: its keys are {string.Join(", ", all.Entries.Select(entry => $"{PickledText.Of(entry.Key)} ({PickledText.Of(entry.Value)})"))}"
            + (names.Length > 0 ? $"; name one of {string.Join(", ", names)}." : "; save model.state_dict() alone."));
    }

    private static bool IsStateDict(PickledDictionary dictionary) =>
        dictionary.Entries.Count > 0 && dictionary.Entries.All(entry => entry.Key is string && entry.Value is PickledTensor);
}
