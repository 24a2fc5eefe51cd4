using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
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
        "Lif1Kernel", "Zero",
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
        Assert.True(files.Count >= 5 * (names.Length - wrong.Count - refused.Count));
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

    private static IEnumerable<string> Identifiers() =>
        from source in new[] { Declarations.EveryKind, Declarations.FcDirect, Declarations.ConvPoisson }
        from file in Compiler.Generate(Compiler.Compile(source)).Files
        from token in file.SyntaxTree.GetRoot().DescendantTokens()
        where token.IsKind(SyntaxKind.IdentifierToken)
        select token.ValueText;
}
