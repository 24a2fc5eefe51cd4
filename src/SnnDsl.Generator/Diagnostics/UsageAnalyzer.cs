using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.Generator.Diagnostics;

/// <summary>Hints at how networks are used: firing rates that go into a cross-entropy as they are, training for more steps than there are.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UsageAnalyzer : DiagnosticAnalyzer
{
    private const string Functions = "TorchSharp.torch.nn.functional";
    private const string Module = "TorchSharp.Modules.CrossEntropyLoss";
    private const string Trainer = "SnnDsl.Training.Trainer";
    private const string Steps = "Steps";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.UnscaledLogits, Descriptors.TooManySteps);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(FindRates, OperationKind.Invocation);
        context.RegisterOperationAction(FindSteps, OperationKind.ObjectCreation);
    }

    // T' > T is refused when the trainer is made: its options are looked through for a constant.
    private static void FindSteps(OperationAnalysisContext context)
    {
        var made = (IObjectCreationOperation)context.Operation;
        if (made.Type?.ToDisplayString() != Trainer)
        {
            return;
        }

        IOperation? Given(string parameter) => made.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == parameter)?.Value;
        if (Given("network") is { } network && Unconverted(network).Type is INamedTypeSymbol type && DeclaredSteps(type, context.Compilation) is { } declared
            && Given("options") is { } options && StatedSteps(options, context.CancellationToken) is { ConstantValue.Value: int steps } stated && steps > declared)
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.TooManySteps, stated.Syntax.GetLocation(), Numbers.Plain(steps), type.Name, Numbers.Plain(declared)));
        }
    }

    private static int? DeclaredSteps(INamedTypeSymbol network, Compilation compilation) =>
        new DeclaredAttributes(network).At(DeclarationPart.Network) is { } attribute
        && AttributeReader.Read("SpikingNetwork", attribute, compilation, new ProblemReporter([], new Place(DeclarationPart.Network))) is { } arguments
            ? NetworkParser.StepsOf(arguments)
            : null;

    // new() { Steps = 12 }, or other options with { Steps = 12 }; those may state it themselves.
    private static IOperation? StatedSteps(IOperation options, CancellationToken cancellation)
    {
        var (initializer, others) = Origin(options, cancellation) switch
        {
            IObjectCreationOperation made => (made.Initializer, null),
            IWithOperation with => (with.Initializer, with.Operand),
            _ => default((IObjectOrCollectionInitializerOperation?, IOperation?)),
        };
        var stated = initializer?.Initializers.OfType<ISimpleAssignmentOperation>()
            .FirstOrDefault(assignment => assignment.Target is IPropertyReferenceOperation { Property.Name: Steps });
        return stated is not null ? Unconverted(stated.Value) : others is null ? null : StatedSteps(others, cancellation);
    }

    private static IOperation Unconverted(IOperation value) => value is IConversionOperation conversion ? Unconverted(conversion.Operand) : value;

    private static void FindRates(OperationAnalysisContext context)
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
        value = Unconverted(value);
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
        return isWritten || declared?.Initializer?.Value is not { } initial ? null : Unconverted(initial);
    }

    // A network whose class is known, whose last neurons no map follows, and that does not read out membranes.
    private static bool ReadsRates(INamedTypeSymbol network)
    {
        var attributes = new DeclaredAttributes(network);
        return attributes.Count(DeclarationPart.Network) == 1 && !attributes.IntegratesCurrents
            && attributes.Layers.LastOrDefault(kind => kind.HasWeights || kind.Role == LayerRole.Spiking)?.Role == LayerRole.Spiking;
    }
}
