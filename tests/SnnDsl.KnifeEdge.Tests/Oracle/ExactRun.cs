namespace SnnDsl.KnifeEdge.Tests.Oracle;

/// <summary>
/// A network in exact arithmetic. A pool's ninths are kept out of the numbers: whatever lies behind one is carried as a multiple, and the
/// threshold is multiplied instead.
/// </summary>
/// <param name="circuit">The network.</param>
internal sealed class ExactRun(Circuit circuit)
{
    private readonly (Term[][] Rows, Dyadic[] Biases)[][] layers =
        [.. circuit.Layers.Select(layer => layer.Maps).Append(circuit.Tail).Select(maps => maps.Select(Terms).ToArray())];

    /// <summary>Logits times a whole number.</summary>
    public sealed record Trace(Dyadic[] Logits, int Times)
    {
        /// <summary>Whether the true margin over a rival is at least a number.</summary>
        public bool IsAtLeast(int label, int rival, double bound) =>
            !double.IsNegativeInfinity(bound)
                ? (Logits[label] - Logits[rival]).CompareTo(Dyadic.Of(bound) * Dyadic.Of(Times)) >= 0
                : true;

        public double Margin(int label, int rival) => (Logits[label] - Logits[rival]).ToDouble() / Times;

        /// <summary>Whether a rival ties or wins.</summary>
        public bool IsWrong(int label) => Enumerable.Range(0, Logits.Length).Any(rival => rival != label && (Logits[label] - Logits[rival]).Sign <= 0);
    }

    /// <summary>Runs.</summary>
    /// <param name="encoded">What enters the first layer at every step; one step under direct encoding.</param>
    public Trace Run(Dyadic[][] encoded)
    {
        bool direct = circuit.Encoding == Encoding.Direct;
        var rests = circuit.Layers.Select(layer => new Dyadic[layer.Size]).ToArray();
        var constant = direct ? Apply(0, circuit.Layers[0].Maps, encoded[0]) : default;
        var logits = new Dyadic[circuit.Classes];
        var decay = Dyadic.Of(circuit.MembraneDecay ?? 1);
        int times = 1;
        for (int t = 0; t < circuit.Steps; t++)
        {
            Dyadic[] x = direct ? [] : encoded[t];
            for (int l = 0; l < rests.Length; l++)
            {
                var layer = circuit.Layers[l];
                var (current, multiple) = direct && l == 0 ? constant : Apply(l, layer.Maps, x);
                var scale = Dyadic.Of(multiple);
                var (threshold, leak, reset) =
                    (Dyadic.Of(layer.Neuron.Threshold) * scale, Dyadic.Of(layer.Neuron.Decay), Dyadic.Of(layer.Neuron.ResetValue) * scale);
                x = new Dyadic[layer.Size];
                for (int n = 0; n < x.Length; n++)
                {
                    var u = leak * rests[l][n] + current[n];
                    bool fires = u > threshold;
                    x[n] = Dyadic.Of(fires ? 1 : 0);
                    rests[l][n] = !fires ? u : layer.Neuron.Soft ? u - threshold : reset;
                }
            }

            (x, times) = Apply(rests.Length, circuit.Tail, x);
            for (int n = 0; n < logits.Length; n++)
            {
                logits[n] = decay * logits[n] + x[n];
            }
        }

        return new(logits, circuit.MembraneDecay is null ? times * circuit.Steps : times);
    }

    private (Dyadic[] Values, int Multiple) Apply(int layer, IReadOnlyList<Map> maps, Dyadic[] x)
    {
        int multiple = 1;
        for (int m = 0; m < maps.Count; m++)
        {
            var (rows, biases) = layers[layer][m];
            multiple *= maps[m].Divisor;
            var scale = Dyadic.Of(multiple);
            var y = new Dyadic[rows.Length];
            for (int o = 0; o < y.Length; o++)
            {
                var sum = biases[o] * scale;
                foreach (var (input, weight) in rows[o])
                {
                    sum += weight * x[input];
                }

                y[o] = sum;
            }

            x = y;
        }

        return (x, multiple);
    }

    private static (Term[][] Rows, Dyadic[] Biases) Terms(Map map) =>
        ([.. map.Rows.Select(row => row.Inputs.Zip(row.Weights, (input, weight) => new Term(input, Dyadic.Of(weight))).Where(term => term.Weight.Sign != 0).ToArray())],
            [.. map.Rows.Select(row => Dyadic.Of(row.Bias ?? 0))]);

    private readonly record struct Term(int Input, Dyadic Weight);
}
