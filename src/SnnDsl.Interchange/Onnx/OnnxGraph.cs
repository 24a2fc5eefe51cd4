using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SnnDsl.Interchange.Onnx;

/// <summary>An ONNX graph that is being written: operators in order, and constants.</summary>
/// <remarks>Field numbers are those of onnx.proto, IR version 7; operators those of opset 13.</remarks>
/// <param name="type">What its numbers are: float32, or float64.</param>
internal sealed class OnnxGraph(ScalarType type)
{
    private const int IrVersion = 7, Opset = 13, Float = 1, Int64 = 7, Double = 11;

    private readonly ProtobufWriter graph = new();
    private readonly Dictionary<string, int> names = [];
    private readonly Dictionary<float, string> scalars = [];
    private readonly Dictionary<string, string> integers = [];

    /// <summary>What its numbers are: float32, or float64.</summary>
    public ScalarType Type => type;

    /// <summary>The same, as ONNX numbers types.</summary>
    public long TypeNumber => type == ScalarType.Float64 ? Double : Float;

    /// <summary>Adds an operator with one output.</summary>
    /// <param name="type">Its name.</param>
    /// <param name="name">What the output is called, with a number if that is taken.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="attributes">Whole numbers, or lists of them.</param>
    /// <returns>The output's name.</returns>
    public string Add(string type, string name, string[] inputs, params (string Name, object Value)[] attributes) => Add(type, name, inputs, 1, attributes)[0];

    /// <summary>Adds an operator with several outputs.</summary>
    public string[] Add(string type, string name, string[] inputs, int outputs, params (string Name, object Value)[] attributes)
    {
        string[] made = [.. Enumerable.Range(0, outputs).Select(_ => Unique(name))];
        var node = new ProtobufWriter();
        foreach (string input in inputs)
        {
            node.Text(1, input);
        }

        foreach (string output in made)
        {
            node.Text(2, output);
        }

        node.Text(3, $"{type}:{made[0]}").Text(4, type);
        foreach (var (key, value) in attributes)
        {
            node.Message(5, Attribute(key, value));
        }

        graph.Message(1, node);
        return made;
    }

    /// <summary>A tensor of constants.</summary>
    public string Constant(string name, Tensor values)
    {
        using var scope = NewDisposeScope();
        var numbers = values.detach().cpu().to(type).contiguous();
        return Initialiser(Unique(name), values.shape, TypeNumber, numbers.numel() == 0 ? [] : numbers.bytes);
    }

    /// <summary>A number, the same constant wherever it is the same.</summary>
    public string Scalar(float value)
    {
        double wide = value;
        return scalars.TryGetValue(value, out string? known)
            ? known
            : scalars[value] = Initialiser(Unique("c"), [], TypeNumber, type == ScalarType.Float64
                ? MemoryMarshal.AsBytes(new ReadOnlySpan<double>(in wide))
                : MemoryMarshal.AsBytes(new ReadOnlySpan<float>(in value)));
    }

    /// <summary>A list of whole numbers.</summary>
    public string Integers(params long[] values)
    {
        string key = string.Join(',', values);
        return integers.TryGetValue(key, out string? known)
            ? known
            : integers[key] = Initialiser(Unique("n"), [values.Length], Int64, MemoryMarshal.AsBytes(values.AsSpan()));
    }

    /// <summary>Writes the model.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="name">The graph's name.</param>
    /// <param name="input">The input's name and shape.</param>
    /// <param name="output">The output's.</param>
    /// <param name="metadata">Texts to go with it.</param>
    public void Write(Stream stream, string name, (string Name, long[] Shape) input, (string Name, long[] Shape) output, params (string Key, string Value)[] metadata)
    {
        graph.Text(2, name).Message(11, Value(input)).Message(12, Value(output));
        var model = new ProtobufWriter()
            .Number(1, IrVersion)
            .Text(2, "SnnDsl")
            .Text(3, typeof(OnnxGraph).Assembly.GetName().Version!.ToString(3))
            .Message(7, graph)
            .Message(8, new ProtobufWriter().Text(1, "").Number(2, Opset));
        foreach (var (key, value) in metadata)
        {
            model.Message(14, new ProtobufWriter().Text(1, key).Text(2, value));
        }

        model.CopyTo(stream);
    }

    /// <summary>A name that is not taken.</summary>
    public string Unique(string name)
    {
        int count = names.GetValueOrDefault(name);
        names[name] = count + 1;
        return count == 0 ? name : Unique($"{name}_{count}");
    }

    private string Initialiser(string name, long[] shape, long kind, ReadOnlySpan<byte> raw)
    {
        var tensor = new ProtobufWriter();
        foreach (long size in shape)
        {
            tensor.Number(1, size);
        }

        graph.Message(5, tensor.Number(2, kind).Text(8, name).Bytes(9, raw));
        return name;
    }

    private static ProtobufWriter Attribute(string name, object value)
    {
        const int Integer = 2, IntegerList = 7;
        var attribute = new ProtobufWriter().Text(1, name);
        if (value is long number)
        {
            return attribute.Number(3, number).Number(20, Integer);
        }

        foreach (long item in (long[])value)
        {
            attribute.Number(8, item);
        }

        return attribute.Number(20, IntegerList);
    }

    private ProtobufWriter Value((string Name, long[] Shape) value)
    {
        var shape = new ProtobufWriter();
        foreach (long size in value.Shape)
        {
            shape.Message(1, new ProtobufWriter().Number(1, size));
        }

        return new ProtobufWriter().Text(1, value.Name).Message(2, new ProtobufWriter().Message(1, new ProtobufWriter().Number(1, TypeNumber).Message(2, shape)));
    }
}
