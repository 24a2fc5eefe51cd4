using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Interchange;

/// <summary>Finds the saved module of every module of a network that has weights: by its name, or else in order.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="targets">The network's state dict.</param>
/// <param name="description">The network.</param>
/// <param name="convert">Whether numbers may be rounded.</param>
internal sealed class WeightMatch(string path, IReadOnlyDictionary<string, Tensor> targets, NetworkDescription description, bool convert)
{
    // Files of old lack it, and nothing but training with a momentum of its own reads it.
    private const string Count = "num_batches_tracked";

    // What a learned neuron holds comes from the file's neurons.
    private static readonly string[] OfNeurons = ["decay_logit", "threshold_log"];

    private sealed record Target(string Module, IReadOnlyList<string> Parts);

    /// <summary>What to copy where, and the names.</summary>
    public (List<(string Name, Tensor Value)> Copies, List<(string From, string To)> Renamed) Match(IReadOnlyList<SavedModule> saved)
    {
        var wanted = Targets();
        var free = saved.ToList();
        var pairs = new Dictionary<Target, SavedModule>();
        foreach (var target in wanted)
        {
            if (free.Find(module => module.Name == target.Module) is { } same)
            {
                pairs.Add(target, same);
                free.Remove(same);
            }
        }

        var open = wanted.Where(target => !pairs.ContainsKey(target)).ToList();
        if (open.Count != free.Count)
        {
            string named = pairs.Count == 0 ? "" : $" besides the {pairs.Count} of the same name";
            throw Wrong(
                $"holds {Modules(free.Count)} with weights{named} ({Names(free.Select(module => module.Name))}), but {description.Name} has {open.Count} ({Names(open.Select(target => target.Module))}): "
                + (Recurrent(free.Select(module => module.Name)) is { Count: > 0 } back && back.Count != Recurrent(open.Select(target => target.Module)).Count
                    ? $"spikes come back in {Names(back)}, so write Recurrent = true, or with one weight for each neuron RecurrentDiagonal = true, too, in the attributes of those neurons"
                    : "give the network that the weights are of, or say which is which (--rename FROM=TO, StateDictOptions.Renames)"));
        }

        foreach (var (target, module) in open.Zip(free))
        {
            pairs.Add(target, module);
        }

        var (copies, renamed) = (new List<(string, Tensor)>(), new List<(string, string)>());
        foreach (var target in wanted)
        {
            var module = pairs[target];
            CheckParts(target, module);
            foreach (string part in target.Parts.Where(module.Tensors.ContainsKey))
            {
                var (from, value) = module.Tensors[part];
                string to = $"{target.Module}.{part}";
                copies.Add((to, Fit(from, value, to)));
                renamed.Add((from, to));
            }
        }

        return (copies, renamed);
    }

    // In the order of the layers, whatever that of the fields is.
    private List<Target> Targets() =>
    [
        .. targets.Keys
            .Select(name => (Module: name[..name.LastIndexOf('.')], Part: name[(name.LastIndexOf('.') + 1)..]))
            .Where(name => !OfNeurons.Contains(name.Part))
            .GroupBy(name => name.Module, name => name.Part)
            .OrderBy(group => description.Layers.Select(layer => layer.Name).ToList().IndexOf(group.Key.Split('.')[0]))
            .Select(group => new Target(group.Key, [.. group])),
    ];

    private string AnotherLayer => $"it is another layer, or the layers stand in another order: say which is which (--rename FROM=TO, StateDictOptions.Renames), TO one of {Names(Targets().Select(target => target.Module))}";

    private void CheckParts(Target target, SavedModule module)
    {
        if (module.Tensors.Keys.FirstOrDefault(part => !target.Parts.Contains(part)) is { } extra)
        {
            throw Wrong($"holds {module.Tensors[extra].Saved}, but {target.Module} of {description.Name} has {Names(target.Parts)}"
                + (extra == "bias" && module.Tensors.Count == target.Parts.Count + 1 && !target.Module.Contains('.') ? $": write Bias = true in {target.Module}'s attribute" : ": it is another layer, or none that can be imported"));
        }

        if (target.Parts.FirstOrDefault(part => part != Count && !module.Tensors.ContainsKey(part)) is { } missing)
        {
            throw Wrong($"holds no {missing} of '{module.Name}' for {target.Module}.{missing}"
                + (missing == "bias" && !target.Module.Contains('.') ? $": write Bias = false in {target.Module}'s attribute" : $": {AnotherLayer}"));
        }
    }

    private static List<string> Recurrent(IEnumerable<string> modules) => [.. modules.Where(module => module.EndsWith(".recurrent", StringComparison.Ordinal))];

    private Tensor Fit(string from, Tensor value, string to)
    {
        var target = targets[to];
        // One weight may stand for all neurons whose spikes come back to themselves.
        value = value.numel() == 1 && target.dim() == 1 && to.EndsWith(".recurrent.weight", StringComparison.Ordinal) ? value.reshape(1).expand(target.shape) : value;
        if (!value.shape.AsSpan().SequenceEqual(target.shape))
        {
            throw Wrong($"holds {from} of [{string.Join(", ", value.shape)}], but {to} is [{string.Join(", ", target.shape)}]: {AnotherLayer}");
        }

        bool isExact = value.dtype == target.dtype || (value.is_floating_point() && target.is_floating_point() && value.ElementSize < target.ElementSize);
        if (!isExact && !(convert && value.is_floating_point() && target.is_floating_point()))
        {
            throw Wrong($"holds {from} in {value.dtype}, but {to} is {target.dtype}: " + (value.is_floating_point() && target.is_floating_point()
                ? "ask for the conversion (--convert, StateDictOptions.Convert), for a certificate is about the rounded numbers"
                : "these are no weights"));
        }

        var converted = value.to(target.dtype);
        if (converted.is_floating_point())
        {
            using var finite = isfinite(converted);
            long bad = converted.numel() - finite.sum().item<long>();
            if (bad > 0)
            {
                throw Wrong($"holds {from}, of which {bad} of the {converted.numel()} values are NaN or infinite{(isExact ? "" : $" in {target.dtype}")}");
            }
        }

        return converted;
    }

    private static string Modules(int count) => count == 1 ? "1 module" : $"{count} modules";

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(name => name.Length == 0 ? "''" : name)) is { Length: > 0 } all ? all : "none";

    private InterchangeException Wrong(string what) => new($"'{path}' {what}.");
}
