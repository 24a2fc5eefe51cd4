using PureHDF;
using SnnDsl.Serialization;

namespace SnnDsl.Interchange.Nir;

/// <summary>
/// The layout of a .nir file, HDF5: a dataset <c>version</c>, and a group <c>node</c> with <c>type</c> = NIRGraph, <c>nodes/NAME</c> (a group with a dataset <c>type</c> and one for each
/// field) and <c>edges</c> (N x 2 names).
/// </summary>
internal static class NirFormat
{
    private const string Version = "1.0.5", GraphType = "NIRGraph";
    private const int Deepest = 8;

    /// <summary>Reads a file; inner graphs become part of the one around them.</summary>
    /// <exception cref="InterchangeException">It is absent, damaged, or none.</exception>
    public static NirGraph Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new InterchangeException($"There is no file '{path}'.");
        }

        try
        {
            using var file = H5File.OpenRead(path);
            return ReadGraph(file.Group("node"), new FileInfo(path).Length * 1100, Deepest);
        }
        catch (Exception e) when (e is not InterchangeException)
        {
            // The reader throws what it happens to meet first in a file that it does not understand.
            throw new InterchangeException($"'{path}' is damaged, or no NIR file: HDF5 with node/nodes and node/edges ({e.Message.TrimEnd('.')}).", e);
        }
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, NirGraph graph)
    {
        var nodes = new H5Group();
        foreach (var node in graph.Nodes)
        {
            var group = new H5Group { ["type"] = node.Type };
            foreach (var (field, value) in node.Fields)
            {
                group[field] = Dataset(value);
            }

            nodes[node.Name] = group;
        }

        var edges = new string[graph.Edges.Count, 2];
        for (int i = 0; i < graph.Edges.Count; i++)
        {
            (edges[i, 0], edges[i, 1]) = graph.Edges[i];
        }

        var metadata = new H5Group();
        foreach (var (key, text) in graph.Metadata)
        {
            metadata[key] = text;
        }

        var file = new H5File
        {
            ["version"] = Version,
            ["node"] = new H5Group { ["type"] = GraphType, ["nodes"] = nodes, ["edges"] = edges, ["metadata"] = metadata },
        };
        using var bytes = new MemoryStream();
        file.Write(bytes);
        AtomicFile.Write(path, stream => bytes.WriteTo(stream));
    }

    private static object Dataset(NirValue value) => value switch
    {
        { Text: { } text } => text,
        { IsWhole: true, Shape: [] } => (long)value.Numbers[0],
        { IsWhole: true } => new H5Dataset(Array.ConvertAll(value.Numbers, number => (long)number), fileDims: Sizes(value)),
        { Shape: [] } => value.Numbers[0],
        // Weights are float32 numbers; constants of neurons are not.
        _ when value.Numbers.All(number => number == (float)number) => new H5Dataset(Array.ConvertAll(value.Numbers, number => (float)number), fileDims: Sizes(value)),
        _ => new H5Dataset(value.Numbers, fileDims: Sizes(value)),
    };

    private static ulong[] Sizes(NirValue value) => Array.ConvertAll(value.Shape, size => (ulong)size);

    private static NirGraph ReadGraph(IH5Group group, long most, int depth)
    {
        if (depth == 0)
        {
            throw new FormatException($"graphs lie in graphs, more than {Deepest} deep");
        }

        List<NirNode> nodes = [];
        List<(string Name, NirGraph Graph)> inner = [];
        foreach (var child in group.Group("nodes").Children().OfType<IH5Group>())
        {
            string type = ReadText(child.Dataset("type"));
            if (type == GraphType)
            {
                inner.Add((child.Name, ReadGraph(child, most, depth - 1)));
                continue;
            }

            nodes.Add(new(child.Name, type, child.Children().OfType<IH5Dataset>().Where(field => field.Name != "type").ToDictionary(field => field.Name, field => ReadValue(child.Name, field, most))));
        }

        var metadata = new Dictionary<string, string>();
        if (group.LinkExists("metadata"))
        {
            foreach (var text in group.Group("metadata").Children().OfType<IH5Dataset>().Where(text => text.Type.Class is H5DataTypeClass.String or H5DataTypeClass.VariableLength))
            {
                metadata[text.Name] = ReadText(text);
            }
        }

        var edges = ReadTexts(group.Dataset("edges"));
        if (edges.Length % 2 != 0)
        {
            throw new FormatException("node/edges are no pairs of names");
        }

        var graph = new NirGraph(nodes, [.. edges.Chunk(2).Select(pair => (pair[0], pair[1]))], metadata);
        return inner.Aggregate(graph, (whole, part) => whole.With(part.Name, part.Graph));
    }

    private static NirValue ReadValue(string node, IH5Dataset field, long most)
    {
        if (field.Type.Class is H5DataTypeClass.String or H5DataTypeClass.VariableLength)
        {
            return NirValue.Of(ReadText(field));
        }

        bool isOne = field.Space.Type == H5DataspaceType.Scalar;
        long[] shape = isOne ? [] : Array.ConvertAll(field.Space.Dimensions, size => checked((long)size));
        // Before anything is read: a damaged header may claim any size. Deflate packs at most some thousand to one.
        if (shape.Aggregate((UInt128)1, (product, size) => product > long.MaxValue ? product : product * (UInt128)size) > (UInt128)most)
        {
            throw new InterchangeException($"The node '{node}' claims {string.Join('x', shape)} numbers in '{field.Name}', more than so small a file can hold.");
        }

        return (field.Type.Class, field.Type.Size) switch
        {
            (H5DataTypeClass.FloatingPoint, 2) => Real(Read<Half>(field, isOne).Select(number => (double)number)),
            (H5DataTypeClass.FloatingPoint, 4) => Real(Read<float>(field, isOne).Select(number => (double)number)),
            (H5DataTypeClass.FloatingPoint, 8) => Real(Read<double>(field, isOne)),
            (H5DataTypeClass.FixedPoint, 1) => NirValue.Whole([.. Read<sbyte>(field, isOne)], shape),
            (H5DataTypeClass.FixedPoint, 2) => NirValue.Whole([.. Read<short>(field, isOne)], shape),
            (H5DataTypeClass.FixedPoint, 4) => NirValue.Whole([.. Read<int>(field, isOne)], shape),
            (H5DataTypeClass.FixedPoint, 8) => NirValue.Whole([.. Read<long>(field, isOne)], shape),
            _ => throw new InterchangeException($"The node '{node}' holds '{field.Name}' in numbers of a kind that is not read ({field.Type.Class}, {field.Type.Size} bytes)."),
        };

        NirValue Real(IEnumerable<double> numbers) => NirValue.Of([.. numbers], shape);
    }

    private static T[] Read<T>(IH5Dataset field, bool isOne)
        where T : unmanaged => isOne ? [field.Read<T>()] : field.Read<T[]>();

    private static string ReadText(IH5Dataset set) => set.Space.Type == H5DataspaceType.Scalar ? set.Read<string>() : ReadTexts(set).Single();

    private static string[] ReadTexts(IH5Dataset set) => set.Read<string[]>();
}
