using System.Globalization;

namespace SnnDsl.Generator.Tests.Fuzzing;

/// <summary>Declarations of networks by chance: most are nearly right, so that what is odd in them reaches the emitted code.</summary>
internal sealed class RandomDeclaration(int seed)
{
    private static readonly string[] s_names =
    [
        "Net", "Net", "Net", "net", "NET", "@var", "@nint", "@record", "@field", "@class", "@await", "@dynamic", "Größe", "e\u0301", "Steps", "Table", "fc1", "Encoding",
        "SnnDsl", "System", "Tensor", "_", "",
    ];

    private static readonly string[] s_numbers =
    [
        "0.25", "0.5", "1", "0", "-1", "2", "1e-45", "1e-39", "9e-39", "1e-60", "3e38", "1e39", "1e300", "-0.0", "double.NaN", "double.PositiveInfinity", "double.Epsilon",
        "float.MaxValue", "1 / 0", "\"x\"", "null",
    ];

    private static readonly string[] s_sizes =
        ["1", "2", "3", "4", "5", "7", "9", "0", "-1", "65536", "1 << 30", "int.MaxValue", "int.MinValue", "1 / 0", "default", "\"x\""];

    private static readonly string[] s_breaks = ["", "{", "}", "[", "]", "(", ")", ",", ";", "class", "partial", "\"", "@", "///", "#if X", "=", "<T>", "\0", "\u200d"];

    private readonly Random _random = new(seed);

    /// <summary>The text of one file, all of it within the namespace that is given.</summary>
    public string Text(string space)
    {
        string body = string.Join('\n', Enumerable.Range(0, Chance(5) ? 3 : 1).Select(_ => Nested(Network(), Chance(3) ? 1 + _random.Next(3) : 0)));
        if (Chance(6))
        {
            body = Broken(body);
        }

        return $"namespace {space} {{\n{body}\n{Neuron()}\n}}\n";
    }

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private string Of(params string[] values) => values[_random.Next(values.Length)];

    // The first few are harmless: they come more often.
    private string Mostly(string[] values, int harmless) => Chance(8) ? Of(values) : values[_random.Next(harmless)];

    private string Size() => Chance(50) ? Of(s_sizes) : _random.Next(2, 6).ToString(CultureInfo.InvariantCulture);

    private string Number() => Mostly(s_numbers, 3);

    private string Name() => Chance(10) ? $", Name = {Of("\"a\"", "\"fc1\"", "\"forward\"", "\"class\"", "\"\"", "null", "nameof(Net)", "\"größe\"", "\"var\"", "\"a b\"")}" : "";

    private string Network()
    {
        bool image = Chance(2);
        List<string> attributes =
        [
            Chance(3) ? $"SpikingNetwork(TimeSteps = {Size()}, Encoding = {Of("Encoding.Direct", "Encoding.Poisson", "Encoding.Spikes", "Encoding.Direct", Chance(8) ? "(Encoding)7" : "Encoding.Poisson")})" : "SpikingNetwork",
            image ? $"Input({Size()}, 9, 9)" : $"Input({Size()})",
        ];
        int layers = 1 + _random.Next(3);
        for (int i = 0; i < layers; i++)
        {
            image &= !Chance(3);
            attributes.Add(image
                ? Of($"Conv2d({Size()}, Kernel = {Size()}, Stride = {Size()}, Padding = {Size()}{Name()})", $"AvgPool2d(2, Stride = {Size()})", "Conv2d(2, Padding = 1)")
                : $"Flatten, Linear({Size()}{Name()})");
            attributes.Add(Of("Lif", $"Lif({Of("Threshold", "Decay", "Tau", "ResetValue", "SurrogateWidth")} = {Number()}, Reset = {Of("Reset.Hard", "Reset.Soft", "Reset.None")}, {Of("DetachReset", "AtOrAbove", "DecayInput")} = true, "
                + $"Surrogate = (Surrogate){_random.Next(Chance(30) ? 11 : 9)}{Name()})",
                $"Plif({Of("Threshold", "Decay", "Tau")} = {Number()}, PerNeuron = {Of("true", "false")}{Name()})",
                $"Neuron({Of("typeof(Own)", "typeof(int)", "typeof(Missing)", "null", "typeof(System.Collections.Generic.List<>)")}{Name()})",
                $"Alif({Of("Threshold", "Decay", "Adaptation", "AdaptationDecay")} = {Number()}{Name()})",
                $"Synaptic({Of("SynapticDecay", "ResetValue")} = {Number()}, Reset = {Of("Reset.Hard", "Reset.Soft")}{Name()})",
                $"ResonateAndFire({Of("Angle", "Decay")} = {Number()}{Name()})",
                $"Alif(Recurrent = {Of("true", "true", "false")}, RecurrentDiagonal = {Of("true", "false")}{Name()}), Delay({Size()})"));
        }

        attributes.Add(Of("Flatten, Linear(3), Lif", "Flatten, Linear(2), MembraneReadout", $"Flatten, Linear(3), MembraneReadout(Decay = {Number()})", "Flatten, Linear(4), Lif, MeanReadout"));
        if (Chance(20))
        {
            attributes.Insert(_random.Next(attributes.Count), Of("MaxPool2d(2)", "Dropout", "Obsolete", "Nonsense", "Lif", "Input(2)", "SpikingNetwork", "CLSCompliant(false)"));
        }

        string name = Mostly(s_names, 3);
        string type = $"{(Chance(20) ? Of("static ", "abstract ", "file ") : Of("public ", "internal ", "sealed ", ""))}{(Chance(30) ? "" : "partial ")}{(Chance(30) ? Of("record", "struct", "interface") : "class")} {name}";
        string rest = Chance(4)
            ? Of(" : object;", " : System.Object { }", " : System.Exception;", "<T>;", "(int a);", " { int fc1; }", " { class var; class nint; }", $" {{ public {name}() {{ }} }}", " { int Steps => 3; }",
                " : IDisposable;", $"; partial class {name} {{ int a; }}", $"; [Lif] partial class {name};", " : Missing;", " { int input, random, form; }")
            : ";";
        return $"[{string.Join(Of(", ", "]\n["), attributes)}]\n{type}{rest}";
    }

    // Code that is affine, that is not, and that is hardly code.
    private string Neuron() => $"public {Of("struct", "sealed class")} Own : global::SnnDsl.{Of("INeuron", "INeuron", "ISilentNeuron")} {{ {Of("float u, b;", "float u, b;", "float b; double u;", "float u; int b;", "")} "
        + $"public void Integrate(float current) {Body()} public bool Fires {Of("=> u > 1;", "=> 2 * b <= u - 0.5f;", "{ get { return (u) >= (1 - b); } }", "{ get; set; }", "=> u == b;", "=> true;", "=> 1 > 0.5f;", "{ get => !(u > 1); }")} "
        + $"public void Spike() {Body().Replace("current", "1f")} {Of("", "public void Silence() { b /= 2; }")} }}";

    private string Body() => Of(
        "{ u = 0.5f * u + current; }", "{ u = 0.5f * u + current; b += u; }", "{ u += current * b; }", "{ (u, b) = (b, u + current); }", "{ u++; { b -= 2 / 3f; } }", "{ float x = u; u = x - current; }", "{ for (;;) { } }",
        "{ u = System.MathF.Exp(1e30f) + current; }", "{ this.u = default; }", "{ u = current / 0; }", "{ ; }", "{ u = (b = current); }", "{ return; }", "{ (u, (b, _)) = (1, (2, 3)); }", "=> u = -current * -0.0f;",
        "{ Own other = this; other.u = 1; }", "{ var x = 3; u = x / 2; }", "{ u = missing; }", "{ u =", "=> throw null!;", "{ u = current; u -= (float)(double)u; b = System.Math.Max(1, 2) * current; }");

    private string Nested(string network, int depth) => depth == 0 ? network : Nested(
        Of("partial class Outer {{ {0} }}", "partial struct outer {{ {0} }}", "namespace My.Nets {{ {0} }}", "namespace my.nets {{ {0} }}", "namespace @var.@record {{ {0} }}",
            "partial interface I {{ {0} }}", "partial record R {{ {0} }}", "partial record struct S {{ {0} }}", "partial class G<T> {{ {0} }}", "class Closed {{ {0} }}",
            "class var; struct nint; {0}", "partial class {{ {0} }}", "namespace {{ {0} }}").Replace("{{", "{").Replace("}}", "}").Replace("{0}", network),
        depth - 1);

    private string Broken(string text)
    {
        for (int i = 1 + _random.Next(3); i > 0 && text.Length > 4; i--)
        {
            int at = _random.Next(text.Length);
            int length = Chance(2) ? 0 : Math.Min(_random.Next(12), text.Length - at);
            text = text[..at] + Of(s_breaks) + text[(at + length)..];
        }

        return text;
    }
}
