using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.Generator.Diagnostics;

/// <summary>Hints at how networks are used: firing rates that go into a cross-entropy as they are.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UsageAnalyzer : DiagnosticAnalyzer
{
    private const string Functions = "TorchSharp.torch.nn.functional";
    private const string Module = "TorchSharp.Modules.CrossEntropyLoss";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.UnscaledLogits);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(Analyze, OperationKind.Invocation);
    }

    private static void Analyze(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        bool isLoss = call.TargetMethod.Name == "cross_entropy" && call.TargetMethod.ContainingType.ToDisplayString() == Functions
            || (IsForward(call) && call.Instance?.Type?.ToDisplayString() == Module);
        if (isLoss && call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0)?.Value is { } logits
            && Origin(logits, context.CancellationToken) is IInvocationOperation forward && IsForward(forward)
            && forward.Instance?.Type is INamedTypeSymbol network && ReadsRates(network))
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.UnscaledLogits, logits.Syntax.GetLocation(), network.Name));
        }
    }

    private static bool IsForward(IInvocationOperation call) => call.TargetMethod.Name is "call" or "forward";

    // The value itself, or what a local that is never written again was given.
    private static IOperation? Origin(IOperation value, CancellationToken cancellation)
    {
        if (value is IConversionOperation conversion)
        {
            return Origin(conversion.Operand, cancellation);
        }

        if (value is not ILocalReferenceOperation { Local: var local })
        {
            return value;
        }

        var root = value;
        while (root.Parent is { } parent)
        {
            root = parent;
        }

        bool isWritten = root.Descendants().Any(operation => operation switch
        {
            IAssignmentOperation { Target: ILocalReferenceOperation target } => SymbolEqualityComparer.Default.Equals(target.Local, local),
            IArgumentOperation { Value: ILocalReferenceOperation given, Parameter.RefKind: RefKind.Ref or RefKind.Out } => SymbolEqualityComparer.Default.Equals(given.Local, local),
            _ => false,
        });
        cancellation.ThrowIfCancellationRequested();
        var declared = root.Descendants().OfType<IVariableDeclaratorOperation>().FirstOrDefault(item => SymbolEqualityComparer.Default.Equals(item.Symbol, local));
        return isWritten || declared?.Initializer?.Value is not { } initial ? null : initial;
    }

    // A network whose class is known, whose last neurons no map follows, and that does not read out membranes.
    private static bool ReadsRates(INamedTypeSymbol network)
    {
        var attributes = new DeclaredAttributes(network);
        return attributes.Count(DeclarationPart.Network) == 1 && attributes.Readouts.All(readout => readout.Title == "MeanReadout")
            && attributes.Layers.LastOrDefault(kind => kind.HasWeights || kind.Role == LayerRole.Spiking)?.Role == LayerRole.Spiking;
    }
}
