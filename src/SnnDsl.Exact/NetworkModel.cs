using Google.OrTools.LinearSolver;
using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Exact;

/// <summary>
/// A spiking network as a mixed-integer program over membranes u, spikes s and reset values r, with the bounds [l, U] of every membrane:
/// a neuron-step whose bounds decide it needs no binary; the others get the ideal hull of their two cases,
/// l (1 - s) &lt;= q &lt;= th (1 - s) and th s &lt;= u - q &lt;= U s, q being the part of u that stays where no spike is: hard reset
/// r = q + v0 s, soft reset r = u - th s. With a gap, th + gap stands in place of th where a spike is.
/// </summary>
internal sealed class NetworkModel(Solver solver, SpikingModule network, NetworkIntervals intervals, double gap)
{
    // Bounds come from floating-point sums.
    private const double Slack = 1e-6;

    private readonly Tensor like = network.parameters().First();

    /// <summary>Writes the network behind its input; gives the logits.</summary>
    /// <param name="input">What enters the first layer, [step][entry], or one entry for all steps.</param>
    public LinearSum[] Logits(LinearSum[][] input)
    {
        var stages = network.Stages;
        var values = input;
        for (int layer = 0; layer < stages.Spiking.Count; layer++)
        {
            var currents = Apply(stages.Spiking[layer].Map, values);
            values = Fire(currents, stages.Spiking[layer].Neurons.Parameters, intervals.Membranes[layer]);
        }

        var outputs = stages.Tail is null ? values : Apply(stages.Tail, values);
        double[] weights = stages.ReadoutWeights(network.Steps);
        return
        [
            .. Enumerable.Range(0, outputs[0].Length).Select(n =>
                weights.Select((weight, t) => (weight, t)).Aggregate(new LinearSum(), (sum, step) => sum.Add(step.weight, outputs[step.t][n]))),
        ];
    }

    private LinearSum[][] Apply(AffineMap map, LinearSum[][] values)
    {
        var (weights, biases) = Numbers.Matrix(map, like);
        return
        [
            .. values.Select(step => weights.Select((row, n) =>
            {
                var sum = LinearSum.Of(biases[n]);
                for (int i = 0; i < row.Length; i++)
                {
                    if (row[i] != 0)
                    {
                        sum.Add(row[i], step[i]);
                    }
                }

                return sum;
            }).ToArray()),
        ];
    }

    private LinearSum[][] Fire(LinearSum[][] currents, NeuronParameters neuron, Interval membranes)
    {
        var (lower, upper) = (Numbers.BySteps(membranes.Lower), Numbers.BySteps(membranes.Upper));
        var rest = new LinearSum?[currents[0].Length];
        var spikes = new LinearSum[network.Steps][];
        for (int t = 0; t < network.Steps; t++)
        {
            spikes[t] = new LinearSum[rest.Length];
            for (int n = 0; n < rest.Length; n++)
            {
                // The sum is kept as one variable: chained sums would grow with every step.
                var (l, u) = (lower[t][n] - Slack, upper[t][n] + Slack);
                var sum = new LinearSum().Add(1, currents[currents.Length == 1 ? 0 : t][n]);
                if (rest[n] is { } left)
                {
                    sum.Add(neuron.Decay, left);
                }

                var membrane = solver.MakeNumVar(l, u, "");
                sum.Add(-1, membrane).Require(solver, 0, 0);
                (spikes[t][n], rest[n]) = Step(membrane, l, u, neuron);
            }
        }

        return spikes;
    }

    private (LinearSum Spike, LinearSum Left) Step(Variable membrane, double l, double u, NeuronParameters neuron)
    {
        var (th, hard) = ((double)neuron.Threshold, neuron.Reset == Reset.Hard);
        if (u <= th)
        {
            return (LinearSum.Of(0), LinearSum.Of(membrane));
        }

        if (l > th)
        {
            return (LinearSum.Of(1), hard ? LinearSum.Of(neuron.ResetValue) : LinearSum.Of(membrane).Add(-th, LinearSum.Of(1)));
        }

        var spike = solver.MakeBoolVar("");
        var kept = solver.MakeNumVar(Math.Min(l, 0), th, "");
        LinearSum.Of(kept).Add(l, spike).Require(solver, l, double.PositiveInfinity);
        LinearSum.Of(kept).Add(th, spike).Require(solver, double.NegativeInfinity, th);
        LinearSum.Of(membrane).Add(-1, kept).Add(-(th + gap), spike).Require(solver, 0, double.PositiveInfinity);
        LinearSum.Of(membrane).Add(-1, kept).Add(-u, spike).Require(solver, double.NegativeInfinity, 0);
        return (LinearSum.Of(spike), hard ? LinearSum.Of(kept).Add(neuron.ResetValue, spike) : LinearSum.Of(membrane).Add(-th, spike));
    }
}
