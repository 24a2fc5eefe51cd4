using PureHDF;

namespace SnnDsl.Interchange.Tests.Nir;

/// <summary>
/// Runs a NIR file by its published equations, in float64, with Euler steps of its own: tau v' = (v_leak - v) + R I, spikes above the threshold, then v := v_reset. A node of an inner graph is
/// NAME/INNER, its Input and Output hand on what they get.
/// </summary>
internal sealed class NirEquations
{
    private readonly Dictionary<string, IH5Group> nodes = [];
    private readonly List<(string From, string To)> edges = [];
    private readonly Dictionary<string, (double[] Values, long[] Shape)> outputs = [];
    private readonly Dictionary<string, double[][]> states = [];
    private readonly Dictionary<(string Node, string Field), double[]> fields = [];
    private readonly double step;

    public NirEquations(string path, double step)
    {
        this.step = step;
        Take(H5File.OpenRead(path).Group("node"), "");
    }

    /// <summary>The mean over time of what the graph gives, or the last of it.</summary>
    public double[] Run(double[] input, int steps, bool lastOnly)
    {
        double[]? sum = null;
        for (int t = 0; t < steps; t++)
        {
            HashSet<string> begun = [];
            double[] given = Visit("output", begun, input);
            sum = sum is null || lastOnly ? given : [.. sum.Zip(given, (a, b) => a + b)];
        }

        return lastOnly ? sum! : [.. sum!.Select(value => value / steps)];
    }

    private void Take(IH5Group graph, string prefix)
    {
        HashSet<string> inner = [];
        foreach (var child in graph.Group("nodes").Children().OfType<IH5Group>())
        {
            if (child.Dataset("type").Read<string>() == "NIRGraph")
            {
                inner.Add(child.Name);
                Take(child, $"{prefix}{child.Name}/");
            }
            else
            {
                nodes[prefix + child.Name] = child;
            }
        }

        foreach (string[] pair in graph.Dataset("edges").Read<string[]>().Chunk(2))
        {
            edges.Add((prefix + pair[0] + (inner.Contains(pair[0]) ? "/output" : ""), prefix + pair[1] + (inner.Contains(pair[1]) ? "/input" : "")));
        }
    }

    // In a cycle the value of the step before is what there is.
    private double[] Visit(string name, HashSet<string> begun, double[] input)
    {
        if (!begun.Add(name))
        {
            return outputs.TryGetValue(name, out var known) ? known.Values : [];
        }

        double[]? sum = null;
        long[] shape = [];
        foreach (var (from, _) in edges.Where(edge => edge.To == name))
        {
            double[] value = Visit(from, begun, input);
            if (value.Length > 0)
            {
                sum = sum is null ? value : [.. sum.Zip(value, (a, b) => a + b)];
                shape = outputs[from].Shape;
            }
        }

        outputs[name] = Step(name, nodes[name], sum ?? (name == "input" ? input : []), shape);
        return outputs[name].Values;
    }

    private (double[], long[]) Step(string name, IH5Group node, double[] x, long[] shape)
    {
        double[] Field(string field) => fields.TryGetValue((name, field), out double[]? known) ? known : fields[(name, field)] = Read(node.Dataset(field));
        double dt = step;
        switch (node.Dataset("type").Read<string>())
        {
            case "Input" when name == "input":
                return (x, Array.ConvertAll(Field("shape"), size => (long)size));
            case "Input" or "Output":
                return (x, shape);
            case "Flatten":
                return (x, [x.Length]);
            case "Linear" or "Affine":
                if (x.Length == 0)
                {
                    return ([], []);
                }

                double[] weight = Field("weight"), bias = node.LinkExists("bias") ? Field("bias") : new double[weight.Length / x.Length];
                return ([.. bias.Select((b, i) => b + x.Select((value, j) => value * weight[(i * x.Length) + j]).Sum())], [bias.Length]);
            case "Scale":
                return ([.. x.Zip(Field("scale"), (a, b) => a * b)], shape);
            case "Conv2d":
                return Convolve(x, shape, Field("weight"), node.Dataset("weight").Space.Dimensions, Field("bias"), Field("stride"),
                    node.Dataset("padding").Type.Class is H5DataTypeClass.FixedPoint ? (int)Field("padding")[0] : 1);
            case "SumPool2d" or "AvgPool2d":
                double[] kernel = Field("kernel_size");
                int places = (int)(kernel[0] * kernel[1]);
                double[] own = new double[shape[0] * shape[0] * places];
                for (int c = 0; c < shape[0]; c++)
                {
                    Array.Fill(own, node.Dataset("type").Read<string>() == "SumPool2d" ? 1 : 1.0 / places, (int)(((c * shape[0]) + c) * places), places);
                }

                return Convolve(x, shape, own, [(ulong)shape[0], (ulong)shape[0], (ulong)kernel[0], (ulong)kernel[1]], new double[shape[0]], Field("stride"), 0);
            case "Delay":
                int late = (int)Math.Round(Field("delay")[0] / dt);
                double[][] line = states.TryGetValue(name, out var kept) ? kept : [.. Enumerable.Range(0, late).Select(_ => new double[x.Length])];
                states[name] = [.. line.Skip(1), x];
                return (line[0], shape);
            case "LI":
                double[] v = State(name, 1, x.Length)[0];
                Leak(v, x, Field("tau"), Field("r"), Field("v_leak"));
                return ([.. v], shape);
            case "LIF":
                double[] u = State(name, 1, x.Length, Field("v_leak"))[0];
                Leak(u, x, Field("tau"), Field("r"), Field("v_leak"));
                return (Fire(u, Field("v_threshold"), node.LinkExists("v_reset") ? Field("v_reset") : new double[x.Length]), shape);
            case "IF":
                double[] w = State(name, 1, x.Length)[0], r = Field("r");
                for (int i = 0; i < w.Length; i++)
                {
                    w[i] += dt * r[i] * x[i];
                }

                return (Fire(w, Field("v_threshold"), Field("v_reset")), shape);
            case "CubaLIF" or "CubaLI":
                double[][] both = State(name, 2, x.Length, Field("v_leak"));
                double[] tau = Field("tau_syn"), win = Field("w_in");
                for (int i = 0; i < x.Length; i++)
                {
                    both[0][i] += dt / tau[i] * ((win[i] * x[i]) - both[0][i]);
                }

                Leak(both[1], both[0], Field("tau_mem"), Field("r"), Field("v_leak"));
                return (node.LinkExists("v_threshold") ? Fire(both[1], Field("v_threshold"), new double[x.Length]) : [.. both[1]], shape);
            case var other:
                throw new NotSupportedException(other);
        }

        void Leak(double[] v, double[] i, double[] tau, double[] r, double[] leak)
        {
            for (int n = 0; n < v.Length; n++)
            {
                v[n] += dt / tau[n] * (leak[n] - v[n] + (r[n] * i[n]));
            }
        }
    }

    private static double[] Fire(double[] v, double[] threshold, double[] reset) => [.. v.Select((value, n) =>
    {
        bool fires = value > threshold[n];
        v[n] = fires ? reset[n] : value;
        return fires ? 1.0 : 0.0;
    })];

    // The last one is the membrane, which begins at rest.
    private double[][] State(string name, int count, int size, double[]? rest = null) => states.TryGetValue(name, out var known)
        ? known
        : states[name] = [.. Enumerable.Range(0, count).Select(i => i == count - 1 && rest is not null ? [.. rest] : new double[size])];

    private static (double[], long[]) Convolve(double[] x, long[] shape, double[] weight, ulong[] sizes, double[] bias, double[] strides, int padding)
    {
        var (outputs, inputs, tall, wide) = ((int)sizes[0], (int)sizes[1], (int)sizes[2], (int)sizes[3]);
        var (height, width, down, right) = ((int)shape[1], (int)shape[2], (int)strides[0], (int)strides[1]);
        int rows = ((height + (2 * padding) - tall) / down) + 1, columns = ((width + (2 * padding) - wide) / right) + 1;
        var y = new double[outputs * rows * columns];
        for (int n = 0; n < y.Length; n++)
        {
            var (o, row, column) = (n / (rows * columns), n / columns % rows, n % columns);
            y[n] = bias[o];
            for (int k = 0; k < inputs * tall * wide; k++)
            {
                var (i, a, b) = (k / (tall * wide), (row * down) + (k / wide % tall) - padding, (column * right) + (k % wide) - padding);
                if (a >= 0 && a < height && b >= 0 && b < width)
                {
                    y[n] += weight[(o * inputs * tall * wide) + k] * x[(((i * height) + a) * width) + b];
                }
            }
        }

        return (y, [outputs, rows, columns]);
    }

    private static double[] Read(IH5Dataset set)
    {
        bool isOne = set.Space.Type == H5DataspaceType.Scalar;
        return (set.Type.Class, set.Type.Size) switch
        {
            (H5DataTypeClass.FloatingPoint, 4) => isOne ? [set.Read<float>()] : Array.ConvertAll(set.Read<float[]>(), value => (double)value),
            (H5DataTypeClass.FloatingPoint, _) => isOne ? [set.Read<double>()] : set.Read<double[]>(),
            _ => isOne ? [set.Read<long>()] : Array.ConvertAll(set.Read<long[]>(), value => (double)value),
        };
    }
}
