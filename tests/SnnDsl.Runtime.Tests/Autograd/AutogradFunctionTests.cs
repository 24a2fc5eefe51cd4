using System.Runtime.InteropServices;
using SnnDsl.Autograd;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Autograd;

/// <summary>Our own nodes in torch's graph: gradients as torch's and as TorchSharp's own functions give them, refusals, and nothing left.</summary>
[Collection("One thread")]
public class AutogradFunctionTests
{
    public AutogradFunctionTests() => set_num_threads(1);

    // A TorchSharp whose native half is another makes every step slower and leaves work to finalisers: read its THSAutograd.h, then
    // raise the version in NativeAutograd.
    [Fact]
    public void TheLoadedTorchSharpIsTheOneThatIsDeclared() => Assert.True(NativeAutograd.IsKnown);

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void GradientsAreTorchsOwn(bool readsProduct, bool readsSquare)
    {
        using var scope = NewDisposeScope();
        var expected = Gradients((x, w) => [x * w, x * x], readsProduct, readsSquare);
        Assert.Equal(expected, Gradients((x, w) => new ProductAndSquare().Apply(x, null, w), readsProduct, readsSquare));
        Assert.Equal(expected, Gradients((x, w) => TorchSharpFunction.Run(new ProductAndSquare(), [x, null, w]), readsProduct, readsSquare));
    }

    [Fact]
    public void OnlyInputsThatLearnHaveGradients()
    {
        using var scope = NewDisposeScope();
        var (x, w) = Leaves();
        using (no_grad())
        {
            Assert.False(new ProductAndSquare().Apply(x, null, w)[0].requires_grad);
        }

        x.requires_grad_(false);
        var outputs = new ProductAndSquare().Apply(x, null, w);
        (outputs[0] + outputs[1]).sum().backward();
        Assert.Null(x.grad);
        Assert.Equal(x.data<float>().ToArray(), w.grad!.data<float>().ToArray());
    }

    [Fact]
    public void ABackwardPassCanBeRepeated()
    {
        using var scope = NewDisposeScope();
        var (x, w) = Leaves();
        var first = new ProductAndSquare().Apply(x, null, w);
        var loss = new ProductAndSquare().Apply(first[0], null, first[1])[0].sum();
        loss.backward([], retain_graph: true);
        float[] once = x.grad!.data<float>().ToArray();
        loss.backward();
        Assert.Equal(once.Select(gradient => 2 * gradient), x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void AChangedTensorIsRefused()
    {
        using var scope = NewDisposeScope();
        var (x, w) = Leaves();
        var inner = x * 2;
        var loss = new ProductAndSquare().Apply(inner, null, w)[0].sum();
        using (no_grad())
        {
            inner.zero_();
        }

        Assert.ThrowsAny<ExternalException>(() => loss.backward([], retain_graph: true));
        Assert.Contains("modified by an inplace operation", Assert.ThrowsAny<ExternalException>(() => AutogradNode.Backward(loss)).Message);
    }

    [Fact]
    public void ForwardsExceptionsReachTheCallerAndLeaveTheNodeUsable()
    {
        using var scope = NewDisposeScope();
        var (x, w) = Leaves();
        Assert.Throws<NotSupportedException>(() => new Refusing().Apply(x));
        Assert.NotEmpty(Gradients((a, b) => new ProductAndSquare().Apply(a, null, b), true, true));
    }

    [Fact]
    public void BackwardsExceptionsReachTheCaller()
    {
        using var scope = NewDisposeScope();
        var (x, _) = Leaves();
        var loss = new RefusingBackward().Apply(x)[0].sum();
        Assert.Throws<NotSupportedException>(() => AutogradNode.Backward(loss));
    }

    [Fact]
    public void NodesAreUsedAgainAfterGraphsOfAnyShape()
    {
        var seeds = new Random(7);
        for (int round = 0; round < 200; round++)
        {
            using var scope = NewDisposeScope();
            var (x, w) = Leaves();
            var (a, expected) = (x, x);
            int depth = seeds.Next(1, 6);
            for (int level = 0; level < depth; level++)
            {
                bool square = seeds.Next(2) == 0;
                a = new ProductAndSquare().Apply(a, null, w)[square ? 1 : 0];
                expected = square ? expected * expected : expected * w;
            }

            // Every third graph is let go of without a backward pass.
            if (round % 3 == 0)
            {
                continue;
            }

            a.sum().backward();
            float[] actual = x.grad!.data<float>().ToArray();
            x.grad.zero_();
            expected.sum().backward();
            Assert.Equal(x.grad.data<float>().ToArray(), actual);
        }
    }

    [Fact]
    public void NothingIsLeftBehind()
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int round = 0; round < 5; round++)
        {
            using var scope = NewDisposeScope();
            Gradients((x, w) => new ProductAndSquare().Apply(x, null, w), true, true);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static float[][] Gradients(Func<Tensor, Tensor, Tensor[]> function, bool readsProduct, bool readsSquare)
    {
        var (x, w) = Leaves();
        var outputs = function(x * 1, w * 1);
        var loss = (readsProduct ? outputs[0].sum() : zeros(1)) + (readsSquare ? outputs[1].sum() : zeros(1));
        loss.backward();
        return [x.grad!.data<float>().ToArray(), w.grad?.data<float>().ToArray() ?? new float[3]];
    }

    private static (Tensor X, Tensor W) Leaves() =>
        (tensor(new float[] { 1, -2, 0.5f }).requires_grad_(), tensor(new float[] { 3, 0.25f, -1 }).requires_grad_());

    // x and w to x w and x^2; what stands between them is not there. One of its outputs is saved.
    private sealed class ProductAndSquare : AutogradFunction
    {
        protected internal override Tensor[] Forward(Tensor?[] inputs)
        {
            Assert.False(is_grad_enabled());
            Tensor[] outputs = [inputs[0]! * inputs[2]!, inputs[0]! * inputs[0]!];
            Save(inputs[0], null, inputs[2], outputs[1]);
            return outputs;
        }

        protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] gradients)
        {
            Assert.Null(saved[1]);
            Assert.Equal((saved[0]! * saved[0]!).data<float>().ToArray(), saved[3]!.data<float>().ToArray());
            return [gradients[0] * saved[2]! + gradients[1] * saved[0]! * 2, null, gradients[0] * saved[0]!];
        }
    }

    private sealed class RefusingBackward : AutogradFunction
    {
        protected internal override Tensor[] Forward(Tensor?[] inputs) => [inputs[0]!.clone()];

        protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] gradients) => throw new NotSupportedException();
    }

    private sealed class Refusing : AutogradFunction
    {
        protected internal override Tensor[] Forward(Tensor?[] inputs) => throw new NotSupportedException();

        protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] gradients) => throw new NotSupportedException();
    }
}
