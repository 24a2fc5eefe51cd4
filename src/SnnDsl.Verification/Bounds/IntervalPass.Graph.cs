using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Bounds;

/// <content>Networks whose layers are a graph: node by node, in their order.</content>
internal sealed partial class IntervalPass<T>
{
    private readonly List<IReadOnlyList<Box<T>>[]> nodes = [];

    private NetworkBounds<T>? RunGraph(IReadOnlyList<GraphNode<T>> graph)
    {
        foreach (var node in graph)
        {
            if (node.Stage >= 0 && !Bound(node.Stage))
            {
                return null;
            }

            var steps = new IReadOnlyList<Box<T>>[network.Steps];
            for (int t = 0; t < network.Steps; t++)
            {
                options.Deadline?.Check();
                steps[t] = node.IsConstant && t > 0 ? steps[0]
                    : node.Stage >= 0 ? [stages[node.Stage].Spikes(t)]
                    : node.Delay > 0 ? [t < node.Delay ? Box<T>.Exactly(new T[node.Size]) : nodes[node.Sources[0]][t - node.Delay][^1]]
                    : node.Maps is not { } maps ? [Joined(node, [.. node.Sources.Select(source => nodes[source][t][^1])])]
                    : node.Sources[0] < 0 ? input.Currents(maps.Boxes, t, options.Float32)
                    : maps.Bound(nodes[node.Sources[0]][t][^1], options.Float32);
            }

            nodes.Add(steps);
        }

        return new(stages, [], options.Float32, options.Assumptions) { Nodes = nodes };
    }

    // Neurons take their currents as they are: one number each.
    private Box<T> Current(int layer, int t)
    {
        var current = nodes[SourceOf(layer)][t][^1];
        return new(current.Lower, current.Upper, Magnitudes(current)) { Terms = [.. Enumerable.Repeat(1, current.Count)] };
    }

    private Box<T> Joined(GraphNode<T> node, Box<T>[] values)
    {
        if (node.Joins)
        {
            return new([.. values.SelectMany(value => value.Lower)], [.. values.SelectMany(value => value.Upper)], []);
        }

        var (lower, upper, sums) = ((T[])values[0].Lower.Clone(), (T[])values[0].Upper.Clone(), Magnitudes(values[0]));
        foreach (var value in values.Skip(1))
        {
            var sizes = Magnitudes(value);
            for (int i = 0; i < lower.Length; i++)
            {
                lower[i] = T.Sum(lower[i], value.Lower[i]).Lower;
                upper[i] = T.Sum(upper[i], value.Upper[i]).Upper;
                sums[i] = T.Above(sums[i] + sizes[i]);
            }
        }

        for (int i = 0; options.Float32 && i < lower.Length; i++)
        {
            T lost = SumLoss(values.Length, sums[i]);
            (lower[i], upper[i]) = (T.Sum(lower[i], -lost).Lower, T.Sum(upper[i], lost).Upper);
        }

        return new(lower, upper, sums);
    }

    /// <summary>At least what float32 arithmetic loses of a sum of numbers that are there.</summary>
    /// <param name="terms">How many.</param>
    /// <param name="sum">At least the sum of their absolute values.</param>
    public static T SumLoss(int terms, T sum) =>
        T.Above(T.Above(SinglePrecision.Gamma<T>(terms) * sum) + SinglePrecision.Underflow<T>(terms));

    private static T[] Magnitudes(Box<T> box) => [.. Enumerable.Range(0, box.Count).Select(i => box[i].Magnitude)];
}
