using static TorchSharp.torch;

namespace SnnDsl.Interchange;

/// <summary>The tensors of a state dict that share all of their names but the last part: one module.</summary>
/// <param name="Name">What they share: "0", "lif1", "features.3"; "" for tensors of no module.</param>
/// <param name="Tensors">The tensors by the last part: "weight", "beta". With the names that the file has for them.</param>
internal sealed record SavedModule(string Name, OrderedDictionary<string, (string Saved, Tensor Value)> Tensors)
{
    private const string Back = ".recurrent", OneToOne = "V";

    private static readonly string[] SnnTorch = ["threshold", "reset_mechanism_val", "graded_spikes_factor"];

    /// <summary>Whether it is snnTorch's neurons.</summary>
    public bool IsSnnTorch => SnnTorch.All(Tensors.ContainsKey);

    /// <summary>Whether it is SpikingJelly's ParametricLIFNode, which saves one number, w.</summary>
    public bool IsParametricLif => Tensors is { Count: 1 } && Tensors.TryGetValue("w", out var w) && w.Value.numel() == 1;

    /// <summary>What an attribute says of spikes that come back to these neurons, behind its other arguments; null where none do.</summary>
    public string? Recurrence { get; private init; }

    /// <summary>Whether it is neurons.</summary>
    public bool IsNeuron => IsSnnTorch || IsParametricLif;

    /// <summary>The modules of a state dict, in the order of their first tensors, under new names.</summary>
    /// <exception cref="InterchangeException">A new name is one of nothing, or of two tensors.</exception>
    public static IReadOnlyList<SavedModule> Of(StateDict state, IReadOnlyList<(string From, string To)> renames)
    {
        var modules = new OrderedDictionary<string, SavedModule>(StringComparer.Ordinal);
        var used = new bool[renames.Count];
        foreach (var (saved, value) in state.Tensors)
        {
            string name = saved;
            for (int i = 0; i < renames.Count; i++)
            {
                var (from, to) = renames[i];
                if (name == from || name.StartsWith(from + ".", StringComparison.Ordinal))
                {
                    (name, used[i]) = (to + name[from.Length..], true);
                }
            }

            int dot = name.LastIndexOf('.');
            string module = dot < 0 ? "" : name[..dot], part = name[(dot + 1)..];
            if (!modules.TryGetValue(module, out var existing))
            {
                modules.Add(module, existing = new(module, new(StringComparer.Ordinal)));
            }

            if (!existing.Tensors.TryAdd(part, (saved, value)))
            {
                throw new InterchangeException($"'{state.Path}' would have two tensors {name}: {existing.Tensors[part].Saved} and {saved} (renamed).");
            }
        }

        int unused = Array.IndexOf(used, false);
        return unused < 0
            ? [.. Recurrent(state.Path, modules)]
            : throw new InterchangeException(
                $"'{state.Path}' holds nothing named {renames[unused].From} that could become {renames[unused].To}; its tensors are {string.Join(", ", state.Tensors.Keys)}.");
    }

    // The weights of spikes that come back are a module of their own here: snnTorch's RLeaky and RSynaptic hold a Linear, or one number V for each neuron or for all.
    private static IEnumerable<SavedModule> Recurrent(string path, OrderedDictionary<string, SavedModule> modules)
    {
        foreach (var module in modules.Values)
        {
            if (module.Name.EndsWith(Back, StringComparison.Ordinal) && modules.TryGetValue(module.Name[..^Back.Length], out var owner) && owner.IsSnnTorch)
            {
                continue;
            }

            string name = module.Name + Back;
            var back = modules.GetValueOrDefault(name);
            if (!module.IsSnnTorch || (back is null && !module.Tensors.ContainsKey(OneToOne)))
            {
                yield return module;
                continue;
            }

            bool isOneToOne = back is null || back.Tensors.ContainsKey(OneToOne);
            yield return module with { Recurrence = $", Recurrent = true{(isOneToOne ? ", RecurrentDiagonal = true" : "")}" };
            OrderedDictionary<string, (string, Tensor)> weights = new(StringComparer.Ordinal);
            foreach (var (part, saved) in isOneToOne ? [new("weight", (back ?? module).Tensors[OneToOne])] : back!.Tensors.AsEnumerable())
            {
                if (part != "bias")
                {
                    weights.Add(part, saved);
                }
                else if (saved.Value.count_nonzero().item<long>() > 0)
                {
                    throw new InterchangeException(
                        $"'{path}' holds {saved.Saved}, a bias of spikes that come back, which Recurrent has none of: it is the same at every step, so add it to the bias of the layer before "
                        + $"{module.Name}, and set it to 0, before you save.");
                }
            }

            yield return new(name, weights);
        }
    }
}
