using System.Reflection;
using System.Text;
using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Planning;
using SnnDsl.Generator.Readouts;

namespace SnnDsl.Generator.Tests.Reference;

/// <summary>
/// docs/language.md: every attribute with its arguments, from the doc comments that the editor shows, and what the compiler makes of it, from the
/// compiler itself. Nothing in it is written by hand but the sentences between the sections.
/// </summary>
internal sealed class LanguageReference
{
    private readonly StringBuilder _text = new();
    private readonly XmlDocs _docs = XmlDocs.Of(typeof(LayerAttribute).Assembly);

    private LanguageReference()
    {
    }

    /// <summary>The whole page.</summary>
    public static string Write()
    {
        var page = new LanguageReference();
        page.Head();
        page.Section("The network", [typeof(SpikingNetworkAttribute), typeof(InputAttribute)]);
        page.Layers("Layers", kind => kind.Role != LayerRole.Spiking);
        page.Layers("Neurons", kind => kind.Role == LayerRole.Spiking);
        page.Readouts();
        page.Choices();
        return page._text.ToString();
    }

    private void Head() => _text.Append("""
        # The language

        Every attribute of a declaration: its arguments, what it computes, what it lowers to, and what can be certified of it. This page is
        written by the tests from the attributes and from the compiler: `SNNDSL_UPDATE_GOLDEN=1` rewrites it ([testing](testing.md)). How the pieces fit
        together is told in [layers](layers.md) and [neurons](neurons.md); what is wrong with a declaration, in [diagnostics](diagnostics/README.md).

        ```csharp
        [SpikingNetwork(TimeSteps = 10)]
        [Input(1, 28, 28)]
        [Flatten]
        [Linear(256)] [Lif]
        [Linear(10)] [Lif]
        public sealed partial class Classifier;
        ```

        Attributes act in the order in which they stand. Numbers are rounded to float32 where the argument says so, and the network, its bounds and its records
        are about the rounded ones.

        """);

    private void Section(string title, IEnumerable<Type> types)
    {
        _text.Append($"\n## {title}\n");
        foreach (var type in types)
        {
            Attribute(type);
        }
    }

    private void Layers(string title, Func<LayerKind, bool> which)
    {
        _text.Append($"\n## {title}\n");
        var own = typeof(LayerAttribute).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(property => property.SetMethod?.IsPublic == true);
        _text.Append("\nEach of them takes, too:\n\n");
        Arguments(own);
        foreach (var kind in LayerKinds.All.Where(which))
        {
            Attribute(TypeOf(kind.AttributeName));
            Lowering(Declared.Of(kind));
        }
    }

    private void Readouts()
    {
        _text.Append("\n## Readouts\n\nOne a network; without any it is `[MeanReadout]`.\n");
        foreach (var kind in ReadoutKinds.All)
        {
            Attribute(TypeOf(kind.AttributeName));
        }
    }

    private void Choices()
    {
        _text.Append("\n## Choices\n");
        foreach (var type in typeof(LayerAttribute).Assembly.GetExportedTypes().Where(type => type.IsEnum).OrderBy(type => type.Name, StringComparer.Ordinal))
        {
            _text.Append($"\n### `{type.Name}`\n\n{_docs.About(type)}\n\n| value | meaning |\n| --- | --- |\n");
            foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Static))
            {
                _text.Append($"| `{type.Name}.{field.Name}` | {Cell(_docs.About(field))} |\n");
            }
        }
    }

    private void Attribute(Type type)
    {
        string name = type.Name[..^nameof(Attribute).Length];
        var constructors = type.GetConstructors().OrderBy(constructor => constructor.GetParameters().Length).ToList();
        string forms = string.Join(", ", constructors.Select(constructor => constructor.GetParameters() is { Length: > 0 } parameters
            ? $"`[{name}({string.Join(", ", parameters.Select(parameter => parameter.Name))})]`" : $"`[{name}]`").Distinct());
        _text.Append($"\n### `[{name}]`\n\n{forms}. {_docs.About(type)}\n");

        var rows = constructors.SelectMany(constructor => constructor.GetParameters().Select(parameter => Row(parameter.Name!, parameter.ParameterType, _docs.About(constructor, parameter))));
        var properties = type.GetProperties().Where(property => property.SetMethod?.IsPublic == true && property.DeclaringType != typeof(LayerAttribute));
        var all = rows.Distinct().Concat(properties.OrderBy(property => property.DeclaringType == type ? 0 : 1).Select(Row)).ToList();
        if (all.Count > 0)
        {
            _text.Append($"\n{TableHead}{string.Concat(all)}");
        }
    }

    private void Lowering(Declared example)
    {
        _text.Append($"\n```csharp\n{example.Source}\n```\n\n");
        var lowered = example.Lowered.ToList();
        _text.Append("| lowers to | computes | in the text of records |\n| --- | --- | --- |\n");
        foreach (var layer in lowered)
        {
            _text.Append($"| {Cell(layer.Title)} | {Cell(layer.Equation)} | {(layer.Layer.Describe() is { } text ? $"`{Cell(text)}`" : "nothing")} |\n");
        }

        _text.Append($"\nCertified: {Certified(example, lowered)}.\n");
    }

    // What a graph has is in the runtime's walk of graphs. Neurons with kernels have every theorem of LIF; of others it is known what is derived from their equations.
    private static string Certified(Declared example, List<PlannedLayer> lowered) => !example.Plan.IsChain
        ? "`s-ibp` and `s-crown`, in every precision, with records that `verify` accepts; what is derived for chains alone (`alpha`, `bab`, the exact model) refuses " +
            "the network and says so, and `auto` leaves it out"
        : lowered.Any(layer => layer.IsSpiking && layer.Layer.Neuron is null)
        ? "`s-ibp` and `s-crown`, in every precision, with records that `verify` accepts; `alpha`, `bab`, `s-crown-paper` and the exact model refuse " +
            "the network and name this layer, and `auto` leaves them out"
        : "by every method, in every precision, with records that `verify` accepts";

    private void Arguments(IEnumerable<PropertyInfo> properties) => _text.Append(TableHead + string.Concat(properties.Select(Row)));

    private string Row(PropertyInfo property) => Row(property.Name, property.PropertyType, _docs.About(property));

    private static string Row(string name, Type type, string meaning) => $"| `{name}` | {Kind(type)} | {Cell(meaning)} |\n";

    private const string TableHead = "| argument | | meaning |\n| --- | --- | --- |\n";

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => $"`{type.Name}`",
        { IsArray: true } => $"{Kind(type.GetElementType()!)}s",
        _ when type == typeof(int) => "whole number",
        _ when type == typeof(double) => "number",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(string) => "text",
        _ when type == typeof(Type) => "type",
        _ => throw new InvalidOperationException($"{type} as an argument has no word in the reference yet."),
    };

    private static string Cell(string text) => text.Replace("|", "\\|");

    private static Type TypeOf(string name) => typeof(LayerAttribute).Assembly.GetType(name, throwOnError: true)!;
}
