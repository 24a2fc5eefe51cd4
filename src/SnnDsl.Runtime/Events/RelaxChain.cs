using SnnDsl.Autograd;
using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Events;

/// <summary>
/// Linear bounds backwards through all spiking layers at once, sample by sample: coefficients of a few rows go from the last layer's spikes
/// to the first layer's currents without leaving the caches, and only live neurons (<see cref="RelaxationStage.FindLive"/>) cost
/// anything between two layers. Inputs: coefficients on the last layer's spikes, then two for each stage (lower and upper currents), then
/// weight and bias of each map. Gives coefficients on the first layer's currents and the constants.
/// </summary>
/// <param name="plan">What is to be done.</param>
internal sealed unsafe class RelaxChain(RelaxationPlan plan) : AutogradFunction
{
    /// <summary>Without a gradient.</summary>
    /// <param name="plan">What is to be done.</param>
    /// <param name="top">Coefficients on the last layer's spikes, [B, T, K, N].</param>
    /// <param name="currents">Lower and upper currents of each stage.</param>
    public static Tensor[] Run(RelaxationPlan plan, Tensor top, Tensor[] currents)
    {
        Tensor[] outputs = [TensorMemory.Empty(plan.OutputShape), TensorMemory.Empty(plan.Samples, plan.Rows)];
        var walk = new RelaxationWalk(plan, top, currents, outputs[0]);
        nint constants = TensorMemory.Address(outputs[1]);
        Cores.Share(plan.Samples, plan.Samples * plan.Work, (from, to) =>
        {
            using var memory = new RelaxationMemory(plan, gradients: false);
            for (long sample = from; sample < to; sample++)
            {
                walk.Bound(sample, memory);
                for (int row = 0; row < plan.Rows; row += RelaxationPlan.Together)
                {
                    walk.Down(sample, row, memory, (float*)constants + sample * plan.Rows);
                }
            }
        });
        GC.KeepAlive(top);
        GC.KeepAlive(currents);
        GC.KeepAlive(plan);
        return outputs;
    }

    protected internal override Tensor[] Forward(Tensor?[] inputs)
    {
        Tensor[] read = [.. inputs.Take(1 + 2 * plan.Stages.Count).Select(input => input!)];
        Save(read);
        return Run(plan, read[0], read[1..]);
    }

    protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] outputGradients)
    {
        var top = saved[0]!;
        Tensor[] currents = [.. saved.Skip(1).Select(current => current!)];
        var coefficientGradients = outputGradients[0].contiguous();
        var constantGradients = outputGradients[1].contiguous();
        var topGradients = Learns(0) ? TensorMemory.Empty(top.Sizes()) : null;
        Tensor[] currentGradients = [.. currents.Select(current => TensorMemory.Empty(current.Sizes()))];
        var walk = new RelaxationWalk(plan, top, currents, coefficientGradients);
        var (constants, topAt) = (TensorMemory.Address(constantGradients), TensorMemory.Address(topGradients));
        nint[] at = [.. currentGradients.Select(TensorMemory.Address)];
        int parts = Cores.Parts(plan.Samples * plan.Work);
        using var weights = new RelaxationGradients(plan, parts);
        Cores.Split(plan.Samples, parts, (part, from, to) =>
        {
            using var memory = new RelaxationMemory(plan, gradients: true);
            for (long sample = from; sample < to; sample++)
            {
                walk.Bound(sample, memory);
                for (int row = 0; row < plan.Rows; row += RelaxationPlan.Together)
                {
                    walk.DownAndUp(sample, row, memory, (float*)constants + sample * plan.Rows, (float*)topAt, weights, part);
                }

                walk.CurrentGradients(sample, memory, at);
            }
        });
        GC.KeepAlive(saved);
        GC.KeepAlive(plan);
        return [topGradients, .. currentGradients, .. weights.Total()];
    }
}
