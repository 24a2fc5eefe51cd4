namespace SnnDsl.Soundness.Tests.Reference;

/// <summary>A network in scalar float32 arithmetic, one sample at a time, its sums in a chosen order: one of the ways in which it may run.</summary>
internal sealed class OrderedNetwork
{
    private readonly Blueprint blueprint;
    private readonly Summation order;
    private readonly Random random;
    private readonly Dictionary<AffineOperation, Row[]> rows;
    // What one sum is about.
    private readonly (float Weight, float Value)[] terms;
    private readonly float[] leaves;

    /// <param name="blueprint">The network.</param>
    /// <param name="parameter">Its float32 weights.</param>
    /// <param name="order">How it adds.</param>
    /// <param name="seed">What random orders are drawn from.</param>
    public OrderedNetwork(Blueprint blueprint, Func<string, double[]?> parameter, Summation order, int seed)
    {
        (this.blueprint, this.order, random) = (blueprint, order, new Random(seed));
        rows = blueprint.Operations.ToDictionary(operation => operation, operation => RowsOf(operation, parameter));
        terms = new (float, float)[rows.Values.SelectMany(all => all).Max(row => row.Terms.Length)];
        leaves = new float[terms.Length + 2];
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
        // Runs of all orders are most of what the tests of rounding do: nothing is allocated for a sum.
        var terms = this.terms.AsSpan(0, row.Terms.Length);
        bool averages = map is PoolOperation or AdaptiveOperation;
        for (int i = 0; i < terms.Length; i++)
        {
            var (index, weight) = row.Terms[i];
            // Without padding all values of a window weigh the same.
            terms[i] = (averages ? 1f : weight, x[index]);
        }

        if (!averages)
        {
            return Sum(terms, row.Bias, more);
        }

        float area = terms.Length, sum = Sum(terms, null);
        float mean = order is Summation.Tree or Summation.Fused ? sum * (1 / area) : sum / area;
        return more is null ? mean : mean + more.Value;
    }

    private float Sum(Span<(float Weight, float Value)> terms, float? bias, float? more = null)
    {
        bool isTree = order is Summation.Tree or Summation.WholeMembrane;
        if (isTree || order is Summation.Shuffled or Summation.FusedShuffled)
        {
            random.Shuffle(terms);
        }

        float sum = 0;
        if (order is Summation.Fused or Summation.FusedShuffled)
        {
            sum = bias ?? 0;
            foreach (var (weight, value) in terms)
            {
                sum = MathF.FusedMultiplyAdd(weight, value, sum);
            }

            return sum;
        }

        // A readout's sum of T values may be longer than any other.
        int all = terms.Length + (bias is null ? 0 : 1) + (more is null ? 0 : 1);
        var leaves = all <= this.leaves.Length ? this.leaves.AsSpan(0, all) : new float[all];
        for (int i = 0; i < terms.Length; i++)
        {
            leaves[i] = terms[i].Weight * terms[i].Value;
        }

        int count = terms.Length;
        foreach (float? leaf in (ReadOnlySpan<float?>)[bias, more])
        {
            if (leaf is { } own)
            {
                // Among leaves in no order it stands in no place of its own either.
                int at = isTree ? random.Next(count + 1) : count;
                leaves[count++] = leaves[at];
                leaves[at] = own;
            }
        }

        switch (order)
        {
            case Summation.Pairwise:
            case Summation.Tree:
            case Summation.WholeMembrane:
                return Split(leaves);
            case Summation.Reversed:
                for (int i = leaves.Length - 1; i >= 0; i--)
                {
                    sum += leaves[i];
                }

                return sum;
            default:
                foreach (float leaf in leaves)
                {
                    sum += leaf;
                }

                return sum;
        }
    }

    // In halves, or at a place of chance.
    private float Split(ReadOnlySpan<float> leaves)
    {
        if (leaves.Length < 2)
        {
            return leaves.Length == 0 ? 0 : leaves[0];
        }

        int left = order == Summation.Pairwise ? leaves.Length / 2 : 1 + random.Next(leaves.Length - 1);
        return Split(leaves[..left]) + Split(leaves[left..]);
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
