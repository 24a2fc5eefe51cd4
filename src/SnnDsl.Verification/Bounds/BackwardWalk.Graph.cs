using System.Diagnostics.CodeAnalysis;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Bounds;

/// <content>Networks whose layers are a graph: coefficients are added up at each node, from the last node to the first.</content>
internal sealed partial class BackwardWalk<T>
{
    // From a form on the values of the last node to its least value over the inputs; where spikes are not relaxed, over their bounds.
    private T BackThrough(IReadOnlyList<GraphNode<T>> graph, T[][] onOutputs, bool relax)
    {
        var forms = new T[graph.Count][][];
        T[][]? onInput = null;
        forms[^1] = onOutputs;
        for (int i = graph.Count - 1; i >= 0; i--)
        {
            if (forms[i] is not { } form)
            {
                continue;
            }

            var node = graph[i];
            if (node.Stage >= 0 && !relax)
            {
                AddLeast(form, node.Stage);
            }
            else if (node.Stage >= 0)
            {
                Send(node.Sources[0], OnCurrents(form, node.Stage));
            }
            else if (node.Maps is { } maps)
            {
                T[][] pulled = [.. form];
                for (int t = 0; t < pulled.Length; t++)
                {
                    PullBack(maps, bounds.Nodes[i][t], ref pulled[t]);
                }

                Send(node.Sources[0], pulled);
            }
            else if (node.Delay > 0)
            {
                // What is read later weighs what was given earlier.
                Send(node.Sources[0], [.. Enumerable.Range(0, form.Length).Select(t => t + node.Delay < form.Length ? form[t + node.Delay] : new T[node.Size])]);
            }
            else
            {
                PaySum(node, form, i);
                int from = 0;
                foreach (int source in node.Sources)
                {
                    int length = graph[source].Size, start = from;
                    Send(source, node.Joins ? [.. form.Select(step => step[start..(start + length)])] : form);
                    from += node.Joins ? length : 0;
                }
            }

            void Send(int source, T[][] coefficients)
            {
                bool isConstant = source < 0 ? network.HasConstantInput : graph[source].IsConstant;
                if (isConstant && coefficients.Length > 1)
                {
                    coefficients = [Together(coefficients, source < 0 ? OfInput(0) : bounds.Nodes[source][0][^1])];
                }

                if (source < 0)
                {
                    Receive(ref onInput, coefficients, source);
                }
                else
                {
                    Receive(ref forms[source], coefficients, source);
                }
            }
        }

        return onInput is null ? constant : T.Below(constant + input.Least(onInput));
    }

    // What another reader of the same node weighs joins what is there; the sum of the two rounds.
    private void Receive([NotNull] ref T[][]? known, T[][] more, int node)
    {
        if (known is null)
        {
            known = more;
            return;
        }

        var sum = Steps(more.Length, more[0].Length);
        for (int t = 0; t < more.Length; t++)
        {
            var values = node < 0 ? OfInput(t) : bounds.Nodes[node][t][^1];
            for (int i = 0; i < more[t].Length; i++)
            {
                sum[t][i] = known[t][i] + more[t][i];
                Pay(T.Above(T.Above(T.Lost(2) * T.Above(T.Abs(known[t][i]) + T.Abs(more[t][i]))) * values[i].Magnitude));
            }
        }

        known = sum;
    }

    // The inputs themselves.
    private Box<T> OfInput(int t) => input.Currents(new([AffineMap<T>.Identity(network.Inputs)]), t, float32: false)[^1];

    private void PaySum(GraphNode<T> node, T[][] form, int at)
    {
        for (int t = 0; bounds.Float32 && !node.Joins && t < form.Length; t++)
        {
            var sums = bounds.Nodes[at][t][^1].Sums;
            for (int i = 0; i < sums.Length; i++)
            {
                Pay(T.Above(T.Abs(form[t][i]) * IntervalPass<T>.SumLoss(node.Sources.Length, sums[i])));
            }
        }
    }

    private void AddLeast(T[][] form, int layer)
    {
        for (int t = 0; t < form.Length; t++)
        {
            var spikes = bounds.Stages[layer].Spikes(t);
            for (int i = 0; i < spikes.Count; i++)
            {
                T a = form[t][i];
                Add(T.Below(a * (a >= default(T) ? spikes.Lower[i] : spikes.Upper[i])));
            }
        }
    }
}
