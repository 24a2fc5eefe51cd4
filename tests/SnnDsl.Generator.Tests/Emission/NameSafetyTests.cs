using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Emission;

/// <summary>No name that a user can choose breaks the emitted code.</summary>
public class NameSafetyTests
{
    private static readonly string[] s_refusals = [ProblemIds.NameReserved, ProblemIds.NameDuplicate];

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
        Assert.Empty(output.GetDiagnostics().Where(diagnostic =>
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
        Assert.Empty(output.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
    }

    private static IEnumerable<string> Identifiers() =>
        from source in new[] { Declarations.EveryKind, Declarations.FcDirect, Declarations.ConvPoisson }
        from file in Compiler.Generate(Compiler.Compile(source)).Files
        from token in file.SyntaxTree.GetRoot().DescendantTokens()
        where token.IsKind(SyntaxKind.IdentifierToken)
        select token.ValueText;
}
