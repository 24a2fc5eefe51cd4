using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Cases;

/// <summary>Nothing is timed unless eager and emitted code compute the same.</summary>
internal static class Agreement
{
    private const double Tolerance = 1e-5;
    private const double GradientTolerance = 1e-3;

    /// <summary>Compares logits, bounds and gradients on a small batch.</summary>
    /// <returns>The largest relative difference of logits and bounds, and of gradients.</returns>
    /// <exception cref="InvalidOperationException">They differ, or the network is silent, so that nothing was compared.</exception>
    public static (double Values, double Gradients) Check(string model, int steps)
    {
        using var subject = Subject.Create(model, batch: 4, steps);
        using var scope = NewDisposeScope();
        double values = Values(subject);
        double gradients = Gradients(subject);
        Demand(gradients <= GradientTolerance, subject, "gradients", gradients);
        return (values, gradients);
    }

    private static double Values(Subject subject)
    {
        using var guard = no_grad();
        var logits = subject.EagerLogits();
        if ((logits.max() - logits.min()).ToSingle() == 0)
            throw new InvalidOperationException($"All logits of {subject.Model} are equal: the comparison would say nothing.");

        List<(string What, Tensor Eager, Tensor Fused)> pairs =
        [
            ("logits", logits, subject.FusedLogits()),
            ("S-IBP margins", subject.EagerIntervalMargins(), subject.FusedIntervalMargins()),
            ("S-CROWN margins", subject.EagerLinearMargins(), subject.FusedLinearMargins()),
        ];
        foreach (var (eager, fused) in subject.EagerMembranes().Zip(subject.FusedMembranes()))
        {
            pairs.Add(("membranes' lower bounds", eager.Lower, fused.Lower));
            pairs.Add(("membranes' upper bounds", eager.Upper, fused.Upper));
        }

        double worst = 0;
        foreach (var (what, eager, fused) in pairs)
        {
            double difference = Relative((eager - fused).abs().max(), eager.abs().max());
            Demand(difference <= Tolerance, subject, what, difference);
            worst = Math.Max(worst, difference);
        }

        return worst;
    }

    private static double Gradients(Subject subject)
    {
        subject.CertifiedLoss(subject.EagerLogits(), subject.EagerLinearMargins()).backward();
        subject.CertifiedLoss(subject.FusedLogits(), subject.FusedLinearMargins()).backward();
        return subject.Fused.named_parameters().Max(named =>
        {
            var (eager, fused) = (subject.Eager.Parameters[named.name].grad!, named.parameter.grad!);
            return Relative((eager - fused).norm(), eager.norm());
        });
    }

    private static double Relative(Tensor difference, Tensor size) =>
        difference.ToDouble() / Math.Max(size.ToDouble(), float.Epsilon);

    private static void Demand(bool holds, Subject subject, string what, double difference)
    {
        if (!holds)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"Eager and emitted code differ: {what} of {subject.Model}, T = {subject.Steps}, by {difference:E1} of their size. ") +
                "Nothing was timed.");
        }
    }
}
