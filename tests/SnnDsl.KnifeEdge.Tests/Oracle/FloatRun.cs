namespace SnnDsl.KnifeEdge.Tests.Oracle;

/// <summary>A network in float32, its sums in one order, with or without fused multiply-add: one of the ways in which it may run.</summary>
/// <param name="circuit">The network.</param>
/// <param name="order">How it adds.</param>
/// <param name="fused">Whether products are added before they are rounded.</param>
/// <param name="flushes">Whether subnormal numbers become 0.</param>
internal sealed class FloatRun(Circuit circuit, Order order, bool fused, bool flushes = false)
{
    private readonly Random random = new((int)order * 2 + (fused ? 1 : 0));
    private float[] products = [];

    /// <summary>Every way.</summary>
    public static IReadOnlyList<FloatRun> All(Circuit circuit) =>
    [
        .. from order in Enum.GetValues<Order>() from fused in new[] { false, true } select new FloatRun(circuit, order, fused),
        new(circuit, Order.Forward, fused: false, flushes: true),
        new(circuit, Order.Tree, fused: true, flushes: true),
    ];

    /// <summary>Logits, and a number that differs where any spike does.</summary>
    public sealed record Trace(float[] Logits, ulong Spikes)
    {
        public double Margin(int label) => Enumerable.Range(0, Logits.Length).Where(rival => rival != label).Min(rival => (double)Logits[label] - Logits[rival]);
    }

    /// <summary>Runs.</summary>
    /// <param name="encoded">What enters the first layer at every step; one step under direct encoding.</param>
    public Trace Run(float[][] encoded)
    {
        bool direct = circuit.Encoding == Encoding.Direct;
        var rests = circuit.Layers.Select(layer => new float[layer.Size]).ToArray();
        float[] constant = direct ? Apply(circuit.Layers[0].Maps, encoded[0], null) : [];
        var outputs = new float[circuit.Steps][];
        ulong spikes = 14695981039346656037;
        for (int t = 0; t < outputs.Length; t++)
        {
            float[] x = direct ? [] : encoded[t];
            for (int l = 0; l < rests.Length; l++)
            {
                var (layer, neuron) = (circuit.Layers[l], circuit.Layers[l].Neuron);
                bool whole = t > 0 && order is Order.OntoMembrane or Order.TreeWithMembrane && !(direct && l == 0) && layer.Maps[^1].Divisor == 1;
                float[]? leaked = whole ? [.. rests[l].Select(rest => Product(neuron.Decay, rest))] : null;
                float[] current = direct && l == 0 ? constant : Apply(layer.Maps, x, leaked);
                x = new float[layer.Size];
                for (int n = 0; n < x.Length; n++)
                {
                    float u = t == 0 || whole ? current[n] : Onto(neuron.Decay, rests[l][n], current[n]);
                    bool fires = u > neuron.Threshold;
                    x[n] = fires ? 1 : 0;
                    rests[l][n] = !fires ? u : neuron.Soft ? Sum(u, -neuron.Threshold) : neuron.ResetValue;
                    spikes = unchecked((spikes ^ (fires ? 1UL : 2UL)) * 1099511628211);
                }
            }

            outputs[t] = Apply(circuit.Tail, x, null);
        }

        return new([.. Enumerable.Range(0, circuit.Classes).Select(n => ReadOut([.. outputs.Select(step => step[n])]))], spikes);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{order}{(fused ? ", fused" : "")}{(flushes ? ", flushed" : "")}";

    private float ReadOut(float[] values)
    {
        if (circuit.MembraneDecay is { } decay)
        {
            return values.Aggregate((membrane, now) => Onto(decay, membrane, now));
        }

        return Over(Add([.. values.Select(_ => 1f)], values, values.Length, null, null), values.Length);
    }

    private float[] Apply(IReadOnlyList<Map> maps, float[] x, float[]? leaked)
    {
        for (int m = 0; m < maps.Count; m++)
        {
            var map = maps[m];
            var y = new float[map.Rows.Count];
            for (int o = 0; o < y.Length; o++)
            {
                var row = map.Rows[o];
                var (weights, values) = (new float[row.Inputs.Length], new float[row.Inputs.Length]);
                int count = 0;
                for (int i = 0; i < weights.Length; i++)
                {
                    // A term of 0 rounds nothing.
                    if (row.Weights[i] != 0 && x[row.Inputs[i]] != 0)
                    {
                        (weights[count], values[count++]) = (row.Weights[i], x[row.Inputs[i]]);
                    }
                }

                float sum = Add(weights, values, count, row.Bias, m == maps.Count - 1 ? leaked?[o] : null);
                y[o] = map.Divisor == 1 ? sum : Over(sum, map.Divisor);
            }

            x = y;
        }

        return x;
    }

    // A division, or a product with the rounded reciprocal.
    private float Over(float sum, int divisor) => fused ? Product(sum, 1f / divisor) : Flushed(sum / divisor);

    private float Add(float[] weights, float[] values, int count, float? bias, float? leaked)
    {
        if (products.Length < count + 2)
        {
            products = new float[count + 2];
        }

        switch (order)
        {
            case Order.Reversed:
                Array.Reverse(weights, 0, count);
                Array.Reverse(values, 0, count);
                break;
            case Order.Ascending or Order.Descending:
                float[] keys = [.. Enumerable.Range(0, count).Select(i => MathF.Abs(weights[i] * values[i]) * (order == Order.Ascending ? 1 : -1))];
                Array.Sort((float[])keys.Clone(), weights, 0, count);
                Array.Sort(keys, values, 0, count);
                break;
            case Order.Shuffled or Order.Tree or Order.TreeWithMembrane:
                for (int i = count - 1; i > 0; i--)
                {
                    int j = random.Next(i + 1);
                    (weights[i], weights[j], values[i], values[j]) = (weights[j], weights[i], values[j], values[i]);
                }

                break;
        }

        if (order is Order.Pairwise)
        {
            float sum = count == 0 ? 0 : Halve(weights, values, 0, count);
            return bias is { } b ? Sum(sum, b) : sum;
        }

        if (order is Order.Tree or Order.TreeWithMembrane)
        {
            return Grow(weights, values, count, bias, leaked);
        }

        int lanes = order switch { Order.Four => 4, Order.Eight => 8, Order.Sixteen => 16, _ => 1 };
        var sums = products.AsSpan(0, Math.Min(lanes, Math.Max(1, count)));
        sums.Clear();
        sums[0] = leaked ?? (order == Order.BiasFirst ? bias ?? 0 : 0);
        for (int i = 0; i < count; i++)
        {
            sums[i % sums.Length] = Onto(weights[i], values[i], sums[i % sums.Length]);
        }

        float total = sums[0];
        for (int i = 1; i < sums.Length; i++)
        {
            total = Sum(total, sums[i]);
        }

        return bias is { } last && (order != Order.BiasFirst || leaked is not null) ? Sum(total, last) : total;
    }

    private float Halve(float[] weights, float[] values, int from, int count)
    {
        if (count == 1)
        {
            return Product(weights[from], values[from]);
        }

        if (count == 2)
        {
            return Onto(weights[from], values[from], Product(weights[from + 1], values[from + 1]));
        }

        return Sum(Halve(weights, values, from, count / 2), Halve(weights, values, from + count / 2, count - count / 2));
    }

    // Leaves that meet in random pairs until one is left; fused, a product may join a sum before it is rounded.
    private float Grow(float[] weights, float[] values, int count, float? bias, float? leaked)
    {
        List<(float Sum, float Weight, float Value)> leaves = [.. Enumerable.Range(0, count).Select(i => (float.NaN, weights[i], values[i]))];
        foreach (float? other in new[] { bias, leaked })
        {
            if (other is { } leaf)
            {
                leaves.Add((leaf, 0, 0));
            }
        }

        while (leaves.Count > 1)
        {
            var a = Take();
            var b = Take();
            (a, b) = float.IsNaN(a.Sum) ? (a, b) : (b, a);
            float right = float.IsNaN(b.Sum) ? Product(b.Weight, b.Value) : b.Sum;
            leaves.Add((float.IsNaN(a.Sum) ? Onto(a.Weight, a.Value, right) : Sum(a.Sum, right), 0, 0));
        }

        return leaves.Count == 0 ? 0 : float.IsNaN(leaves[0].Sum) ? Product(leaves[0].Weight, leaves[0].Value) : leaves[0].Sum;

        (float Sum, float Weight, float Value) Take()
        {
            int i = random.Next(leaves.Count);
            var leaf = leaves[i];
            leaves[i] = leaves[^1];
            leaves.RemoveAt(leaves.Count - 1);
            return leaf;
        }
    }

    private float Onto(float weight, float value, float sum) => fused
        ? Flushed(MathF.FusedMultiplyAdd(Flushed(weight), Flushed(value), Flushed(sum)))
        : Sum(Product(weight, value), sum);

    private float Product(float a, float b) => Flushed(Flushed(a) * Flushed(b));

    private float Sum(float a, float b) => Flushed(Flushed(a) + Flushed(b));

    private float Flushed(float value) => flushes && float.IsSubnormal(value) ? 0 : value;
}
