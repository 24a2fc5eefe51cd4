using PureHDF;

namespace SnnDsl.Interchange.Tests.Nir;

/// <summary>
/// Writes the NIR files under TestData by hand, by the published layout: a text <c>version</c>, a group <c>node</c> of the type NIRGraph with <c>nodes</c> (a group for each, with a text <c>type</c>
/// and its fields) and <c>edges</c> (pairs of names). An inner graph is a node of the same form. Weights are sixteenths.
/// </summary>
internal static class NirLayout
{
    /// <summary>Writes a file.</summary>
    /// <param name="name">Which of them.</param>
    /// <param name="path">Where.</param>
    public static void Write(string name, string path) => new H5File
    {
        ["version"] = "1.0.6",
        ["node"] = name switch { "snntorch.nir" => SnnTorch(), "norse.nir" => Norse(), "apart.nir" => Apart(), "rest.nir" => Rest(), _ => Recurrent() },
    }.Write(path);

    /// <summary>Writes a network of images with one node before its neurons: <c>Scale</c> by a factor for each value, or a pool with rows, columns and zeros, <c>SumPool2d 2 3 0</c>.</summary>
    /// <param name="node">The node.</param>
    /// <param name="path">Where.</param>
    public static void WriteImages(string node, string path)
    {
        string[] words = node.Split(' ');
        long Number(int i) => long.Parse(words[i], System.Globalization.CultureInfo.InvariantCulture);
        var one = words.Length == 1
            ? Node(words[0], ("scale", Numbers(1, 2, 6, 8)))
            : Node(words[0], ("kernel_size", new[] { Number(1), Number(2) }), ("stride", new[] { Number(1), Number(2) }), ("padding", new[] { Number(3), Number(3) }));
        new H5File
        {
            ["version"] = "1.0.6",
            ["node"] = Graph(
                [("input", "n"), ("n", "if"), ("if", "output")], ("input", Shape("Input", 2, 6, 8)), ("n", one), ("if", Node("IF", ("r", 1000.0), ("v_threshold", 1.0))), ("output", Shape("Output", 3))),
        }.Write(path);
    }

    // snnTorch's export: nodes by the index of nn.Sequential, dt = 0.0001, tau = dt / (1 - beta) and r = tau / dt in float32, thresholds in the membrane's units.
    private static H5Group SnnTorch()
    {
        H5Group Leaky(int count, float beta, float threshold)
        {
            float tau = 1e-4f / (1 - beta);
            return Node("LIF", ("tau", All(tau, count)), ("r", All(tau / 1e-4f, count)), ("v_leak", All(0f, count)), ("v_threshold", All(threshold, count)));
        }

        return Graph(
            [("input", "0"), ("0", "1"), ("1", "2"), ("2", "3"), ("3", "output")],
            ("input", Shape("Input", 4)), ("0", Affine(6, 4, 0)), ("1", Leaky(6, 0.9f, 0.5f)), ("2", Affine(3, 6, 2)), ("3", Leaky(3, 0.7f, 0.53f)), ("output", Shape("Output", 3)));
    }

    // Norse's: dt = 0.001, constants in the shape of the neurons, convolutions with the size of their input, 'same' as a text.
    private static H5Group Norse()
    {
        H5Group Conv(long[] weight, int k, float[] bias, object padding, long stride, long side) => Node(
            "Conv2d", ("weight", Numbers(k, weight)), ("bias", bias), ("padding", padding), ("stride", new[] { stride, stride }), ("dilation", new long[] { 1, 1 }), ("groups", 1L),
            ("input_shape", new[] { side, side }));
        H5Group Leaky(float tau, float threshold, float reset, params long[] shape) => Node(
            "LIF", ("tau", Filled(tau, shape)), ("r", Filled(1, shape)), ("v_leak", Filled(0, shape)), ("v_threshold", Filled(threshold, shape)), ("v_reset", Filled(reset, shape)));
        return Graph(
            [
                ("input", "conv"), ("conv", "lif"), ("lif", "pool"), ("pool", "scale"), ("scale", "conv2"), ("conv2", "lif2"), ("lif2", "flatten"), ("flatten", "fc"), ("fc", "li"), ("li", "output"),
            ],
            ("input", Shape("Input", 3, 8, 8)),
            ("conv", Conv([3, 3, 3, 3], 1, Values(2, 3), "same", 1, 8)),
            ("lif", Leaky(0.004f, 0.25f, 0, 3, 8, 8)),
            ("pool", Node("SumPool2d", ("kernel_size", new long[] { 2, 2 }), ("stride", new long[] { 2, 2 }), ("padding", new long[] { 0, 0 }))),
            ("scale", Node("Scale", ("scale", new H5Dataset(Enumerable.Range(0, 48).Select(i => (float)(1 << (i / 16)) / 2).ToArray(), fileDims: [3, 4, 4])))),
            ("conv2", Conv([2, 3, 2, 2], 4, [0, 0], new long[] { 0, 0 }, 2, 4)),
            ("lif2", Leaky(0.002f, 0.125f, 0.0625f, 2, 2, 2)),
            ("flatten", Node("Flatten", ("start_dim", 0L), ("end_dim", -1L), ("input_type", new long[] { 2, 2, 2 }))),
            ("fc", Node("Linear", ("weight", Numbers(6, 3, 8)))),
            ("li", Node("LI", ("tau", All(0.002, 3)), ("r", All(2.0, 3)), ("v_leak", All(0.0, 3)))),
            ("output", Shape("Output", 3)));
    }

    // Neurons whose spikes come back in a graph of their own, a delay in seconds, float64.
    private static H5Group Recurrent() => Graph(
        [("input", "fc1"), ("fc1", "rec"), ("rec", "delay"), ("delay", "fc2"), ("fc2", "if2"), ("if2", "output")],
        ("input", Shape("Input", 4)),
        ("fc1", Affine(5, 4, 0)),
        ("rec", Graph(
            [("input", "lif"), ("lif", "w_rec"), ("w_rec", "lif"), ("lif", "output")],
            ("input", Shape("Input", 5)),
            ("lif", Node(
                "CubaLIF", ("tau_syn", All(0.0002, 5)), ("tau_mem", All(0.0004, 5)), ("r", All(4.0, 5)), ("v_leak", All(0.0, 5)), ("v_threshold", All(1.0, 5)), ("w_in", All(2.0, 5)))),
            ("w_rec", Node("Linear", ("weight", Numbers(5, 5, 5)))),
            ("output", Shape("Output", 5)))),
        ("delay", Node("Delay", ("delay", All(0.0002, 5)))),
        ("fc2", Affine(2, 5, 2)),
        ("if2", Node("IF", ("r", All(10000.0, 2)), ("v_threshold", All(0.75, 2)), ("v_reset", All(0.0, 2)))),
        ("output", Shape("Output", 2)));

    // Scales that no weights stand beside, pools over no squares, time constants of each neuron's own: with r = tau / dt, and with one r.
    private static H5Group Apart()
    {
        double[] taus = [0.002, 0.004, 0.002, 0.008, 0.001 / 0.375];
        return Graph(
            [
                ("input", "gain"), ("gain", "lif"), ("lif", "mid"), ("mid", "rows"), ("rows", "columns"), ("columns", "flatten"), ("flatten", "fc"), ("fc", "own"), ("own", "gain2"), ("gain2", "own2"), ("own2", "output"),
            ],
            ("input", Shape("Input", 3, 6, 8)),
            ("gain", Node("Scale", ("scale", new H5Dataset(Enumerable.Range(0, 144).Select(i => (float)(1 << (i / 48)) / 2).ToArray(), fileDims: [3, 6, 8])))),
            ("lif", Node("LIF", ("tau", All(0.002, 144)), ("r", All(2.0, 144)), ("v_leak", All(0.0, 144)), ("v_threshold", All(0.5, 144)))),
            ("mid", Node("Scale", ("scale", new H5Dataset(Enumerable.Range(0, 144).Select(i => 2f / (1 << (i / 48))).ToArray(), fileDims: [3, 6, 8])))),
            ("rows", Node("SumPool2d", ("kernel_size", new long[] { 2, 1 }), ("stride", new long[] { 2, 1 }), ("padding", new long[] { 0, 0 }))),
            ("columns", Node("AvgPool2d", ("kernel_size", new long[] { 1, 2 }), ("stride", new long[] { 1, 2 }), ("padding", new long[] { 0, 0 }))),
            ("flatten", Node("Flatten", ("start_dim", 0L), ("end_dim", -1L), ("input_type", new long[] { 3, 3, 4 }))),
            ("fc", Node("Linear", ("weight", Numbers(2, 5, 36)))),
            ("own", Node("LIF", ("tau", taus), ("r", taus.Select(tau => tau / 0.001).ToArray()), ("v_leak", All(0.0, 5)), ("v_threshold", All(0.5, 5)))),
            ("gain2", Node("Scale", ("scale", new[] { 1f, 2f, 0.5f, 3f, 0.75f }))),
            ("own2", Node("LIF", ("tau", taus), ("r", All(2.0, 5)), ("v_leak", All(0.0, 5)), ("v_threshold", All(0.5, 5)))),
            ("output", Shape("Output", 5)));
    }

    // Membranes that rest beside 0, and a synapse before the membrane that is read out.
    private static H5Group Rest() => Graph(
        [("input", "pixels"), ("pixels", "fc1"), ("fc1", "lif"), ("lif", "fc2"), ("fc2", "cuba"), ("cuba", "fc3"), ("fc3", "li"), ("li", "output")],
        ("input", Shape("Input", 4)),
        ("pixels", Node("Scale", ("scale", All(2f, 4)))),
        ("fc1", Affine(5, 4, 0)),
        ("lif", Node("LIF", ("tau", All(0.002, 5)), ("r", All(2.0, 5)), ("v_leak", All(0.25, 5)), ("v_threshold", All(0.5, 5)), ("v_reset", All(0.125, 5)))),
        ("fc2", Affine(4, 5, 2)),
        ("cuba", Node(
            "CubaLIF", ("tau_syn", All(0.002, 4)), ("tau_mem", All(0.004, 4)), ("r", All(4.0, 4)), ("v_leak", All(-0.25, 4)), ("v_threshold", All(0.5, 4)), ("w_in", All(2.0, 4)))),
        ("fc3", Node("Linear", ("weight", Numbers(6, 3, 4)))),
        ("li", Node("CubaLI", ("tau_syn", All(0.004, 3)), ("tau_mem", All(0.002, 3)), ("r", All(2.0, 3)), ("v_leak", All(0.0, 3)), ("w_in", All(4.0, 3)))),
        ("output", Shape("Output", 3)));

    private static H5Group Graph((string From, string To)[] edges, params (string Name, H5Group Node)[] nodes)
    {
        var pairs = new string[edges.Length, 2];
        for (int i = 0; i < edges.Length; i++)
        {
            (pairs[i, 0], pairs[i, 1]) = edges[i];
        }

        return Node("NIRGraph", ("nodes", Group([.. nodes.Select(node => (node.Name, (object)node.Node))])), ("edges", pairs));
    }

    private static H5Group Node(string type, params (string Name, object Value)[] fields) => Group([("type", type), .. fields]);

    private static H5Group Group((string Name, object Value)[] entries)
    {
        var group = new H5Group();
        foreach (var (name, value) in entries)
        {
            group[name] = value;
        }

        return group;
    }

    private static H5Group Shape(string type, params long[] sizes) => Node(type, ("shape", sizes));

    private static H5Group Affine(int outputs, int inputs, int k) => Node("Affine", ("weight", Numbers(k, outputs, inputs)), ("bias", Values(k + 1, outputs)));

    private static T[] All<T>(T value, int count) => [.. Enumerable.Repeat(value, count)];

    private static H5Dataset Filled(float value, long[] shape) => new(All(value, (int)Count(shape)), fileDims: Sizes(shape));

    private static H5Dataset Numbers(int k, params long[] shape) => new(Values(k, (int)Count(shape)), fileDims: Sizes(shape));

    private static float[] Values(int k, int count) => [.. Enumerable.Range(0, count).Select(i => ((((i * 7) + (k * 3)) % 17) - 8) / 16f)];

    private static long Count(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);

    private static ulong[] Sizes(long[] shape) => Array.ConvertAll(shape, size => (ulong)size);
}
