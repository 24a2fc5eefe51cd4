using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Eager;

/// <summary>A spike of one time step with a rectangular surrogate, as SNN libraries write it: a custom function of its own.</summary>
internal sealed class EagerSpike : autograd.SingleTensorFunction<EagerSpike>
{
    private static readonly Scalar HalfWidth = 0.5f;

    public override string Name => nameof(EagerSpike);

    /// <summary>1 where a membrane is above the threshold; without a custom function where no gradient is asked for.</summary>
    public static Tensor Of(Tensor membrane)
    {
        if (membrane.requires_grad)
            return apply(membrane);

        using var isAbove = membrane > EagerNeuron.Threshold;
        return isAbove.to(membrane.dtype);
    }

    public override Tensor forward(autograd.AutogradContext context, params object[] variables)
    {
        var membrane = (Tensor)variables[0];
        context.save_for_backward([membrane]);
        using var isAbove = membrane > EagerNeuron.Threshold;
        return isAbove.to(membrane.dtype);
    }

    public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var membrane = context.get_saved_variables()[0];
        var isNear = (membrane - EagerNeuron.Threshold).abs() < HalfWidth;
        return [(gradient * isNear.to(gradient.dtype)).MoveToOuterDisposeScope()];
    }
}
