using SnnDsl.Affine;
using static TorchSharp.torch;

namespace SnnDsl.Interchange.Onnx;

/// <summary>A value of the network: its name in the graph, its shape without the first dimension, which is time, and whether it is the same at all steps.</summary>
/// <param name="Name">Its name; [T, ...], or [1, ...] where it is the same at all steps.</param>
/// <param name="Shape">The shape of one step.</param>
/// <param name="IsConstant">Whether it is the same at all steps.</param>
internal sealed record OnnxValue(string Name, long[] Shape, bool IsConstant);

/// <summary>Affine maps as operators of ONNX.</summary>
/// <param name="graph">The graph that they are added to.</param>
/// <param name="network">The network's name, for messages.</param>
internal sealed class OnnxMaps(OnnxGraph graph, string network)
{
    // Of a map that is written as one matrix.
    private const long MostEntries = 64_000_000;

    // Run times have these operators for float64, too, but seldom Conv and AveragePool.
    private bool IsWide => graph.Type == ScalarType.Float64;

    /// <summary>Applies a map.</summary>
    /// <exception cref="InterchangeException">ONNX has no operator for the map, and its matrix is too large.</exception>
    public OnnxValue Apply(AffineMap map, OnnxValue x, string name)
    {
        string y = map switch
        {
            FlattenMap => graph.Add("Flatten", $"{name}_flat", [x.Name], ("axis", 1L)),
            LinearMap => Gemm(name, x.Name, Parts(map)),
            Conv2dMap conv => Convolve(name, x.Name, conv, Parts(map)),
            OrPool2dMap pool => graph.Add("MaxPool", $"{name}_max", [x.Name], Window(Sliding.Of(pool))),
            // Divisions by a power of two are exact in any order.
            AvgPool2dMap pool when long.IsPow2(pool.Divisor) && !IsWide => graph.Add("AveragePool", $"{name}_mean", [x.Name], Window(Sliding.Of(pool))),
            Pool2dMap pool => Sum(name, x.Name, pool),
            DiagonalMap => graph.Add("Mul", name, [x.Name, graph.Constant($"{name}_weight", Parts(map)[0].view(1, -1))]),
            ScaleMap => Scale(name, x, Parts(map)),
            VotingMap => Vote(name, x.Name, map.OutputShape[0], map.InputShape[0] / map.OutputShape[0]),
            AffineChain => "",
            _ => AsMatrix(map, x, name),
        };
        if (map is AffineChain chain)
        {
            return chain.Maps.Aggregate(x, (value, link) => Apply(link, value, name));
        }

        return new(y, map.OutputShape, x.IsConstant);
    }

    // Weight, and bias where there is one: a weight has two dimensions or more.
    private static List<Tensor> Parts(AffineMap map)
    {
        List<Tensor> parts = [];
        _ = map.With(tensor =>
        {
            parts.Add(tensor);
            return tensor;
        });
        return parts;
    }

    private static (string, object)[] Window(Sliding sliding) =>
    [
        ("kernel_shape", sliding.Kernel), ("strides", sliding.Stride), ("pads", (long[])[.. sliding.Before, .. sliding.After]),
        .. sliding.Dilation is [1, 1] ? [] : new (string, object)[] { ("dilations", sliding.Dilation) },
    ];

    private string Gemm(string name, string x, List<Tensor> parts) => graph.Add(
        "Gemm", name, [x, .. parts.Select((part, i) => graph.Constant($"{name}_{(i == 0 ? "weight" : "bias")}", part))], ("transB", 1L));

    private string Convolve(string name, string x, Conv2dMap conv, List<Tensor> parts)
    {
        var weight = parts[0];
        long groups = conv.InputShape[0] / weight.shape[1];
        if (IsWide)
        {
            long taps = Product(weight.shape[1..]);
            string matrix = graph.Constant($"{name}_weight", weight.reshape(groups, -1, taps));
            string sums = graph.Add("MatMul", $"{name}_sums", [matrix, Windows(name, x, Sliding.Of(conv), conv, groups, taps)]);
            string shaped = graph.Add("Reshape", name, [sums, graph.Integers([-1, .. conv.OutputShape])]);
            return parts.Count == 1 ? shaped : graph.Add("Add", name, [shaped, graph.Constant($"{name}_bias", parts[1].view(1, -1, 1, 1))]);
        }

        parts[0] = Sliding.Kernels(weight);
        return graph.Add(
            "Conv", name, [x, .. parts.Select((part, i) => graph.Constant($"{name}_{(i == 0 ? "weight" : "bias")}", part))],
            [.. Window(Sliding.Of(conv)), .. groups == 1 ? [] : new (string, object)[] { ("group", groups) }]);
    }

    // Sums of spikes are whole numbers, and exact; the division comes after them, as in the network.
    private string Sum(string name, string x, Pool2dMap pool)
    {
        long channels = pool.InputShape[0];
        var sliding = Sliding.Of(pool);
        string sum;
        if (IsWide)
        {
            string windows = Windows(name, x, sliding, pool, channels, sliding.Kernel[0] * sliding.Kernel[1]);
            string sums = graph.Add("ReduceSum", $"{name}_sums", [windows, graph.Integers(2)], ("keepdims", 0L));
            sum = graph.Add("Reshape", $"{name}_sum", [sums, graph.Integers([-1, .. pool.OutputShape])]);
        }
        else
        {
            using var weight = ones([channels, 1, .. sliding.Kernel]);
            sum = graph.Add("Conv", $"{name}_sum", [x, graph.Constant($"{name}_ones", weight)], [.. Window(sliding), ("group", channels)]);
        }

        return pool.Divisor == 1 ? sum : graph.Add("Div", $"{name}_mean", [sum, graph.Scalar(pool.Divisor)]);
    }

    // What a sliding kernel sees, [N, groups, taps, places]: each place's pixels by their index; behind the last one stands the zero of the edges.
    private string Windows(string name, string x, Sliding sliding, AffineMap map, long groups, long taps)
    {
        var (channels, height, width) = (map.InputShape[0], map.InputShape[1], map.InputShape[2]);
        long edge = height * width;
        long[] indices =
        [
            .. from down in Each(sliding.Kernel[0])
               from across in Each(sliding.Kernel[1])
               from row in Each(map.OutputShape[1])
               from column in Each(map.OutputShape[2])
               let y = (row * sliding.Stride[0]) + (down * sliding.Dilation[0]) - sliding.Before[0]
               let z = (column * sliding.Stride[1]) + (across * sliding.Dilation[1]) - sliding.Before[1]
               select y >= 0 && y < height && z >= 0 && z < width ? (y * width) + z : edge,
        ];
        string pixels = graph.Add("Reshape", $"{name}_pixels", [x, graph.Integers(-1, channels, edge)]);
        if (indices.Contains(edge))
        {
            pixels = graph.Add("Pad", $"{name}_edge", [pixels, graph.Integers(0, 0, 0, 0, 0, 1), graph.Scalar(0)]);
        }

        string seen = graph.Add("Gather", $"{name}_seen", [pixels, graph.Integers(indices)], ("axis", 2L));
        return graph.Add("Reshape", $"{name}_windows", [seen, graph.Integers(-1, groups, taps, map.OutputShape[1] * map.OutputShape[2])]);
    }

    private string Scale(string name, OnnxValue x, List<Tensor> parts)
    {
        long[] shape = [1, -1, .. Enumerable.Repeat(1L, x.Shape.Length - 1)];
        string scaled = graph.Add("Mul", $"{name}_scaled", [x.Name, graph.Constant($"{name}_scale", parts[0].reshape(shape))]);
        return graph.Add("Add", name, [scaled, graph.Constant($"{name}_shift", parts[1].reshape(shape))]);
    }

    private string Vote(string name, string x, long groups, long size)
    {
        string grouped = graph.Add("Reshape", $"{name}_groups", [x, graph.Integers(-1, groups, size)]);
        string votes = graph.Add("ReduceSum", $"{name}_votes", [grouped, graph.Integers(2)], ("keepdims", 0L));
        return graph.Add("Div", name, [votes, graph.Scalar(size)]);
    }

    // Whatever a map is, pulling back ones gives its rows, and zeros its bias.
    private string AsMatrix(AffineMap map, OnnxValue x, string name)
    {
        long inputs = Product(map.InputShape), outputs = Product(map.OutputShape);
        if (inputs > MostEntries / outputs)
        {
            throw new InterchangeException(
                $"{network} has a {map.GetType().Name} of {string.Join('x', map.InputShape)} to {string.Join('x', map.OutputShape)}, for which ONNX has no operator, and as a matrix of {inputs} x {outputs} it is too large.");
        }

        using var scope = NewDisposeScope();
        var rows = map.PullBack(eye(outputs, dtype: graph.Type).view([outputs, .. map.OutputShape])).reshape(outputs, inputs);
        var bias = map.Apply(zeros([1, .. map.InputShape], dtype: graph.Type)).reshape(outputs);
        string flat = map.InputShape.Length == 1 ? x.Name : graph.Add("Flatten", $"{name}_flat", [x.Name], ("axis", 1L));
        string y = Gemm(name, flat, [rows, bias]);
        return map.OutputShape.Length == 1 ? y : graph.Add("Reshape", $"{name}_shaped", [y, graph.Integers([-1, .. map.OutputShape])]);
    }

    private static IEnumerable<long> Each(long count) => Enumerable.Range(0, (int)count).Select(i => (long)i);

    private static long Product(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
