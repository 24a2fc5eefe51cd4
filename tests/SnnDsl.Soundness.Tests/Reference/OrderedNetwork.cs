namespace SnnDsl.Soundness.Tests.Reference;

/// <summary>A network in scalar float32 arithmetic, one sample at a time, its sums in a chosen order: one of the ways in which it may run.</summary>
internal sealed class OrderedNetwork
{
    private readonly Blueprint blueprint;
    private readonly Summation order;
    private readonly Random random;
    private readonly Dictionary<AffineOperation, Row[]> rows;

    /// <param name="blueprint">The network.</param>
    /// <param name="parameter">Its float32 weights.</param>
    /// <param name="order">How it adds.</param>
    /// <param name="seed">What random orders are drawn from.</param>
    public OrderedNetwork(Blueprint blueprint, Func<string, double[]?> parameter, Summation order, int seed)
    {
        (this.blueprint, this.order, random) = (blueprint, order, new Random(seed));
        rows = blueprint.Operations.ToDictionary(operation => operation, operation => RowsOf(operation, parameter));
    }

    /// <summary>What happened: logits, and by layer the membranes [t][n].</summary>
    public sealed record Trace(float[] Logits, IReadOnlyList<float[][]> Membranes);

    /// <summary>Runs one sample.</summary>
    /// <param name="encoded">What enters the first layer at every step, [t][n]; a single step under direct encoding.</param>
    /// <param name="steps">T.</param>
    public Trace Run(float[][] encoded, int steps)
    {
        bool direct = blueprint.Encoding == Encoding.Direct;
        float[]? constant = direct ? Apply(blueprint.Stages[0].Maps, encoded[0], null) : null;
        var membranes = blueprint.Stages.Select(_ => new float[steps][]).ToArray();
        var rests = new float[blueprint.Stages.Count][];
        var outputs = new float[steps][];
        for (int t = 0; t < steps; t++)
        {
            float[] x = direct ? [] : encoded[t];
            for (int layer = 0; layer < rests.Length; layer++)
            {
                var stage = blueprint.Stages[layer];
                float decay = (float)stage.Neuron.Decay, threshold = (float)stage.Neuron.Threshold;
                float[]? before = t == 0 ? null : [.. rests[layer].Select(rest => decay * rest)];
                bool whole = order == Summation.WholeMembrane && !(direct && layer == 0) && t > 0;
                float[] current = direct && layer == 0 ? constant! : Apply(stage.Maps, x, whole ? before : null);
                float[] u = t == 0 || whole ? current
                    : [.. current.Select((now, n) => order is Summation.Fused or Summation.FusedShuffled
                        ? MathF.FusedMultiplyAdd(decay, rests[layer][n], now)
                        : before![n] + now)];
                x = [.. u.Select(value => value > threshold ? 1f : 0f)];
                rests[layer] = [.. u.Select(value => value <= threshold ? value : stage.Neuron.Soft ? value - threshold : (float)stage.Neuron.ResetValue)];
                membranes[layer][t] = u;
            }

            outputs[t] = Apply(blueprint.Tail, x, null);
        }

        return new(ReadOut(outputs), membranes);
    }

    private float[] ReadOut(float[][] outputs) => [.. Enumerable.Range(0, outputs[0].Length).Select(n =>
    {
        float[] values = [.. outputs.Select(step => step[n])];
        if (blueprint.MembraneDecay is { } decay)
        {
            Leak(blueprint.SynapticDecay);
            Leak(decay);

            if (!blueprint.MeanMembrane)
            {
                return values[^1];
            }
        }

        void Leak(double decay)
        {
            for (int t = 1; t < values.Length; t++)
            {
                values[t] = order == Summation.Fused ? MathF.FusedMultiplyAdd((float)decay, values[t - 1], values[t]) : (float)decay * values[t - 1] + values[t];
            }
        }

        float sum = Sum([.. values.Select(value => (1f, value))], null);
        // A division, or a product with the reciprocal.
        return order is Summation.Tree or Summation.Fused ? sum * (1f / outputs.Length) : sum / outputs.Length;
    })];

    private float[] Apply(IReadOnlyList<AffineOperation> maps, float[] x, float[]? more)
    {
        for (int i = 0; i < maps.Count; i++)
        {
            float[] input = x;
            bool last = i == maps.Count - 1;
            x = maps[i] is FlattenOperation ? input : [.. rows[maps[i]].Select((row, n) => Output(maps[i], row, input, last ? more?[n] : null))];
            if (last && more is not null && maps[i] is FlattenOperation)
            {
                x = [.. x.Select((value, n) => value + more[n])];
            }
        }

        return x;
    }

    private float Output(AffineOperation map, Row row, float[] x, float? more)
    {
        if (map is not (PoolOperation or AdaptiveOperation))
        {
            return Sum([.. row.Terms.Select(term => (term.Weight, x[term.Index]))], row.Bias, more);
        }

        // Without padding all values of a window weigh the same.
        float area = row.Terms.Length, sum = Sum([.. row.Terms.Select(term => (1f, x[term.Index]))], null);
        float mean = order is Summation.Tree or Summation.Fused ? sum * (1 / area) : sum / area;
        return more is null ? mean : mean + more.Value;
    }

    private float Sum((float Weight, float Value)[] terms, float? bias, float? more = null)
    {
        if (order is Summation.Shuffled or Summation.FusedShuffled or Summation.Tree or Summation.WholeMembrane)
        {
            random.Shuffle(terms);
        }

        if (order is Summation.Fused or Summation.FusedShuffled)
        {
            return terms.Aggregate(bias ?? 0, (sum, term) => MathF.FusedMultiplyAdd(term.Weight, term.Value, sum));
        }

        List<float> leaves = [.. terms.Select(term => term.Weight * term.Value)];
        foreach (float leaf in new[] { bias, more }.OfType<float>())
        {
            leaves.Insert(order is Summation.Tree or Summation.WholeMembrane ? random.Next(leaves.Count + 1) : leaves.Count, leaf);
        }

        return order switch
        {
            Summation.Reversed => Enumerable.Reverse(leaves).Aggregate(0f, (sum, leaf) => sum + leaf),
            Summation.Pairwise => Split(leaves, count => count / 2),
            Summation.Tree or Summation.WholeMembrane => Split(leaves, count => 1 + random.Next(count - 1)),
            _ => leaves.Aggregate(0f, (sum, leaf) => sum + leaf),
        };
    }

    private static float Split(List<float> leaves, Func<int, int> where)
    {
        if (leaves.Count < 2)
        {
            return leaves.Count == 0 ? 0 : leaves[0];
        }

        int left = where(leaves.Count);
        return Split(leaves[..left], where) + Split(leaves[left..], where);
    }

    private static Row[] RowsOf(AffineOperation operation, Func<string, double[]?> parameter)
    {
        if (operation is FlattenOperation)
        {
            return [];
        }

        var dense = DenseMap.Of(operation, parameter);
        return [.. Enumerable.Range(0, dense.Outputs).Select(o => new Row(
            [.. Enumerable.Range(0, dense.Inputs).Where(i => dense.Weight[o, i] != 0).Select(i => (i, (float)dense.Weight[o, i]))],
            operation.IsBiased ? (float)dense.Bias[o] : null))];
    }

    private sealed record Row((int Index, float Weight)[] Terms, float? Bias);
}
