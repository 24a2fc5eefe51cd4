using Google.OrTools.LinearSolver;
using SnnDsl.Certification;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Exact;

/// <summary>
/// The least margin of one sample by mixed-integer programming, for small networks. A yardstick and no certificate: a solver has
/// tolerances, and the model is closed, so that a membrane exactly on its threshold may fire in it and not in the network.
/// </summary>
/// <param name="network">The network; float64 weights spare the comparison float32's rounding.</param>
/// <param name="solver">Which solver.</param>
public sealed class ExactVerifier(SpikingModule network, ExactSolver solver = ExactSolver.Scip)
{
    /// <summary>How long the solver may take for one margin.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How far above its threshold a membrane lies at least that fires, in its unit. With 0 the model is closed: several neurons of one pixel, all exactly on
    /// their thresholds, may each fire or not, as no input lets them. Above the solver's tolerances, as 1e-5 is, every solution is a run of the network, and
    /// only runs with a membrane in that gap are missing.
    /// </summary>
    public double Gap { get; init; }

    /// <summary>Finds the least value of logit_label - logit_rival.</summary>
    /// <param name="perturbation">What may change: a <see cref="BoxPerturbation"/> for images, <see cref="SpikeFlips"/> or <see cref="SpikeRetiming"/> for
    /// recordings.</param>
    /// <param name="input">The sample as a batch of one: [1, ...], or [T, 1, ...] for recordings.</param>
    /// <param name="label">The class whose margin it is.</param>
    /// <param name="rival">The other class.</param>
    /// <param name="index">The sample's index in its data set, which Poisson noise depends on.</param>
    /// <exception cref="ArgumentException">Classes or perturbation do not fit the network.</exception>
    /// <exception cref="InvalidOperationException">The solver is missing or failed.</exception>
    /// <exception cref="NotSupportedException">A layer has other neurons than LIF.</exception>
    public ExactMargin Minimise(Perturbation perturbation, Tensor input, int label, int rival, long index = 0)
    {
        int classes = network.Description.Classes;
        if (label == rival || label < 0 || rival < 0 || label >= classes || rival >= classes)
        {
            throw new ArgumentException($"Label {label} and rival {rival} must be two different classes from 0 to {classes - 1}.", nameof(rival));
        }

        // What the model is written from is the network as it is deployed: normalisations folded, nothing dropped.
        bool before = network.training;
        network.eval();
        try
        {
            return MinimiseDeployed(perturbation, input, label, rival, index);
        }
        finally
        {
            network.train(before);
        }
    }

    private ExactMargin MinimiseDeployed(Perturbation perturbation, Tensor input, int label, int rival, long index)
    {
        if (!network.Stages.IsChain)
        {
            throw new NotSupportedException(
                $"The layers of {network.Description.Name} are a graph, and exact margins are derived for chains alone, in which every layer reads the one before it: bound the network by s-ibp or s-crown.");
        }

        // Layers of other neurons than LIF refuse to give constants that the model could be written with.
        _ = network.Stages.Spiking.Select(stage => stage.Neurons.Parameters).ToList();
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var model = Solver.CreateSolver(Name) ?? throw new InvalidOperationException($"This build of Google.OrTools has no {Name}: choose another solver.");
        var set = InputModel.Create(model, network, perturbation, input, index);
        var bounds = new MembraneRefiner(network).Refine(perturbation.Apply(network, input, new[] { index }));
        var logits = new NetworkModel(model, network, bounds, Gap).Logits(set.Values);
        logits[label].Add(-1, logits[rival]).Minimise(model);
        model.SetTimeLimit((long)TimeLimit.TotalMilliseconds);
        var status = model.Solve();
        return status switch
        {
            Solver.ResultStatus.OPTIMAL or Solver.ResultStatus.FEASIBLE => Found(model, set, input, status, label, rival, index, scope),
            Solver.ResultStatus.NOT_SOLVED => new(double.PositiveInfinity, double.NegativeInfinity, false, null, null),
            _ => throw new InvalidOperationException($"{Name} ended with {status}: the set is never empty, so the bounds of the membranes are wrong."),
        };
    }

    private string Name => solver == ExactSolver.Scip ? "SCIP" : "HIGHS";

    private ExactMargin Found(
        Solver model, InputModel set, Tensor input, Solver.ResultStatus status, int label, int rival, long index, DisposeScope scope)
    {
        var point = tensor(set.Read(), ScalarType.Float64).to(input.dtype).to(input.device).view(input.shape);
        var logits = network.forward(point, new[] { index });
        double replayed = (logits[0, label] - logits[0, rival]).to(ScalarType.Float64).item<double>();
        scope.MoveToOuter(point);
        bool isOptimal = status == Solver.ResultStatus.OPTIMAL;
        double value = model.Objective().Value();
        return new(value, isOptimal ? value : model.Objective().BestBound(), isOptimal, point, replayed);
    }
}
