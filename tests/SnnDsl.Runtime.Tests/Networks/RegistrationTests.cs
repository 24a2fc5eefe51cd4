using SnnDsl.Bounds;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Networks;

/// <summary>A network holds the parameters that it declares, or there is none: a hash of nothing would name every network alike.</summary>
public class RegistrationTests
{
    [Fact]
    public void WeightsInFieldsAreRegistered()
    {
        using var random = Initialisation.Generator(1);
        using var network = new Whole(new AffineWeights(random, true, 2, 3));
        Assert.Equal("fc1.bias fc1.weight", string.Join(' ', network.state_dict().Keys.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void ANetworkWithoutItsWeightsIsRefused()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new Lost());
        Assert.StartsWith("Lost declares 8 parameters in fc1, but holds 0: ", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Half of them is none: the weights' own fields can be taken away as well.</summary>
    [Fact]
    public void ANetworkWithSomeOfItsWeightsIsRefused()
    {
        using var random = Initialisation.Generator(1);
        var error = Assert.Throws<InvalidOperationException>(() => new Whole(new AffineWeights(random, false, 2, 3)));
        Assert.StartsWith("Whole declares 8 parameters in fc1, but holds 6: ", error.Message, StringComparison.Ordinal);
    }

    private abstract class Declared() : SpikingModule(new()
    {
        Name = nameof(Declared),
        TimeSteps = 2,
        Encoding = Encoding.Direct,
        InputShape = [3],
        Classes = 2,
        ReadsSpikes = true,
        Readout = "logits = mean over t of the last layer's outputs",
        Layers = [new("fc1", "Linear", [2], 8, "I = W x + b"), new("lif1", "Lif", [2], 0, "", States: 1, HasKernels: true)],
        Architecture = "declared",
    })
    {
        public override NetworkStages Stages => throw new NotSupportedException();

        protected override Tensor Simulate(Tensor input) => throw new NotSupportedException();

        protected override NetworkIntervals PropagateIntervals(IPerturbedInput input) => throw new NotSupportedException();

        protected override LinearForm ReadOut(LinearQuery query) => throw new NotSupportedException();

        protected override LinearBound PropagateBack(IPerturbedInput input, LinearQuery query) => throw new NotSupportedException();
    }

    private sealed class Lost : Declared
    {
        public Lost() => RegisterComponents();
    }

    private sealed class Whole : Declared
    {
        // Found by torch alone.
        private readonly AffineWeights fc1;

        public Whole(AffineWeights weights)
        {
            fc1 = weights;
            RegisterComponents();
        }

        public AffineWeights Held => fc1;
    }
}
