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
/// parser, say what is wrong. An exception is a fault of ours: it is told of the network that met it, and the others have their files.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class SpikingNetworkGenerator : IIncrementalGenerator
{
    private readonly Action<string, string> _begins;

    /// <summary>Creates the generator.</summary>
    public SpikingNetworkGenerator()
        : this(static (_, _) => { })
    {
    }

    /// <summary>Creates a generator for tests of what becomes of exceptions.</summary>
    /// <param name="begins">Called with a step's name (of <see cref="TrackingNames"/>) and the network before the step is taken.</param>
    internal SpikingNetworkGenerator(Action<string, string> begins) => _begins = begins;

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var specs = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                DeclaredAttributes.SpikingNetwork,
                static (node, _) => node is ClassDeclarationSyntax,
                (found, cancellation) => new Outcome<ISymbol>(found.TargetSymbol, null).Then(
                    NetworkParser.MetadataNameOf((INamedTypeSymbol)found.TargetSymbol),
                    symbol => Begun(TrackingNames.Spec, NetworkParser.MetadataNameOf((INamedTypeSymbol)symbol)) ? NetworkParser.Parse(
                        (INamedTypeSymbol)symbol, found.SemanticModel.Compilation, cancellation).Spec : null))
            .WithTrackingName(TrackingNames.Spec);

        var shapes = Then(specs, TrackingNames.Shapes, static spec => spec.FullMetadataName, ShapeInference.Infer);
        var plans = Then(shapes, TrackingNames.Plan, static network => network.Spec.FullMetadataName, NetworkPlan.Create);

        // Apart and once for all networks, so that an edit that leaves the neurons alone does not emit their kernels anew: they are most of the text.
        var kernelPlans = Then(plans, TrackingNames.KernelPlan, static plan => plan.Spec.FullMetadataName, KernelPlan.Create);
        var kernels = kernelPlans.Collect().SelectMany(KernelPlan.Distinct).WithTrackingName(TrackingNames.Kernels);
        var layerFiles = Then(
            plans, TrackingNames.LayerFiles, static plan => plan.Spec.FullMetadataName, static (plan, _) => new EmittedFiles(NetworkEmitter.Emit(plan)));
        var kernelFiles = Then(
            kernels, TrackingNames.KernelFiles, static kernel => kernel.Network, static (kernel, _) => new EmittedFiles(KernelEmitter.Emit(kernel)));

        foreach (var files in new[] { layerFiles, kernelFiles })
        {
            context.RegisterSourceOutput(files, static (output, outcome) =>
            {
                foreach (var file in outcome.Value?.Files ?? [])
                {
                    output.AddSource(file.HintName, SourceText.From(file.Text, Encoding.UTF8));
                }
            });
        }

        // The class's place is looked for where there is a fault alone: it is no part of a plan, so that an edit above it emits nothing anew.
        var faults = layerFiles.Collect().Combine(kernelFiles.Collect())
            .SelectMany(static (both, _) => both.Left.Concat(both.Right).Select(outcome => outcome.Fault).OfType<Fault>().Distinct())
            .Combine(context.CompilationProvider);
        context.RegisterSourceOutput(faults, static (output, fault) => Tell(output, fault.Left, fault.Right));
    }

    private IncrementalValuesProvider<Outcome<TNext>> Then<T, TNext>(
        IncrementalValuesProvider<Outcome<T>> outcomes, string step, Func<T, string> network, Func<T, CancellationToken, TNext?> next)
        where T : class
        where TNext : class => outcomes
            .Where(static outcome => outcome is not { Value: null, Fault: null })
            .Select((outcome, cancellation) => outcome.Then(
                outcome.Value is null ? "" : network(outcome.Value),
                value => Begun(step, network(value)) ? next(value, cancellation) : null))
            .WithTrackingName(step);

    private bool Begun(string step, string network)
    {
        _begins(step, network);
        return true;
    }

    private static void Tell(SourceProductionContext output, Fault fault, Compilation compilation)
    {
        var place = compilation.GetTypeByMetadataName(fault.Network) is { } symbol ? ClassRules.NameLocation(symbol) : Location.None;
        output.ReportDiagnostic(Diagnostic.Create(Descriptors.EmissionFailed, place, fault.Network, fault.Kind, fault.Message));
    }
}
