using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Emission;

/// <summary>No name that a user can choose breaks the emitted code.</summary>
public class NameSafetyTests
{
    private const string Layers = "[SpikingNetwork, Input(4), Linear(3), Lif, Linear(2), MembraneReadout]";

    private static readonly string[] s_refusals = [ProblemIds.NameReserved, ProblemIds.NameDuplicate];

    /// <summary>Where a name of the user's own can stand; NAME is the name, written with an @.</summary>
    public static TheoryData<string> Roles { get; } =
    [
        $"{Layers} partial class NAME;",
        $"partial class NAME {{ {Layers} partial class Net; }}",
        $"namespace NAME {{ {Layers} partial class Net; }}",
        $"class NAME; {Layers} partial class Net;",
        $"partial class Outer {{ class NAME; {Layers} partial class Net; }}",
        $"{Layers} partial class Net {{ class NAME; }}",
        $"{Layers} partial class Net {{ int NAME => 3; }}",
        $"partial class Outer {{ static int NAME => 3; {Layers} partial class Net; }}",
    ];

    // Keywords that emitted code uses or could be misread by, the newest ones, and letters beyond ASCII.
    private static readonly string[] s_names =
    [
        "var", "nint", "dynamic", "record", "required", "scoped", "file", "field", "await", "where", "extension", "_", "class", "e\u0301", "Steps",
        "Zero", "SnnDsl", .. RuntimeNames.Aliases,
    ];

    /// <summary>Such a name in every role: it is refused, or the emitted code compiles.</summary>
    [Theory]
    [MemberData(nameof(Roles))]
    public async Task EveryNameIsRefusedOrHarmless(string role)
    {
        var names = s_names;
        string[] sources = [.. names.Select((name, i) => $"namespace Tried{i} {{ {role.Replace("NAME", "@" + name)} }}")];
        var compilation = Compiler.Compile(sources);
        var (output, files) = Compiler.Generate(compilation);
        // Some names are none in this role: the compiler says so by itself. Its errors in one file are not those in another.
        var wrong = FilesWithErrors(compilation);
        var refused = (await Compiler.Analyze(compilation)).Select(diagnostic => diagnostic.Location.SourceTree!.FilePath).ToHashSet();
        Assert.InRange(wrong.Count + refused.Count, 0, names.Length / 2);
        Assert.True(files.Count >= 3 * (names.Length - wrong.Count - refused.Count));
        string[] broken =
        [
            .. output.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Where(diagnostic => !wrong.Contains(OriginOf(diagnostic, sources)))
                .Select(diagnostic => $"{diagnostic}: {sources[NumberOf(OriginOf(diagnostic, sources))]}"),
        ];
        Assert.Empty(broken);
    }

    private static HashSet<string> FilesWithErrors(Compilation compilation) => [.. compilation.GetDiagnostics()
        .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.Location.SourceTree!.FilePath)];

    // An emitted file is named after the class: Tried7.Net.Module.g.cs belongs to source 7.
    private static string OriginOf(Diagnostic diagnostic, string[] sources)
    {
        string path = diagnostic.Location.SourceTree!.FilePath;
        string file = Path.GetFileName(path);
        return file.StartsWith("Tried", StringComparison.Ordinal) ? Compiler.NameOf(int.Parse(file[5..file.IndexOf('.')])) : path;
    }

    private static int NumberOf(string path) => path == Compiler.FileName ? 0 : int.Parse(path[5..^3]);

    /// <summary>Every identifier of the emitted text is tried as a layer's name: it is refused, or the emitted code compiles with it.</summary>
    [Fact]
    public async Task EveryEmittedIdentifierIsRefusedOrHarmlessAsALayersName()
    {
        string[] names = [.. Identifiers().Where(NameRules.IsIdentifier).Distinct().Order(StringComparer.Ordinal)];
        Assert.Contains("Simulate", names);
        var classes = names.SelectMany((name, i) => new[]
        {
            $"[SpikingNetwork, Input(4), Linear(3, Name = \"{name}\"), Lif, Linear(2), MembraneReadout] partial class Affine{i};",
            $"[SpikingNetwork, Input(4), Linear(3), Lif(Name = \"{name}\"), Linear(2), Lif] partial class Spiking{i};",
        });
        var compilation = Compiler.Compile($"namespace Tried;\n{string.Join('\n', classes)}");
        var refused = await Compiler.Analyze(compilation);
        Assert.All(refused, diagnostic => Assert.Contains(diagnostic.Id, s_refusals));
        Assert.InRange(refused.Length, 10, 2 * names.Length);
        var (output, _) = Compiler.Generate(compilation);
        Assert.Empty(Compiler.WithWarnings(output).GetDiagnostics().Where(diagnostic =>
            diagnostic.Severity >= DiagnosticSeverity.Warning && diagnostic.Location.SourceTree?.FilePath != Compiler.FileName));
    }

    /// <summary>What the user's own types and namespaces are called changes nothing: emitted code starts from global::.</summary>
    [Fact]
    public void TypesOfTheUsersOwnDoNotGetInTheWay()
    {
        const string types = """
            namespace My
            {
                class Tensor; class TorchSharp; class SpikingModule; class Interval; class LinearForm; class SpikingLayer; class Math; class Vector512;
                namespace SnnDsl.Networks { class SpikingModule; }
                namespace System { class Int32; class Math; class Numerics; class Object; }

                [global::SnnDsl.SpikingNetwork, global::SnnDsl.Input(4), global::SnnDsl.Linear(3), global::SnnDsl.Lif]
                partial class Net;
            }
            """;
        var (output, files) = Compiler.Generate(Compiler.Compile(types));
        Assert.NotEmpty(files);
        Assert.Empty(Compiler.WithWarnings(output).GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
    }

    /// <summary>Short names are given in files of networks where nothing else has them, and every one is of use.</summary>
    [Fact]
    public void ShortNamesAreGivenWhereNothingOfTheUsersHasThem()
    {
        const string Net = "[SpikingNetwork, Input(4), Linear(3), Lif] partial class Net;";
        Assert.Contains("\n    using Tensor = global::TorchSharp.torch.Tensor;\n", ModuleOf($"namespace My {{ class Vector512; {Net} }}"));
        Assert.StartsWith("// <auto-generated/>\n#pragma warning disable\n#nullable enable\n\nusing AffineWeights = ", ModuleOf(Net));
        Assert.Contains("using Tensor = ", ModuleOf($"namespace My {{ {Net} }} namespace Other {{ class Tensor; }}"));
        foreach (string type in new[] { "class Tensor", "class LinearMap", "namespace Encoding" })
        {
            string text = ModuleOf($"namespace My {{ {type} {{ }} {Net} }}");
            Assert.DoesNotContain("using ", text.Replace("using var", ""));
            Assert.Contains("override global::TorchSharp.torch.Tensor Simulate", text);
        }

        var texts = from source in new[] { Declarations.EveryKind, Declarations.FcDirect, Declarations.OtherNeurons, Declarations.Shortcut }
                    from file in Compiler.Generate(Compiler.Compile(source)).Files
                    select file.SourceText.ToString();
        foreach (string text in texts)
        {
            string[] lines = text.Split('\n');
            var given = lines.Select(line => line.TrimStart()).Where(line => line.StartsWith("using ", StringComparison.Ordinal) && line.Contains(" = global::", StringComparison.Ordinal))
                .Select(line => line.Split(' ')[1]).ToList();
            Assert.Equal(given.Order(StringComparer.Ordinal).Distinct(), given);
            Assert.All(given, name => Assert.True(System.Text.RegularExpressions.Regex.Count(text, $@"(?<![.\w]){name}\b") >= 2, name));
        }
    }

    private static string ModuleOf(string source) => Compiler.Generate(Compiler.Compile(source)).Files
        .Single(file => file.HintName.EndsWith(".Module.g.cs", StringComparison.Ordinal)).SourceText.ToString();

    /// <summary>A member of a base class comes before an alias.</summary>
    [Fact]
    public void ShortNamesAreNoMembersOfABaseClass()
    {
        var members = Bases(typeof(SnnDsl.Networks.GraphModule)).Concat(Bases(typeof(SnnDsl.Kernels.VectorNeuronKernel)))
            .SelectMany(type => type.GetMembers(System.Reflection.BindingFlags.DeclaredOnly | System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Static
                | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic)).Select(member => member.Name.Split('`')[0]);
        Assert.Empty(members.Intersect(RuntimeNames.Aliases));
    }

    private static IEnumerable<Type> Bases(Type type)
    {
        for (var one = type; one is not null; one = one.BaseType)
        {
            yield return one;
        }
    }

    /// <summary>An assembly that sees another's internal types, a test project for one, has kernels of the same names: its own are taken.</summary>
    [Fact]
    public void TwoAssembliesThatSeeEachOtherHaveTheSameKernels()
    {
        const string Net = "[SpikingNetwork, Input(4), Linear(3), Lif] public partial class";
        var (first, _) = Compiler.Generate(Compiler.Compile($"[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Second\")]\n{Net} First;"));
        var (second, _) = Compiler.Generate(Compiler.Compile($"{Net} Second;").WithAssemblyName("Second").AddReferences(first.ToMetadataReference()));
        Assert.Empty(second.WithOptions(second.Options.WithGeneralDiagnosticOption(ReportDiagnostic.Error)).GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Id is not "CS1591"));
    }

    private static IEnumerable<string> Identifiers() =>
        from source in new[] { Declarations.EveryKind, Declarations.FcDirect, Declarations.ConvPoisson }
        from file in Compiler.Generate(Compiler.Compile(source)).Files
        from token in file.SyntaxTree.GetRoot().DescendantTokens()
        where token.IsKind(SyntaxKind.IdentifierToken)
        select token.ValueText;
}
