using SnnDsl.Benchmarks.Measuring;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Cases;

/// <summary>A step that is timed: what eager and emitted code do, and the work that it takes.</summary>
/// <param name="Name">Its name on the command line and in the results.</param>
/// <param name="Prepare">Gives the two actions, and what to release after them.</param>
/// <param name="Phases">The work of the emitted code's schedule.</param>
internal sealed record StepCase(
    string Name,
    Func<Subject, (Action Eager, Action Fused, IDisposable? Used)> Prepare,
    Func<Workload, IEnumerable<Phase>> Phases)
{
    /// <summary>Single-sample latency, which is reported with percentiles.</summary>
    public const string Inference = "inference";

    // So small that weights keep their values over all runs, and the paper's momentum: one pass over a second array.
    private const double LearningRate = 1e-9;
    private const double Momentum = 0.9;

    /// <summary>Linear bounds with more bytes of coefficients are left out: autograd keeps a dozen such arrays.</summary>
    private const long LargestCoefficients = 256L << 20;

    /// <summary>All cases, in the order of the report.</summary>
    public static IReadOnlyList<StepCase> All { get; } =
    [
        new("forward", s => WithoutGradient(s.EagerLogits, s.FusedLogits), work => work.Forward(keepMembranes: false)),
        new(
            "train",
            s => Training(s, () => s.NaturalLoss(s.EagerLogits()), () => s.NaturalLoss(s.FusedLogits())),
            work => work.Train()),
        new("s-ibp", s => WithoutGradient(s.EagerIntervalMargins, s.FusedIntervalMargins), work => work.Intervals()),
        new(
            "s-crown",
            s => WithoutGradient(s.EagerLinearMargins, s.FusedLinearMargins),
            work => [.. work.Intervals(), .. work.Lines()]),
        new(
            "certified-train",
            s => Training(
                s,
                () => s.CertifiedLoss(s.EagerLogits(), s.EagerLinearMargins()),
                () => s.CertifiedLoss(s.FusedLogits(), s.FusedLinearMargins())),
            work => work.CertifiedTrain()),
        new(Inference, s => WithoutGradient(s.EagerLogits, s.FusedLogits), work => work.Forward(keepMembranes: false)),
    ];

    /// <summary>Whether this case is measured at this size; inference is one sample, and linear bounds must fit.</summary>
    public bool Covers(Workload work) => Name switch
    {
        Inference => work.Batch == 1,
        "s-crown" or "certified-train" => work.CoefficientBytes <= LargestCoefficients,
        _ => true,
    };

    private static (Action, Action, IDisposable?) WithoutGradient(Func<Tensor> eager, Func<Tensor> fused)
    {
        return (Run(eager), Run(fused), null);

        static Action Run(Func<Tensor> function) => () =>
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            function();
        };
    }

    private static (Action, Action, IDisposable?) Training(Subject subject, Func<Tensor> eager, Func<Tensor> fused)
    {
        var (forEager, forFused) = (Optimiser(subject.Eager.Parameters.Values), Optimiser(subject.Fused.parameters()));
        return (Step(forEager, eager), Step(forFused, fused), new Both(forEager, forFused));

        static optim.Optimizer Optimiser(IEnumerable<Parameter> parameters) => optim.SGD(parameters, LearningRate, Momentum);

        static Action Step(optim.Optimizer optimiser, Func<Tensor> loss) => () =>
        {
            using var scope = NewDisposeScope();
            optimiser.zero_grad();
            loss().backward();
            optimiser.step();
        };
    }

    private sealed record Both(IDisposable First, IDisposable Second) : IDisposable
    {
        public void Dispose()
        {
            First.Dispose();
            Second.Dispose();
        }
    }
}
