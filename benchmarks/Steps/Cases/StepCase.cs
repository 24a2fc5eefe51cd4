using SnnDsl.Benchmarks.Measuring;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Cases;

/// <summary>A step that is timed: what it computes, and the work that it takes.</summary>
/// <param name="Name">Its name on the command line and in the results.</param>
/// <param name="IsTraining">Whether gradients and an optimiser's step follow; <paramref name="Compute"/> gives the loss then.</param>
/// <param name="Compute">The forward half of the step.</param>
/// <param name="Phases">The work of the emitted schedule.</param>
internal sealed record StepCase(
    string Name, bool IsTraining, Func<Subject, Code, Tensor> Compute, Func<Workload, IEnumerable<Phase>> Phases)
{
    /// <summary>Single-sample latency, which is reported with percentiles.</summary>
    public const string Inference = "inference";

    /// <summary>Natural training.</summary>
    public const string Train = "train";

    // So small that weights keep their values over all runs, and the paper's momentum: one pass over a second array.
    private const double LearningRate = 1e-9;
    private const double Momentum = 0.9;

    /// <summary>Linear bounds with more bytes of coefficients are left out: autograd keeps a dozen such arrays.</summary>
    private const long LargestCoefficients = 256L << 20;

    /// <summary>All cases, in the order of the report.</summary>
    public static IReadOnlyList<StepCase> All { get; } =
    [
        new("forward", false, (s, code) => s.Logits(code), work => work.Forward(isTraining: false)),
        new(Train, true, (s, code) => s.NaturalLoss(s.Logits(code)), work => work.Train()),
        new("s-ibp", false, (s, code) => s.IntervalMargins(code), work => work.Intervals(keepsMembranes: false)),
        new(
            "s-crown", false, (s, code) => s.LinearMargins(code),
            work => [.. work.Intervals(keepsMembranes: true), .. work.Lines()]),
        new(
            "certified-train", true, (s, code) => s.CertifiedLoss(s.Logits(code), s.LinearMargins(code)),
            work => work.CertifiedTrain()),
        new(Inference, false, (s, code) => s.Logits(code), work => work.Forward(isTraining: false)),
    ];

    private bool IsLinear => Name is "s-crown" or "certified-train";

    /// <summary>Whether this case is measured at this size; inference is one sample, and linear bounds must fit.</summary>
    public bool Covers(Workload work) => Name == Inference
        ? work.Batch == 1
        : !IsLinear || work.CoefficientBytes <= LargestCoefficients;

    /// <summary>The batch of the headline.</summary>
    public int Headline(string model) => Name == Inference ? 1 : model == "conv" && (IsLinear || Name == "s-ibp") ? 32 : 128;

    /// <summary>One run of the step as an action, and what to release after the last one.</summary>
    public (Action Run, IDisposable? Used) Prepare(Subject subject, Code code)
    {
        if (!IsTraining)
        {
            return (() =>
            {
                Subject.Choose(code);
                using var scope = NewDisposeScope();
                using var guard = no_grad();
                Compute(subject, code);
            }, null);
        }

        IEnumerable<Parameter> parameters = code == Code.Eager ? subject.Eager.Parameters.Values : subject.Fused.parameters();
        var optimiser = optim.SGD(parameters, LearningRate, Momentum);
        return (() =>
        {
            Subject.Choose(code);
            using var scope = NewDisposeScope();
            optimiser.zero_grad();
            Compute(subject, code).backward();
            optimiser.step();
        }, optimiser);
    }
}
