using static TorchSharp.torch;

namespace SnnDsl.Interchange;

/// <summary>The tensors of a state dict that share all of their names but the last part: one module.</summary>
/// <param name="Name">What they share: "0", "lif1", "features.3"; "" for tensors of no module.</param>
/// <param name="Tensors">The tensors by the last part: "weight", "beta". With the names that the file has for them.</param>
internal sealed record SavedModule(string Name, OrderedDictionary<string, (string Saved, Tensor Value)> Tensors)
{
    private static readonly string[] SnnTorch = ["threshold", "reset_mechanism_val", "graded_spikes_factor"];

    /// <summary>Whether it is snnTorch's neurons.</summary>
    public bool IsSnnTorch => SnnTorch.All(Tensors.ContainsKey);

    /// <summary>Whether it is SpikingJelly's ParametricLIFNode, which saves one number, w.</summary>
    public bool IsParametricLif => Tensors is { Count: 1 } && Tensors.TryGetValue("w", out var w) && w.Value.numel() == 1;

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
            ? [.. modules.Values]
            : throw new InterchangeException(
                $"'{state.Path}' holds nothing named {renames[unused].From} that could become {renames[unused].To}; its tensors are {string.Join(", ", state.Tensors.Keys)}.");
    }
}
