using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Events;

/// <summary>
/// Linear bounds backwards through all spiking layers at once, sample by sample: coefficients of a few rows go from the last layer's spikes
/// to the first layer's currents without leaving the caches, and only live neurons (<see cref="RelaxationStage.FindLive"/>) cost
/// anything between two layers. Variables: coefficients on the last layer's spikes, plan, then two for each stage (lower and upper
/// currents), then weight and bias of each map. Gives coefficients on the first layer's currents and the constants.
/// </summary>
internal sealed unsafe class RelaxChain : autograd.MultiTensorFunction<RelaxChain>
{
    public override string Name => nameof(RelaxChain);

    /// <summary>Without a gradient.</summary>
    /// <param name="plan">What is to be done.</param>
    /// <param name="top">Coefficients on the last layer's spikes, [B, T, K, N].</param>
    /// <param name="currents">Lower and upper currents of each stage.</param>
    public static List<Tensor> Run(RelaxationPlan plan, Tensor top, Tensor[] currents)
    {
        List<Tensor> outputs = [TensorMemory.Empty(plan.OutputShape), TensorMemory.Empty(plan.Samples, plan.Rows)];
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

    public override List<Tensor> forward(autograd.AutogradContext context, params object[] variables)
    {
        var (top, plan) = ((Tensor)variables[0], (RelaxationPlan)variables[1]);
        Tensor[] currents = [.. variables.Skip(2).Take(2 * plan.Stages.Count).Cast<Tensor>()];
        context.save_for_backward([top, .. currents]);
        context.save_data("plan", plan);
        context.save_data("topLearns", top.requires_grad);
        return Run(plan, top, currents);
    }

    public override List<Tensor> backward(autograd.AutogradContext context, List<Tensor> outputGradients)
    {
        var saved = context.get_saved_variables();
        var plan = (RelaxationPlan)context.get_data("plan");
        var (top, currents) = (saved[0], saved.Skip(1).ToArray());
        using var coefficientGradients = outputGradients[0].contiguous();
        using var constantGradients = outputGradients[1].contiguous();
        var topGradients = (bool)context.get_data("topLearns") ? TensorMemory.Empty(top.Sizes()) : null;
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
        return [topGradients!, null!, .. currentGradients, .. weights.Total()];
    }
}
