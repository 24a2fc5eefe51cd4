using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Parsing;

/// <summary>Which layers a layer reads: the one before it, unless it names others.</summary>
internal static class SourceRules
{
    /// <summary>Finds the layers that are named.</summary>
    /// <param name="kinds">The layers' kinds.</param>
    /// <param name="names">Their names.</param>
    /// <param name="stated">What each says of its sources.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <returns>By layer, the places of those that it reads; -1 is the input. What is wrong counts as the layer before.</returns>
    public static IReadOnlyList<EquatableArray<int>> Resolve(
        IReadOnlyList<LayerKind> kinds, IReadOnlyList<string> names, IReadOnlyList<Stated> stated, ProblemReporter problems)
    {
        List<EquatableArray<int>> sources = [];
        for (int i = 0; i < names.Count; i++)
        {
            int at = i;
            var place = problems.At(new Place(DeclarationPart.Layer, i));
            int? Find(string name, string argument)
            {
                int found = names.Take(at).ToList().LastIndexOf(name);
                if (found >= 0)
                {
                    return found;
                }

                bool isLater = names.Skip(at).Contains(name);
                string before = at == 0 ? "none stands before it" : $"before it stand {string.Join(", ", names.Take(at))}";
                place.ReportAt(argument, isLater ? ProblemIds.LaterSource : ProblemIds.UnknownSource, names[at], name, before);
                return null;
            }

            int arrives = stated[i].From is { } from ? Find(from, "From") ?? i - 1 : i - 1;
            List<int> all = [arrives];
            for (int k = 0; k < stated[i].Others.Count; k++)
            {
                string argument = $"{JoiningLayer.SourcesArgument}[{Numbers.Plain(k)}]";
                if (Find(stated[i].Others[k], argument) is not { } other)
                {
                    continue;
                }

                if (all.Contains(other))
                {
                    place.ReportAt(argument, ProblemIds.JoinsNothing, names[i], $"reads {names[other]} twice");
                    continue;
                }

                all.Add(other);
            }

            if (kinds[i].Role == LayerRole.Joining && stated[i].Others.Count == 0)
            {
                place.Report(ProblemIds.JoinsNothing, names[i], "names no layer");
            }

            sources.Add(all.ToEquatableArray());
        }

        return sources;
    }

    /// <summary>Whether every layer reads the one before it alone, at the same step.</summary>
    /// <param name="kinds">The layers' kinds.</param>
    /// <param name="sources">Which layers each reads.</param>
    public static bool IsChain(IReadOnlyList<LayerKind> kinds, IReadOnlyList<EquatableArray<int>> sources) =>
        kinds.All(kind => kind.Role != LayerRole.Delaying) && sources.Select((all, i) => all is [var one] && one == i - 1).All(plain => plain);

    /// <summary>By layer, whether it reads the input as it is, in any shape: neurons that do encode it.</summary>
    /// <param name="kinds">The layers' kinds.</param>
    /// <param name="sources">Which layers each reads.</param>
    public static IReadOnlyList<bool> ReadInput(IReadOnlyList<LayerKind> kinds, IReadOnlyList<EquatableArray<int>> sources)
    {
        List<bool> found = [];
        for (int i = 0; i < kinds.Count; i++)
        {
            int source = sources[i][0];
            found.Add(source < 0 || (kinds[source].Role is LayerRole.Reshape or LayerRole.Dropping && found[source]));
        }

        return found;
    }

    /// <summary>What a layer says of its sources.</summary>
    /// <param name="From">The layer that arrives; null for the one before.</param>
    /// <param name="Others">Those that join it.</param>
    public sealed record Stated(string? From, IReadOnlyList<string> Others);
}
