using static TorchSharp.torch;

namespace SnnDsl.Serialization;

/// <summary>A module's weights in a safetensors file, under the names of its state dictionary, as PyTorch has them.</summary>
public static class Weights
{
    /// <summary>Loads all weights or none: every name, shape, type and value is checked before the first is copied.</summary>
    /// <param name="module">The module, on any device.</param>
    /// <param name="path">The file.</param>
    /// <returns>The file's metadata.</returns>
    /// <exception cref="SafeTensorsException">
    /// The file is absent or damaged; names are missing or unexpected; shapes differ; a value would change in the module's
    /// type; or a value is NaN or infinite.
    /// </exception>
    public static IReadOnlyDictionary<string, string> Load(nn.Module module, string path)
    {
        using SafeTensorsFile file = SafeTensors.Read(path);
        Dictionary<string, Tensor> targets = module.state_dict();
        CheckNames(targets, file, path);
        CheckShapes(targets, file, path);
        CheckFinite(file.Tensors, $"'{path}' cannot be loaded");
        using (no_grad())
        {
            foreach ((string name, Tensor target) in targets) target.copy_(file.Tensors[name]);
        }
        return file.Metadata;
    }

    /// <summary>Saves all weights, whole or not at all; an existing file is replaced only by a whole one.</summary>
    /// <param name="module">The module, on any device.</param>
    /// <param name="path">The file.</param>
    /// <param name="metadata">Free text to go with them.</param>
    /// <exception cref="SafeTensorsException">A weight is NaN or infinite: training has failed, and nothing is written.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(nn.Module module, string path, IReadOnlyDictionary<string, string>? metadata = null)
    {
        Dictionary<string, Tensor> state = module.state_dict();
        CheckFinite(state, $"'{path}' was not written");
        SafeTensors.Write(path, state.Select(entry => (entry.Key, entry.Value)), metadata);
    }

    /// <summary>The hash that names a module's weights (<see cref="SafeTensors.WeightsHash"/>).</summary>
    /// <param name="module">The module, on any device.</param>
    public static string Hash(nn.Module module) => SafeTensors.WeightsHash(module.state_dict().Select(entry => (entry.Key, entry.Value)));

    private static void CheckNames(Dictionary<string, Tensor> targets, SafeTensorsFile file, string path)
    {
        string[] missing = [.. targets.Keys.Where(name => !file.Tensors.ContainsKey(name))];
        string[] unexpected = [.. file.Tensors.Keys.Where(name => !targets.ContainsKey(name))];
        if (missing.Length + unexpected.Length == 0) return;
        string[] parts =
        [
            .. missing.Length > 0 ? [$"missing: {string.Join(", ", missing)}"] : Array.Empty<string>(),
            .. unexpected.Length > 0 ? [$"unexpected: {string.Join(", ", unexpected)}"] : Array.Empty<string>(),
        ];
        throw new SafeTensorsException($"The weights in '{path}' are not this model's ({string.Join("; ", parts)}); " +
            $"{WayOut(targets, file, path, missing, unexpected)}.");
    }

    // Renaming, leaving out or the right model: whatever would make the file fit, as the line of Python that saves it, or the command that imports it.
    private static string WayOut(Dictionary<string, Tensor> targets, SafeTensorsFile file, string path, string[] missing, string[] unexpected)
    {
        if (missing.Length == 0)
            return "leave out what the model does not have when you save: save_file({k: state[k] for k in state if k not in " +
                $"[{string.Join(", ", unexpected.Select(name => $"'{name}'"))}]}}, path)";
        // In order, each missing weight takes the next unexpected one of its shape.
        var free = unexpected.ToList();
        var renamed = new List<(string From, string To)>();
        foreach (string name in missing)
        {
            int at = free.FindIndex(other => file.Tensors[other].shape.AsSpan().SequenceEqual(targets[name].shape));
            if (at < 0) return $"give the model that they were trained for, or say which is which and write them anew: import --state-dict {path} --rename OLD=NEW --out FILE";
            renamed.Add((free[at], name));
            free.RemoveRange(0, at + 1);
        }
        string kept = string.Concat(targets.Keys.Except(missing).Select(name => $", '{name}': '{name}'"));
        return "their shapes fit in this order, so if they are the same layers, rename them when you save: save_file({new: state[old] for old, new in " +
            $"{{{string.Join(", ", renamed.Select(pair => $"'{pair.From}': '{pair.To}'"))}{kept}}}.items()}}, path), or write them anew: import --state-dict {path}{string.Concat(renamed.Select(pair => $" --rename {pair.From}={pair.To}"))} --out FILE";
    }

    private static void CheckShapes(Dictionary<string, Tensor> targets, SafeTensorsFile file, string path)
    {
        string[] differences = [.. targets.Select(target => (target.Key, Wanted: target.Value, Found: file.Tensors[target.Key]))
            .Where(t => !t.Found.shape.AsSpan().SequenceEqual(t.Wanted.shape) || !IsExact(t.Found, t.Wanted))
            .Select(t => $"{t.Key} is {Describe(t.Found)}, the model has {Describe(t.Wanted)}")];
        // A type that would be rounded has a way out, another shape has none.
        bool isType = targets.All(target => file.Tensors[target.Key].shape.AsSpan().SequenceEqual(target.Value.shape));
        if (differences.Length > 0)
            throw new SafeTensorsException($"The weights in '{path}' do not fit this model: {string.Join("; ", differences)}" +
                $"{(isType ? "; convert them when you save, for a certificate is about the rounded numbers: save_file({k: v.float() for k, v in state.items()}, path), or write them anew: import --state-dict {path} --convert --out FILE" : "")}.");
    }

    /// <summary>A certificate is for the weights in the file: a type in which they would be rounded is refused.</summary>
    private static bool IsExact(Tensor from, Tensor to) => from.dtype == to.dtype
        || from.is_floating_point() && to.is_floating_point() && from.ElementSize < to.ElementSize;

    private static void CheckFinite(IEnumerable<KeyValuePair<string, Tensor>> tensors, string consequence)
    {
        using var scope = NewDisposeScope();
        foreach ((string name, Tensor tensor) in tensors)
        {
            if (!tensor.is_floating_point()) continue;
            long bad = tensor.NumberOfElements - isfinite(tensor.detach()).sum().item<long>();
            if (bad > 0)
                throw new SafeTensorsException($"{consequence}: {bad} of the {tensor.NumberOfElements} values of {name} are " +
                    "NaN or infinite.");
        }
    }

    private static string Describe(Tensor tensor) => $"{SafeTensorsHeader.NameOf(tensor.dtype)} [{string.Join(", ", tensor.shape)}]";
}
