using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Eager;

/// <summary>Integrate-and-fire neurons (threshold 1, hard reset to 0) for one time step, op by op, with an arctan surrogate of width 1.</summary>
internal sealed class EagerIf : autograd.SingleTensorFunction<EagerIf>
{
    private static readonly Scalar One = 1f;
    private static readonly Scalar Pi = MathF.PI;

    public override string Name => nameof(EagerIf);

    /// <summary>u = r + I, s = 1(u > 1), r = u (1 - s).</summary>
    public static (Tensor Spike, Tensor Left) Fire(Tensor current, Tensor? rest)
    {
        using var scope = NewDisposeScope();
        var u = rest is null ? current.alias() : rest + current;
        var s = apply(u);
        return (s.MoveToOuterDisposeScope(), (u - u * s).MoveToOuterDisposeScope());
    }

    public override Tensor forward(autograd.AutogradContext context, params object[] variables)
    {
        var membrane = (Tensor)variables[0];
        context.save_for_backward([membrane]);
        using var isAbove = membrane > One;
        return isAbove.to(membrane.dtype);
    }

    public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var x = (context.get_saved_variables()[0] - One).mul_(Pi).pow_(2).add_(One);
        return [(gradient / x).MoveToOuterDisposeScope()];
    }
}
