using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SnnDsl.Generator.Diagnostics;
using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator;

/// <summary>
/// Emits the other half of every class with [SpikingNetwork]. A broken declaration gets an outline, so that what uses the class compiles, and no word:
/// analyzers, which share the parser, say what is wrong. Where a build ends before it asks them, it is said here. An exception is a fault of ours: it is
/// told of the network that met it, and the others have their files.
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
        var declarations = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                DeclaredAttributes.SpikingNetwork,
                static (node, _) => node is ClassDeclarationSyntax,
                (found, cancellation) => new Outcome<ISymbol>(found.TargetSymbol, null).Then(
                    NetworkParser.MetadataNameOf((INamedTypeSymbol)found.TargetSymbol),
                    symbol => Begun(TrackingNames.Declaration, NetworkParser.MetadataNameOf((INamedTypeSymbol)symbol))
                        ? NetworkParser.Parse((INamedTypeSymbol)symbol, found.SemanticModel.Compilation, cancellation).Declaration
                        : null))
            .WithTrackingName(TrackingNames.Declaration);

        var specs = Then(declarations, TrackingNames.Spec, NameOf, static (declaration, _) => declaration.Spec);
        var shapes = Then(specs, TrackingNames.Shapes, static spec => spec.Class.FullMetadataName, ShapeInference.Infer);
        var plans = Then(shapes, TrackingNames.Plan, static network => network.Spec.Class.FullMetadataName, NetworkPlan.Create);

        // Apart and once for all networks, so that an edit that leaves the neurons alone does not emit their kernels anew: they are most of the text.
        var kernelPlans = Then(plans, TrackingNames.KernelPlan, static plan => plan.Spec.Class.FullMetadataName, KernelPlan.Create);
        var kernels = kernelPlans.Collect().SelectMany(KernelPlan.Distinct).WithTrackingName(TrackingNames.Kernels);
        var layerFiles = Then(
            plans, TrackingNames.LayerFiles, static plan => plan.Spec.Class.FullMetadataName, static (plan, _) => new EmittedFiles(NetworkEmitter.Emit(plan)));
        var kernelFiles = Then(
            kernels, TrackingNames.KernelFiles, static kernel => kernel.Network, static (kernel, _) => new EmittedFiles(KernelEmitter.Emit(kernel)));

        var misread = Then(declarations, TrackingNames.Refusal, NameOf, static (declaration, _) => declaration.Refusal);
        var misfits = Then(specs, TrackingNames.Refusal, static spec => spec.Class.FullMetadataName, ShapeInference.Refuse);
        // A class that says twice that it is a network is met twice.
        var refusals = misread.Collect().Combine(misfits.Collect()).SelectMany(static (both, _) => both.Left.AddRange(both.Right).Distinct());
        var outlines = Then(
            refusals, TrackingNames.Outline, static refusal => refusal.FullMetadataName, static (refusal, _) => OutlineEmitter.Emit(refusal));

        IncrementalValuesProvider<Outcome<EmittedFiles>>[] all = [layerFiles, kernelFiles, outlines];
        foreach (var files in all)
        {
            context.RegisterSourceOutput(files, static (output, outcome) =>
            {
                foreach (var file in outcome.Value?.Files ?? [])
                {
                    output.AddSource(file.HintName, SourceText.From(file.Text, Encoding.UTF8));
                }
            });
        }

        // A class's place is looked for where there is something to say alone: it is no part of a plan, so that an edit above it emits nothing anew.
        var faults = all
            .Select(static files => files.Select(static (outcome, _) => outcome.Fault).Where(static fault => fault is not null).Collect())
            .Aggregate(static (before, more) => before.Combine(more).Select(static (both, _) => both.Left.AddRange(both.Right)))
            .SelectMany(static (found, _) => found.OfType<Fault>().Distinct())
            .Combine(context.CompilationProvider);
        context.RegisterSourceOutput(faults, static (output, fault) => Tell(output, fault.Left, fault.Right));

        // An editor asks analyzers whatever the compiler says. A build does not where what is declared has errors of the compiler's own.
        var isEditor = context.AnalyzerConfigOptionsProvider.Select(static (options, _) =>
            options.GlobalOptions.TryGetValue("build_property.DesignTimeBuild", out string? value) && bool.TryParse(value, out bool set) && set);
        var emitted = all
            .Select(static files => files.SelectMany(static (outcome, _) => (IEnumerable<EmittedFile>?)outcome.Value?.Files ?? []).Collect())
            .Aggregate(static (before, more) => before.Combine(more).Select(static (both, _) => both.Left.AddRange(both.Right)));
        var refused = refusals.Select(static (outcome, _) => outcome.Value?.FullMetadataName ?? "").Where(static network => network.Length > 0).Collect()
            .SelectMany(static (networks, _) => networks.IsEmpty ? Array.Empty<EquatableArray<string>>() : [networks.ToEquatableArray()]);
        context.RegisterSourceOutput(refused.Combine(emitted).Combine(context.CompilationProvider).Combine(isEditor), static (output, found) =>
        {
            var (((networks, files), compilation), isEditor) = found;
            if (!isEditor && EndsBuild(compilation, files, output.CancellationToken))
            {
                Say(output, networks, compilation);
            }
        });
    }

    private static string NameOf(Declaration declaration) => declaration.Spec?.Class.FullMetadataName ?? declaration.Refusal?.FullMetadataName ?? "";

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

    // Errors in what is declared, that is, with all that is emitted: those in bodies come when analyzers were asked.
    private static bool EndsBuild(Compilation compilation, ImmutableArray<EmittedFile> files, CancellationToken cancellation)
    {
        var options = (CSharpParseOptions)compilation.SyntaxTrees.First().Options;
        return compilation.AddSyntaxTrees(files.Select(file => CSharpSyntaxTree.ParseText(file.Text, options, file.HintName, Encoding.UTF8, cancellation)))
            .GetDeclarationDiagnostics(cancellation).Any(diagnostic => diagnostic.DefaultSeverity == DiagnosticSeverity.Error);
    }

    private static void Say(SourceProductionContext output, EquatableArray<string> networks, Compilation compilation)
    {
        foreach (var symbol in networks.Select(compilation.GetTypeByMetadataName).OfType<INamedTypeSymbol>())
        {
            var found = NetworkAnalyzer.Find(symbol, compilation, new DeclaredAttributes(symbol), output.CancellationToken);
            foreach (var error in found.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
            {
                output.ReportDiagnostic(error);
            }
        }
    }
}
