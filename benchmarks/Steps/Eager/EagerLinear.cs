using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Eager;

/// <summary>A fully connected layer; what comes in is flattened, and coefficients go out in the shape that came in.</summary>
internal sealed class EagerLinear(Tensor weight, Tensor bias, params long[] inputShape) : EagerAffine(weight, bias)
{
    public override Tensor Apply(Tensor x) => nn.functional.linear(x.flatten(1), Weight, Bias);

    public override Tensor PullBack(Tensor a) => a.matmul(Weight).view([.. a.shape[..2], .. inputShape]);

    public override Tensor DotBias(Tensor a) => a.matmul(Bias);

    protected override Tensor ApplyAbsolute(Tensor radius) => nn.functional.linear(radius.flatten(1), Weight.abs());
}
