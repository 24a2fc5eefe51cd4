using System.CodeDom.Compiler;
using Microsoft.CodeAnalysis;
using SnnDsl.Generator.Diagnostics;
using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Readouts;

namespace SnnDsl.Generator.Parsing;

/// <summary>From a class symbol to a <see cref="NetworkSpec"/>: symbols stop here.</summary>
internal static class NetworkParser
{
    /// <summary>Parses and checks everything about a declaration but the shapes.</summary>
    /// <param name="symbol">A class with [SpikingNetwork].</param>
    /// <param name="compilation">Where the classes that emitted code derives from are looked up.</param>
    /// <param name="cancellation">Stops the parse.</param>
    public static ParsedNetwork Parse(INamedTypeSymbol symbol, Compilation compilation, CancellationToken cancellation)
    {
        if (IsUnnamed(symbol))
        {
            return new ParsedNetwork(null, null, null, [], [], [], []);
        }

        var attributes = new DeclaredAttributes(symbol);
        List<Problem> found = [];
        var problems = new ProblemReporter(found, new Place(DeclarationPart.Class));
        ClassRules.Check(symbol, compilation, attributes, problems);
        var @class = new DeclaredClass(
            string.Join(".", Spaces(symbol).Reverse().Select(space => Escape(space.Name))),
            Escape(symbol.Name),
            Containers(symbol).Reverse().Select(type => new ContainingType(KeywordOf(type), Escape(type.Name))).ToEquatableArray(),
            MetadataNameOf(symbol),
            MetadataNameOf(symbol) + NumberAmongNamesakes(symbol));
        // An unknown base class may be any.
        bool isOutlined = ClassRules.CanBeOutlined(found) && ClassRules.WrittenBase(symbol, compilation) is not (_, { TypeKind: TypeKind.Error });
        cancellation.ThrowIfCancellationRequested();

        bool readable = true;
        AttributeArguments? Read(string title, DeclarationPart part, int index = 0)
        {
            var place = problems.At(new Place(part, index));
            AttributeArguments? arguments = null;
            if (attributes.At(part, index) is { } attribute)
            {
                UnknownArguments.Check(title, attribute, place, cancellation);
                arguments = AttributeReader.Read(title, attribute, compilation, place);
            }

            readable &= arguments is not null;
            return arguments;
        }

        var network = Read("SpikingNetwork", DeclarationPart.Network);
        int steps = network is null ? 1 : StepsOf(network);
        if (steps < 1)
        {
            network!.Problems.ReportAt("TimeSteps", ProblemIds.TimeSteps, Numbers.Plain(steps));
        }

        var encoding = network?.Choice<InputEncoding>("Encoding") ?? InputEncoding.Direct;
        var input = attributes.Count(DeclarationPart.Input) > 0 ? ReadInput(Read("Input", DeclarationPart.Input)) : null;

        List<Layer?> layers = [];
        List<string> names = [];
        List<SourceRules.Stated> stated = [];
        foreach (var kind in attributes.Layers)
        {
            int ordinal = 1 + attributes.Layers.Take(layers.Count).Count(other => other.NamePrefix == kind.NamePrefix);
            var arguments = Read(kind.Title, DeclarationPart.Layer, layers.Count);
            string name = arguments?.Value<string?>("Name", null) ?? kind.NamePrefix + Numbers.Plain(ordinal);
            var layer = arguments is null ? null : kind.Read(name, arguments);
            layers.Add(arguments is { SizesAreValid: true } ? layer : null);
            names.Add(name);
            stated.Add(new(arguments?.Value<string?>("From", null), arguments?.Value<string[]>(JoiningLayer.SourcesArgument, []) ?? []));
        }

        var readouts = attributes.Readouts.Select((kind, i) => Read(kind.Title, DeclarationPart.Readout, i) is { } arguments
            ? kind.Read(arguments)
            : new MeanReadout()).ToList();

        // Names, sources and shapes of the others hang on an attribute that cannot be read: its error stands alone.
        bool isWhole = readable && attributes.IsWhole;
        var rest = isWhole ? problems : new ProblemReporter([], new Place(DeclarationPart.Class));
        CheckDelays(layers, steps, rest);
        var sources = SourceRules.Resolve(attributes.Layers, names, stated, rest);
        // The base of a chain may be written out; a graph has another.
        if (!SourceRules.IsChain(attributes.Layers, sources) && ClassRules.WrittenBase(symbol, compilation) is (var ancestor, { TypeKind: TypeKind.Class })
            && found.All(problem => problem.Id != ProblemIds.BaseClass))
        {
            rest.Report(ProblemIds.BaseClass, symbol.Name, ancestor);
        }

        NameRules.Check(symbol, compilation, attributes, names, SourceRules.ReadInput(attributes.Layers, sources), rest);
        CheckStrangers(attributes, problems);
        StructureRules.Check(attributes, names, sources, encoding, input, rest);

        bool broken = !isWhole || input is null || found.Any(problem => Descriptors.IsError(problem.Id));
        var spec = broken ? null : new NetworkSpec(
            @class,
            symbol.GetAttributes().Any(attribute => attribute.AttributeClass is { Name: nameof(GeneratedCodeAttribute) } type && type.ToDisplayString() == s_generatedCode),
            HiddenNames.HideKeywords(symbol, compilation),
            HiddenNames.HideAliases(symbol, names.SelectMany((name, i) => attributes.Layers[i].NamesOf(name, readsInput: true))),
            steps,
            encoding,
            input!,
            layers.OfType<Layer>().ToEquatableArray(),
            sources.ToEquatableArray(),
            readouts.FirstOrDefault() ?? new MeanReadout());
        var refusal = !broken ? null : new Refusal(
            @class.FullMetadataName, isOutlined ? @class : null, found.Where(problem => Descriptors.IsError(problem.Id)).ToEquatableArray());
        return new ParsedNetwork(spec, refusal, isWhole ? input : null, layers, names, sources, found);
    }

    /// <summary>T, as [SpikingNetwork] states it.</summary>
    public static int StepsOf(AttributeArguments network) => network.Value("TimeSteps", 10);

    /// <summary>The types around a type, innermost first.</summary>
    public static IEnumerable<INamedTypeSymbol> Containers(INamedTypeSymbol symbol)
    {
        for (var type = symbol.ContainingType; type is not null; type = type.ContainingType)
        {
            yield return type;
        }
    }

    /// <summary>The namespaces around a type, innermost first.</summary>
    private static IEnumerable<INamespaceSymbol> Spaces(INamedTypeSymbol symbol)
    {
        for (var space = symbol.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
        {
            yield return space;
        }
    }

    private static readonly string s_generatedCode = typeof(GeneratedCodeAttribute).FullName;

    private static Shape? ReadInput(AttributeArguments? arguments)
    {
        if (arguments is null)
        {
            return null;
        }

        // Channels x length are an image of one row.
        string[] names = arguments.Has("features") ? ["features"] : ["channels", arguments.Has("length") ? "" : "height", arguments.Has("length") ? "length" : "width"];
        var shape = new Shape(names.Select(name => name.Length == 0 ? 1 : arguments.Size(name)).ToEquatableArray());
        if (arguments.SizesAreValid && shape.Elements > int.MaxValue)
        {
            arguments.Problems.Report(ProblemIds.TooLarge, "Input", "values", Numbers.Grouped(shape.Elements));
            return null;
        }

        return arguments.SizesAreValid ? shape : null;
    }

    /// <summary>Whether the class, or what it stands in, has no name yet: it is being typed, and the compiler says so.</summary>
    public static bool IsUnnamed(INamedTypeSymbol symbol) =>
        Containers(symbol).Prepend(symbol).Any(type => type.Name.Length == 0) || Spaces(symbol).Any(space => space.Name.Length == 0);

    // C# keeps names of lower-case ASCII letters for keywords to come, so those of this version are not asked for. A few that no standard has begin with __.
    private static string Escape(string name) => name.All(letter => letter is (>= 'a' and <= 'z') or '_') ? "@" + name : name;

    // Of a layer that is delayed by all steps nothing is left.
    private static void CheckDelays(List<Layer?> layers, int steps, ProblemReporter problems)
    {
        for (int i = 0; i < layers.Count; i++)
        {
            if (layers[i] is DelayLayer delay && delay.Steps >= steps && steps > 0)
            {
                problems.At(new Place(DeclarationPart.Layer, i)).ReportAt(
                    DelayLayer.StepsArgument, ProblemIds.DelayTooLong, Numbers.Plain(delay.Steps), Numbers.Plain(steps));
            }
        }
    }

    private static void CheckStrangers(DeclaredAttributes attributes, ProblemReporter problems)
    {
        for (int i = 0; i < attributes.Strangers.Count; i++)
        {
            string name = Strangers.NameOf(attributes.Strangers[i]);
            problems.At(new Place(DeclarationPart.Stranger, i)).Report(ProblemIds.NoLayer, name, Strangers.Hint(name) ?? Strangers.Layers);
        }
    }

    private static string KeywordOf(INamedTypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Interface } => "interface",
        { TypeKind: TypeKind.Struct, IsRecord: true } => "record struct",
        { TypeKind: TypeKind.Struct } => "struct",
        { IsRecord: true } => "record",
        _ => "class",
    };

    // Hint names are compared without regard to case: a class gets a number if the full names of others are the same but for it.
    private static string NumberAmongNamesakes(INamedTypeSymbol symbol)
    {
        // Types of one name (a class and a struct, in a source that does not compile) come in the order of their declaration.
        int smaller = Namesakes(symbol).OrderBy(MetadataNameOf, StringComparer.Ordinal).TakeWhile(other => !SymbolEqualityComparer.Default.Equals(other, symbol))
            .Count();
        return smaller == 0 ? "" : $"({Numbers.Plain(smaller + 1)})";
    }

    private static IEnumerable<INamedTypeSymbol> Namesakes(INamespaceOrTypeSymbol symbol)
    {
        var containers = symbol.ContainingType is { } type ? Namesakes(type) : Namesakes(symbol.ContainingNamespace);
        return containers.SelectMany(container => container.GetTypeMembers())
            .Where(other => string.Equals(other.MetadataName, symbol.MetadataName, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<INamespaceOrTypeSymbol> Namesakes(INamespaceSymbol symbol) => symbol.IsGlobalNamespace
        ? [symbol]
        : Namesakes(symbol.ContainingNamespace).Cast<INamespaceSymbol>().SelectMany(space => space.GetNamespaceMembers())
            .Where(other => string.Equals(other.Name, symbol.Name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Namespace.Outer+Class.</summary>
    public static string MetadataNameOf(INamedTypeSymbol symbol)
    {
        string name = string.Join("+", Containers(symbol).Reverse().Append(symbol).Select(type => type.MetadataName));
        return string.Join(".", Spaces(symbol).Reverse().Select(space => space.MetadataName).Append(name));
    }
}
