using SnnDsl.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Cases;

/// <summary>Nothing is timed unless eager and emitted code compute the same.</summary>
internal static class Agreement
{
    // Of the first four digits every one is certified with ease: hardly a gradient is left to compare.
    private const int Batch = 16;
    private const double Tolerance = 1e-5;
    private const double GradientTolerance = 1e-3;

    /// <summary>Compares logits, bounds and gradients of plain and fused code with eager code on a small batch.</summary>
    /// <returns>The largest relative difference of logits and bounds, and of gradients.</returns>
    /// <exception cref="InvalidOperationException">They differ, or the network is silent, so that nothing was compared.</exception>
    public static (double Values, double Gradients) Check(string model, string state, int steps)
    {
        using var scope = NewDisposeScope();
        var precision = SpikingLayer.GradientPrecision;
        SpikingLayer.GradientPrecision = GradientPrecision.Float32;
        try
        {
            using var subject = Subject.Create(model, state, Batch, steps);
            double values = Math.Max(Values(subject, Code.Plain), Values(subject, Code.Fused));

            // Weights on a grid make ties common, and at a tie of two lines each code is free to choose a side's gradient.
            using var offGrid = Subject.Create(model, state, Batch, steps, offGrid: true);
            return (values, Math.Max(Gradients(offGrid, Code.Plain), Gradients(offGrid, Code.Fused)));
        }
        finally
        {
            (SpikingLayer.Engine, SpikingLayer.GradientPrecision) = (Engine.Auto, precision);
        }
    }

    private static double Values(Subject subject, Code code)
    {
        using var guard = no_grad();
        Subject.Choose(code);
        var rates = subject.MeasureActivity();
        if (rates.Any(layer => layer.Fired == 0) || rates.All(layer => layer.Unstable == 0))
            throw new InvalidOperationException($"A layer of {subject.Model} ({subject.State}) is silent, or all are stable: the comparison would say little.");

        List<(string What, Tensor Eager, Tensor Emitted)> pairs =
        [
            ("logits", subject.Logits(Code.Eager), subject.Logits(code)),
            ("S-IBP margins", subject.IntervalMargins(Code.Eager), subject.IntervalMargins(code)),
            ("S-CROWN margins", subject.LinearMargins(Code.Eager), subject.LinearMargins(code)),
        ];
        foreach (var (eager, emitted) in subject.Membranes(Code.Eager).Zip(subject.Membranes(code)))
        {
            pairs.Add(("membranes' lower bounds", eager.Lower, emitted.Lower));
            pairs.Add(("membranes' upper bounds", eager.Upper, emitted.Upper));
        }

        double worst = 0;
        foreach (var (what, eager, emitted) in pairs)
        {
            double difference = Relative((eager - emitted).abs().max(), eager.abs().max());
            Demand(difference <= Tolerance, subject, code, what, difference);
            worst = Math.Max(worst, difference);
        }

        return worst;
    }

    private static double Gradients(Subject subject, Code code)
    {
        Subject.Choose(code);
        subject.Fused.zero_grad();
        foreach (var parameter in subject.Eager.Parameters.Values)
            parameter.grad?.zero_();

        foreach (var one in new[] { Code.Eager, code })
            subject.CertifiedLoss(subject.Logits(one), subject.LinearMargins(one)).backward();

        double worst = subject.Fused.named_parameters().Max(named =>
        {
            var (eager, emitted) = (subject.Eager.Parameters[named.name].grad!, named.parameter.grad!);
            return Relative((eager - emitted).norm(), eager.norm());
        });
        Demand(worst <= GradientTolerance, subject, code, "gradients", worst);
        return worst;
    }

    private static double Relative(Tensor difference, Tensor size) =>
        difference.ToDouble() / Math.Max(size.ToDouble(), float.Epsilon);

    private static void Demand(bool holds, Subject subject, Code code, string what, double difference)
    {
        if (!holds)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"Eager and {code} code differ: {what} of {subject.Model} ({subject.State}), T = {subject.Steps}, by {difference:E1} of their size. ") +
                "Nothing was timed.");
        }
    }
}
