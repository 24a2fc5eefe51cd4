using Microsoft.CodeAnalysis;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Tests.Harness;

/// <summary>The plan of a declared network.</summary>
internal static class Plans
{
    public static NetworkPlan Of(string source)
    {
        var compilation = Compiler.Compile(source);
        var symbol = compilation.GetSymbolsWithName(_ => true, SymbolFilter.Type).OfType<INamedTypeSymbol>()
            .Single(type => new DeclaredAttributes(type).Count(DeclarationPart.Network) > 0);
        var parsed = NetworkParser.Parse(symbol, compilation, default);
        Assert.True(parsed.Spec is not null, string.Join('\n', parsed.Problems));
        return NetworkPlan.Create(ShapeInference.Infer(parsed.Spec, default)!, default);
    }
}
