using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SnnDsl.Generator.Diagnostics;
using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator;

/// <summary>
/// Emits the other half of every class with [SpikingNetwork]. A broken declaration gets nothing and no word: analyzers, which share the
/// parser, say what is wrong.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class SpikingNetworkGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var specs = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                DeclaredAttributes.SpikingNetwork,
                static (node, _) => node is ClassDeclarationSyntax,
                static (found, cancellation) =>
                    NetworkParser.Parse((INamedTypeSymbol)found.TargetSymbol, found.SemanticModel.Compilation, cancellation).Spec)
            .WithTrackingName(TrackingNames.Spec);

        var shapes = specs
            .Where(static spec => spec is not null)
            .Select(static (spec, cancellation) => ShapeInference.Infer(spec!, cancellation))
            .WithTrackingName(TrackingNames.Shapes);

        var plans = shapes
            .Where(static network => network is not null)
            .Select(static (network, cancellation) => NetworkPlan.Create(network!, cancellation))
            .WithTrackingName(TrackingNames.Plan);

        // Apart, so that an edit that leaves the neurons alone does not emit their kernels anew: they are nine tenths of the text.
        var kernels = plans
            .Select(static (plan, cancellation) => KernelPlan.Create(plan, cancellation))
            .WithTrackingName(TrackingNames.Kernels);

        context.RegisterSourceOutput(plans, static (output, plan) => Add(output, plan.Spec.FullMetadataName, () => NetworkEmitter.Emit(plan)));
        context.RegisterSourceOutput(kernels, static (output, plan) => Add(output, plan.Frame.FileName, () => NetworkEmitter.Emit(plan)));
    }

    /// <summary>Emits one network's files. An exception is a fault of ours: it is told of that network, and the others have their files.</summary>
    internal static void Add(SourceProductionContext output, string network, Func<EquatableArray<EmittedFile>> emit)
    {
        try
        {
            foreach (var file in emit())
            {
                output.AddSource(file.HintName, SourceText.From(file.Text, Encoding.UTF8));
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The class's place is no part of a plan, so that an edit above it emits nothing anew.
            output.ReportDiagnostic(Diagnostic.Create(
                Descriptors.EmissionFailed, Location.None, network, fault.GetType().Name, fault.Message.Replace('\n', ' ')));
        }
    }
}
