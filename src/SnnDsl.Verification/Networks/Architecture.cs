using System.Globalization;

namespace SnnDsl.Verification.Networks;

/// <summary>
/// A network's architecture, read from its canonical text, whose hash stands in every record:
/// <c>encoding=Direct;steps=10;input=1x28x28;LAYER;...;readout=Mean()</c>.
/// </summary>
internal sealed record Architecture
{
    /// <summary>How inputs are encoded.</summary>
    public required Encoding Encoding { get; init; }

    /// <summary>T as declared; a record may name another.</summary>
    public required int Steps { get; init; }

    /// <summary>The shape of one sample and step.</summary>
    public required int[] Input { get; init; }

    /// <summary>The layers in order.</summary>
    public required IReadOnlyList<LayerSpec> Layers { get; init; }

    /// <summary>The decay of a last membrane that is read out, a float32 number; null for the mean over time.</summary>
    public required double? MembraneDecay { get; init; }

    /// <summary>The decay of the synaptic current that this membrane integrates; 0 where it integrates the layer's values themselves.</summary>
    public double SynapticDecay { get; init; }

    /// <summary>Whether each layer reads the one before it alone, at the same step.</summary>
    public bool IsChain => Layers.All(layer => layer.Reads is null && layer.Kind != "Delay");

    /// <summary>Whether the readout by membranes is by their mean over time; else by the last one.</summary>
    public bool MeanMembrane { get; init; }

    /// <summary>Reads the text.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">It is not such a text, or names a layer that this program does not know.</exception>
    public static Architecture Read(string text)
    {
        string[] parts = text.Split(';');
        if (parts.Length < 5)
        {
            throw new FormatException($"The architecture '{text}' has no layer: it is no text of this compiler.");
        }

        var readout = Call("readout", Value(parts[^1], "readout"));
        return new()
        {
            Encoding = Enum.Parse<Encoding>(Value(parts[0], "encoding")),
            Steps = Whole(Value(parts[1], "steps")),
            Input = Shape(Value(parts[2], "input")),
            Layers = [.. parts[3..^1].Select(Layer)],
            MembraneDecay = readout.Kind switch
            {
                "Mean" => null,
                "Membrane" => Float(readout.Constants["decay"]),
                _ => throw new FormatException($"The verifier does not know the readout {readout.Kind}."),
            },
            SynapticDecay = readout.Constants.TryGetValue("synaptic", out string? synaptic) ? Float(synaptic) : 0,
            MeanMembrane = readout.Constants.TryGetValue("mean", out string? mean) && mean == "true",
        };
    }

    /// <summary>A float32 number, exactly.</summary>
    public static double Float(string text) => float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>A whole number.</summary>
    public static int Whole(string text) => int.Parse(text, NumberStyles.Integer, CultureInfo.InvariantCulture);

    private static LayerSpec Layer(string text)
    {
        int equals = text.IndexOf('='), arrow = text.LastIndexOf("->", StringComparison.Ordinal);
        if (equals < 0 || arrow < equals)
        {
            throw new FormatException($"'{text}' is no layer of an architecture.");
        }

        // NAME<-SOURCE,SOURCE where it does not read the layer before it.
        string[] head = text[..equals].Split("<-", 2);
        return Call(head[0], text[(equals + 1)..arrow]) with
        {
            Output = Shape(text[(arrow + 2)..]), Reads = head.Length > 1 ? head[1].Split(',') : null,
        };
    }

    // Kind(name=value,name=value).
    private static LayerSpec Call(string name, string text)
    {
        int open = text.IndexOf('(');
        if (open < 0 || !text.EndsWith(')'))
        {
            throw new FormatException($"'{text}' is no layer or readout of an architecture.");
        }

        var constants = text[(open + 1)..^1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2));
        return new(name, text[..open], constants.ToDictionary(pair => pair[0], pair => pair[1]), []) { Text = text };
    }

    private static string Value(string part, string name) => part.StartsWith(name + "=", StringComparison.Ordinal)
        ? part[(name.Length + 1)..]
        : throw new FormatException($"'{part}' of an architecture should state '{name}'.");

    private static int[] Shape(string text) => [.. text.Split('x').Select(Whole)];
}
