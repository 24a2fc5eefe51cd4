using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SnnDsl.Benchmarks.CompileTime;

/// <summary>A generator that finds the same classes and does nothing with them: what is left is Roslyn's own.</summary>
internal sealed class Silent : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context) => context.RegisterSourceOutput(
        context.SyntaxProvider.ForAttributeWithMetadataName(
            "SnnDsl.SpikingNetworkAttribute",
            static (node, _) => node is ClassDeclarationSyntax,
            static (found, _) => found.TargetSymbol.Name),
        static (_, _) => { });
}
