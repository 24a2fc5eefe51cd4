using System.Text.Json;

namespace SnnDsl.Verification.Proofs;

/// <summary>
/// Reads a proof's JSON (docs/proofs.md) in one pass, every field once and none that is not known. Trees are read without recursion, with
/// limits on their depth and size: whoever writes a file can make either as large as they like.
/// </summary>
internal ref struct ProofSyntax
{
    /// <summary>The kinds of splits, each with the names of its sides.</summary>
    public static readonly IReadOnlyDictionary<string, (string First, string Second)> Splits = new Dictionary<string, (string, string)>
    {
        ["spike"] = ("silent", "fires"),
        ["train"] = ("within", "beyond"),
        ["pattern"] = ("atLeast", "less"),
        ["pixel"] = ("below", "above"),
        ["entry"] = ("kept", "flipped"),
    };

    private const int Deepest = 8192;
    private const int MostNodes = 1 << 20;
    private const int MostNeurons = 1 << 22;

    private Utf8JsonReader reader;
    private int nodes;
    private int neurons;

    private ProofSyntax(ReadOnlySpan<byte> bytes) => reader = new(bytes, new JsonReaderOptions { MaxDepth = Deepest + 64 });

    /// <summary>Reads a proof.</summary>
    /// <param name="bytes">Its JSON.</param>
    /// <returns>Its format, its class, and by rival the proofs of its margins.</returns>
    /// <exception cref="FormatException">It is no proof.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static (string Format, int Label, IReadOnlyDictionary<int, MarginProof> Margins) Read(ReadOnlySpan<byte> bytes) =>
        new ProofSyntax(bytes).Whole();

    private (string, int, IReadOnlyDictionary<int, MarginProof>) Whole()
    {
        Next(JsonTokenType.StartObject);
        string? format = null;
        int? label = null;
        Dictionary<int, MarginProof>? margins = null;
        while (Field() is { } name)
        {
            switch (name)
            {
                case "format" when format is null:
                    format = Text();
                    break;
                case "label" when label is null:
                    label = Whole(Next(JsonTokenType.Number));
                    break;
                case "margins" when margins is null:
                    margins = [];
                    Next(JsonTokenType.StartArray);
                    while (Next() != JsonTokenType.EndArray)
                    {
                        var (rival, margin) = Margin();
                        if (!margins.TryAdd(rival, margin))
                        {
                            throw new FormatException($"the margin over class {rival} is there twice");
                        }
                    }

                    break;
                default:
                    throw Unknown(name);
            }
        }

        return reader.Read() ? throw new FormatException("something follows its end")
            : (format ?? throw Missing("format"), label ?? throw Missing("label"), margins ?? throw Missing("margins"));
    }

    private (int Rival, MarginProof Margin) Margin()
    {
        Expect(JsonTokenType.StartObject);
        int? rival = null;
        double? bound = null;
        List<MarginProof.Layer>? layers = null;
        ProofNode? tree = null;
        while (Field() is { } name)
        {
            switch (name)
            {
                case "rival" when rival is null:
                    rival = Whole(Next(JsonTokenType.Number));
                    break;
                case "bound" when bound is null:
                    bound = Number(Next());
                    break;
                case "layers" when layers is null:
                    layers = [];
                    Next(JsonTokenType.StartArray);
                    while (Next() != JsonTokenType.EndArray)
                    {
                        layers.Add(Layer());
                    }

                    break;
                case "tree" when tree is null:
                    Next(JsonTokenType.StartObject);
                    tree = Tree();
                    break;
                default:
                    throw Unknown(name);
            }
        }

        _ = bound ?? throw Missing("bound");
        return (rival ?? throw Missing("rival"), new(layers ?? throw Missing("layers"), tree ?? throw Missing("tree")));
    }

    private MarginProof.Layer Layer()
    {
        Expect(JsonTokenType.StartObject);
        int? number = null;
        bool? trains = null;
        List<int>? listed = null;
        while (Field() is { } name)
        {
            switch (name)
            {
                case "layer" when number is null:
                    number = Whole(Next(JsonTokenType.Number));
                    break;
                case "trains" when trains is null:
                    trains = Next() switch
                    {
                        JsonTokenType.True => true,
                        JsonTokenType.False => false,
                        _ => throw new FormatException("'trains' is neither true nor false"),
                    };
                    break;
                case "neurons" when listed is null:
                    listed = [];
                    Next(JsonTokenType.StartArray);
                    while (Next() != JsonTokenType.EndArray)
                    {
                        listed.Add(++neurons <= MostNeurons ? Whole(reader.TokenType) : throw new FormatException($"it lists more than {MostNeurons} neurons"));
                    }

                    break;
                default:
                    throw Unknown(name);
            }
        }

        return new(number ?? throw Missing("layer"), trains ?? throw Missing("trains"), [.. listed ?? throw Missing("neurons")]);
    }

    // From the start of a node to its end. Each open node waits for the side that is being read.
    private ProofNode Tree()
    {
        Stack<OpenNode> open = new([new()]);
        while (true)
        {
            var node = open.Peek();
            if (Field() is not { } name)
            {
                var closed = node.Close();
                open.Pop();
                if (open.Count == 0)
                {
                    return closed;
                }

                open.Peek().Add(closed);
                continue;
            }

            if (node.Begin(name))
            {
                Next(JsonTokenType.StartObject);
                if (open.Count == Deepest || ++nodes > MostNodes)
                {
                    throw new FormatException($"its tree is deeper than {Deepest} splits, or has more than {MostNodes} nodes");
                }

                open.Push(new());
                continue;
            }

            if (name == "leaf")
            {
                node.Word = Text();
            }
            else if (name == "slopes")
            {
                Next(JsonTokenType.String);
                int start = (int)reader.TokenStartIndex + 1;
                node.Slopes = !reader.ValueIsEscaped ? start..(start + reader.ValueSpan.Length) : throw new FormatException("slopes are no base64");
            }
            else
            {
                Next(JsonTokenType.StartArray);
                int count = name == "spike" ? 3 : 2;
                for (int i = 0; i < count; i++)
                {
                    Next();
                    if (i == 1 && name == "pixel")
                    {
                        node.Value = Number(reader.TokenType);
                    }
                    else if (i == 1 && name == "pattern")
                    {
                        node.Word = Expect(JsonTokenType.String) == JsonTokenType.String ? reader.GetString()! : "";
                    }
                    else
                    {
                        node.Numbers.Add(Whole(reader.TokenType));
                    }
                }

                Next(JsonTokenType.EndArray);
            }
        }
    }

    private JsonTokenType Next() => reader.Read() ? reader.TokenType : throw new FormatException("it ends too early");

    private JsonTokenType Next(JsonTokenType type)
    {
        Next();
        return Expect(type);
    }

    private readonly JsonTokenType Expect(JsonTokenType type) =>
        reader.TokenType == type ? type : throw new FormatException($"a {reader.TokenType} stands where a {type} should");

    // The next field's name; null at the end of the object.
    private string? Field() => Next() == JsonTokenType.EndObject ? null : Expect(JsonTokenType.PropertyName) == JsonTokenType.PropertyName ? reader.GetString() : null;

    private string Text()
    {
        Next(JsonTokenType.String);
        return reader.GetString()!;
    }

    private readonly int Whole(JsonTokenType type) =>
        type == JsonTokenType.Number && reader.TryGetInt32(out int value) ? value : throw new FormatException("a whole number is none, or beyond 2^31");

    private readonly double Number(JsonTokenType type) =>
        type == JsonTokenType.Number && reader.TryGetDouble(out double value) && double.IsFinite(value)
            ? value
            : throw new FormatException("a number is none, or not finite");

    private static FormatException Missing(string field) => new($"it has no '{field}'");

    private static FormatException Unknown(string field) => new($"'{field}' is no field there, or stands there twice");

    private sealed class OpenNode
    {
        private string? kind;
        private string? side;
        private ProofNode? first;
        private ProofNode? second;

        public List<int> Numbers { get; } = [];

        public double Value { get; set; }

        public string Word { get; set; } = "";

        public Range? Slopes { get; set; }

        /// <summary>Takes a field's name.</summary>
        /// <returns>Whether it is a side, a node that follows.</returns>
        public bool Begin(string name)
        {
            if (kind is null)
            {
                kind = name == "leaf" || Splits.ContainsKey(name) ? name : throw Unknown(name);
                return false;
            }

            if (kind == "leaf")
            {
                return name == "slopes" && Slopes is null ? false : throw Unknown(name);
            }

            var (one, other) = Splits[kind];
            bool isNew = (name == one && first is null) || (name == other && second is null);
            side = isNew ? name : throw Unknown(name);
            return true;
        }

        public void Add(ProofNode node)
        {
            if (side == Splits[kind!].First)
            {
                first = node;
            }
            else
            {
                second = node;
            }
        }

        public ProofNode Close()
        {
            if (kind is null)
            {
                throw new FormatException("a node is neither a leaf nor a split");
            }

            if (kind != "leaf")
            {
                return new()
                {
                    Kind = kind,
                    Numbers = [.. Numbers],
                    Value = Value,
                    Word = Word,
                    Sides = (first ?? throw Missing(Splits[kind].First), second ?? throw Missing(Splits[kind].Second)),
                };
            }

            return Word is "empty" or "counts" or "lines" && Slopes is not null == (Word == "lines")
                ? new() { Kind = kind, Word = Word, Slopes = Slopes ?? default }
                : throw new FormatException($"a leaf is said to be '{Word}', which is none of empty, counts and lines with slopes");
        }
    }
}
