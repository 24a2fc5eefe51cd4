using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Planning;
using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Reference;

/// <summary>The smallest network that shows an attribute: its text, and what the compiler makes of it.</summary>
/// <param name="Attribute">The attribute as the example writes it, without brackets.</param>
/// <param name="Source">The class.</param>
/// <param name="Plan">The network.</param>
internal sealed record Declared(string Attribute, string Source, NetworkPlan Plan)
{
    private const string Tired = """

        public struct Tired : INeuron
        {
            private float u, rest;

            public void Integrate(float current)
            {
                u = 0.9f * u + current - 0.2f * rest;
                rest *= 0.5f;
            }

            public readonly bool Fires => u > 1;

            public void Spike()
            {
                u = 0;
                rest += 1;
            }
        }
        """;

    // Before and behind the attribute. A kind of neurons needs no line of its own.
    private static readonly Dictionary<string, (string Before, string Attribute, string After)> s_places = new()
    {
        ["Linear"] = ("[Input(4)]", "Linear(3)", "[Lif]"),
        ["Conv2d"] = ("[Input(2, 8, 8)]", "Conv2d(3, Kernel = 3, Stride = 2, Padding = 1)", "[Lif] [Flatten] [Linear(3)] [Lif]"),
        ["Conv1d"] = ("[Input(2, 16)]", "Conv1d(4, Kernel = 3, Padding = 1)", "[Lif] [Flatten] [Linear(3)] [Lif]"),
        ["ConvTranspose2d"] = ("[Input(2, 4, 4)]", "ConvTranspose2d(3, Kernel = 3, Stride = 2, Padding = 1, OutputPadding = 1)", "[Lif] [Flatten] [Linear(3)] [Lif]"),
        ["AvgPool1d"] = ("[Input(1, 16)] [Conv1d(2)] [Lif]", "AvgPool1d(2)", "[Flatten] [Linear(3)] [Lif]"),
        ["MaxPool1d"] = ("[Input(1, 16)] [Conv1d(2)] [Lif]", "MaxPool1d(2)", "[Flatten] [Linear(3)] [Lif]"),
        ["AvgPool2d"] = ("[Input(1, 8, 8)] [Conv2d(2)] [Lif]", "AvgPool2d(2)", "[Flatten] [Linear(3)] [Lif]"),
        ["GlobalAvgPool2d"] = ("[Input(1, 8, 8)] [Conv2d(2)] [Lif]", "GlobalAvgPool2d", "[Flatten] [Linear(3)] [Lif]"),
        ["AdaptiveAvgPool2d"] = ("[Input(1, 8, 8)] [Conv2d(2)] [Lif]", "AdaptiveAvgPool2d(4, 2)", "[Flatten] [Linear(3)] [Lif]"),
        ["SumPool2d"] = ("[Input(1, 8, 8)] [Conv2d(2)] [Lif]", "SumPool2d(2)", "[Flatten] [Linear(3)] [Lif]"),
        ["MaxPool2d"] = ("[Input(1, 8, 8)] [Conv2d(2)] [Lif]", "MaxPool2d(2)", "[Flatten] [Linear(3)] [Lif]"),
        ["BatchNorm1d"] = ("[Input(4)] [Linear(3)]", "BatchNorm1d", "[Lif]"),
        ["BatchNorm2d"] = ("[Input(1, 8, 8)] [Conv2d(2)]", "BatchNorm2d", "[Lif] [Flatten] [Linear(3)] [Lif]"),
        ["Dropout"] = ("[Input(4)] [Linear(3)] [Lif]", "Dropout(0.5)", "[Linear(3)] [Lif]"),
        ["Voting"] = ("[Input(4)] [Linear(6)] [Lif]", "Voting(2)", ""),
        ["Normalize"] = ("[Input(3, 8, 8)]", "Normalize(new[] { 0.49, 0.48, 0.45 }, new[] { 0.25, 0.24, 0.26 })", "[Flatten] [Linear(3)] [Lif]"),
        ["Neuron"] = ("[Input(4)] [Linear(3)]", "Neuron(typeof(Tired))", ""),
        ["Residual"] = ("[Input(4)]\n[Linear(3)] [Lif(Name = \"first\")]\n[Linear(3)] [Lif]", "Residual(\"first\")", "[Linear(2)] [Lif]"),
        ["Concat"] = ("[Input(4)]\n[Linear(3)] [Lif(Name = \"first\")]\n[Linear(2)] [Lif]", "Concat(\"first\")", "[Linear(2)] [Lif]"),
        ["Delay"] = ("[Input(4)] [Linear(3)] [Lif]", "Delay(2)", "[Linear(3)] [Lif]"),
        ["Flatten"] = ("[Input(1, 8, 8)]", "Flatten", "[Linear(3)] [Lif]"),
    };

    /// <summary>What of the plan the attribute lowers to.</summary>
    public IEnumerable<PlannedLayer> Lowered
    {
        get
        {
            var layer = Plan.Spec.Layers.Last(layer => layer.Kind.Title == Attribute.Split('(')[0]);
            var names = layer.Kind.NamesOf(layer.Name, readsInput: false).ToHashSet();
            return Plan.Layers.Where(planned => names.Contains(planned.Name));
        }
    }

    /// <summary>The example of a kind of layers.</summary>
    public static Declared Of(LayerKind kind)
    {
        var place = s_places.TryGetValue(kind.Title, out var stated) ? stated
            : kind.Role == LayerRole.Spiking ? ("[Input(4)] [Linear(3)]", kind.Title, "")
            : throw new InvalidOperationException($"[{kind.Title}] has no example yet: add a line to {nameof(Declared)}.{nameof(s_places)}.");
        return Of(place);
    }

    private static Declared Of((string Before, string Attribute, string After) place)
    {
        string source = string.Join('\n', new[] { "[SpikingNetwork(TimeSteps = 4)]", place.Before, $"[{place.Attribute}]", place.After, "public sealed partial class Example;", place.Attribute.Contains("Tired") ? Tired : "" }
            .Where(line => line.Length > 0));
        return new(place.Attribute, source, Plans.Of(source));
    }
}
