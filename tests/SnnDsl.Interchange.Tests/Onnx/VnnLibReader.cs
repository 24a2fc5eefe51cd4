using System.Globalization;

namespace SnnDsl.Interchange.Tests.Onnx;

/// <summary>Reads VNN-LIB 1.0 by its grammar alone: declarations, and assertions of comparisons under and / or.</summary>
internal sealed class VnnLibReader
{
    private readonly List<object> assertions = [];

    public VnnLibReader(string text)
    {
        var tokens = new Queue<string>(string.Join('\n', text.Split('\n').Select(line => line.Split(';')[0]))
            .Replace("(", " ( ", StringComparison.Ordinal).Replace(")", " ) ", StringComparison.Ordinal)
            .Split((char[])[' ', '\n', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries));
        while (tokens.Count > 0)
        {
            var form = (List<object>)Read(tokens);
            switch ((string)form[0])
            {
                case "declare-const" when form is [_, string name, "Real"]:
                    Assert.True(Variables.Add(name), $"{name} is declared twice");
                    break;
                case "assert":
                    assertions.Add(form[1]);
                    break;
                default:
                    throw new FormatException($"{form[0]} is none of VNN-LIB 1.0");
            }
        }
    }

    public HashSet<string> Variables { get; } = [];

    /// <summary>Whether values of X and Y satisfy all assertions.</summary>
    public bool Holds(IReadOnlyDictionary<string, double> values) => assertions.All(form => Holds(form, values));

    /// <summary>Whether they satisfy those that speak of X alone.</summary>
    public bool HoldsOfInputs(IReadOnlyDictionary<string, double> values) =>
        assertions.Where(form => !Names(form).Any(name => name.StartsWith('Y'))).All(form => Holds(form, values));

    private static IEnumerable<string> Names(object form) => form is List<object> list ? list.SelectMany(Names) : [(string)form];

    private bool Holds(object form, IReadOnlyDictionary<string, double> values) => form is List<object> list
        ? (string)list[0] switch
        {
            "and" => list.Skip(1).All(part => Holds(part, values)),
            "or" => list.Skip(1).Any(part => Holds(part, values)),
            "<=" => Value(list[1], values) <= Value(list[2], values),
            ">=" => Value(list[1], values) >= Value(list[2], values),
            var other => throw new FormatException($"{other} is no comparison"),
        }
        : throw new FormatException($"{form} is no assertion");

    private double Value(object atom, IReadOnlyDictionary<string, double> values) => Variables.Contains((string)atom)
        ? values[(string)atom]
        : double.Parse((string)atom, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static object Read(Queue<string> tokens)
    {
        string token = tokens.Dequeue();
        if (token != "(")
        {
            return token;
        }

        List<object> list = [];
        while (tokens.Peek() != ")")
        {
            list.Add(Read(tokens));
        }

        tokens.Dequeue();
        return list;
    }
}
