using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Kernels;
using SnnDsl.Perturbations;
using SnnDsl.Runtime.Tests.Training;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Kernels;

/// <summary>Walks through a network give up where there is no time left, wherever they are.</summary>
[Collection("One thread")]
public class WalkLimitTests
{
    private const int Steps = 4, Layers = 2;

    [Theory]
    [InlineData(Encoding.Direct)]
    [InlineData(Encoding.Poisson)]
    public void WalksAskAtEveryStep(Encoding encoding)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var network = new TinyNetwork(encoding, Steps, [1, 6, 6], hidden: 16, classes: 3, seed: 5);
        using var view = new NetworkView(network, Precision.Float64);
        var set = view.Set(new LInfinity(0.1), full([2, 1, 6, 6], 0.5f));
        var labels = tensor(new[] { 0L, 1L });
        var known = view.Network.BoundMembranes(set);
        foreach (Action walk in new Action[]
        {
            () => view.Network.BoundMembranes(set).Computed(),
            () => view.Network.BoundMargins(set, labels, BoundMethod.SCrown, known),
            () => view.Network.BoundMargins(set, labels, BoundMethod.SCrownTrains, known),
        })
        {
            // What a set keeps once it was computed is there.
            walk();
            int asked = 0;
            using (WalkLimit.Set(() => ++asked < 0))
            {
                walk();
            }

            // At each step of a layer, and at each map; a constant current's trains take the steps of the first layer together.
            Assert.InRange(asked, (Steps * (Layers - 1)) + Layers, int.MaxValue);
            foreach (int last in new[] { 1, asked / 2, asked })
            {
                int now = 0;
                using (WalkLimit.Set(() => ++now == last))
                {
                    Assert.Throws<TimeoutException>(walk);
                }

                Assert.Equal(last, now);
            }
        }

        // The limits ended with their scopes.
        WalkLimit.ThrowIfOver();
    }

    [Fact]
    public void TheEarlierLimitHoldsAsWell()
    {
        bool isOver = false;
        using (WalkLimit.Set(() => isOver))
        {
            using (WalkLimit.Set(() => false))
            {
                WalkLimit.ThrowIfOver();
                isOver = true;
                Assert.Throws<TimeoutException>(WalkLimit.ThrowIfOver);
            }

            Assert.Throws<TimeoutException>(WalkLimit.ThrowIfOver);
        }

        WalkLimit.ThrowIfOver();
    }
}
