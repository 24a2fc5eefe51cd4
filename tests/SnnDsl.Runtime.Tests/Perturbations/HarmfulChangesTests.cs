using SnnDsl.Affine;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Perturbations;

/// <summary>The k most harmful changes of a recording, whatever the weights: against all of them in order.</summary>
[Collection("One thread")]
public class HarmfulChangesTests
{
    [Theory]
    [InlineData(0), InlineData(1), InlineData(3), InlineData(40)]
    public void RowsOfEveryKindFindTheirChanges(int count)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var generator = new Generator(3);
        // Rows that move both ways, one way, nowhere, and rows in turn, so that they are done at different lengths.
        var weight = randn([12, 600], generator: generator);
        weight[1] = weight[1].abs();
        weight[4] = -weight[4].abs();
        weight[5] = zeros(600);
        weight[9] = where(arange(600) % 300 == 0, ones(600), full(600, -2f));
        var spikes = (rand([4, 3, 600], generator: generator) < 0.1).to(ScalarType.Float32);
        var changes = spikes.mul(-2).add(1);
        var (lower, upper) = new HarmfulChanges(spikes, changes, count).Currents(new LinearMap(weight, null));
        var centre = spikes.matmul(weight.t());
        var gains = changes.unsqueeze(2) * weight;
        Assert.True((upper - centre - Most(gains)).abs().le(1e-4).all().item<bool>());
        Assert.True((centre - lower - Most(-gains)).abs().le(1e-4).all().item<bool>());

        Tensor Most(Tensor all) => all.clamp(0, float.MaxValue).topk(Math.Max(1, count), -1).values.narrow(-1, 0, count).sum(-1L);
    }

    /// <summary>Many large blocks, each of which would be kept with all that it was made from.</summary>
    [Fact]
    public void ABlockEndsWithItsTensors()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var weight = rand([1024, 512]).neg();
        var spikes = zeros([40, 8, 512]);
        var before = scope.DisposablesCount;
        new HarmfulChanges(spikes, spikes.add(1), 1).Currents(new LinearMap(weight, null));
        Assert.InRange(scope.DisposablesCount - before, 1, 100);
    }
}
