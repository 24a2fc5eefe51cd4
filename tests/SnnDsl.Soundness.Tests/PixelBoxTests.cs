using SnnDsl.Attacks;
using SnnDsl.Bounds;
using SnnDsl.Data;
using SnnDsl.Exact;
using SnnDsl.Perturbations;
using SnnDsl.Serialization;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>Boxes whose size differs from pixel to pixel: against definitions, sampled and attacked points, and the exact margin.</summary>
public class PixelBoxTests
{
    /// <summary>Stated by an epsilon or by ends, for all samples or for each: the box of the definition, and bounds that hold in it.</summary>
    [Theory]
    [InlineData(nameof(HardRectangular)), InlineData(nameof(ConvStrided)), InlineData(nameof(PoissonFc)), InlineData(nameof(PoissonConv))]
    public void BoundsHoldInTheStatedBox(string network)
    {
        const int samples = 4;
        using var scope = NewDisposeScope();
        using var subject = new Subject(network, Platform.Double, seed: 3);
        var inputs = subject.Inputs(samples);
        var labels = Margins.Predict(subject.Module.forward(inputs));
        var one = subject.Uniform(subject.Blueprint.Input) * 0.3;
        var each = subject.Uniform([9, .. subject.Blueprint.Input]) * 0.3;
        long[] indices = [8, 0, 3, 3];
        var own = each.index_select(0, tensor(indices));
        foreach (var (box, lower, upper) in new[]
        {
            (PixelBox.Around(one), (inputs - one).clamp(min: 0), (inputs + one).clamp(max: 1)),
            (PixelBox.Around(one, clamp: false), inputs - one, inputs + one),
            (PixelBox.Around(each), (inputs - own).clamp(min: 0), (inputs + own).clamp(max: 1)),
            (PixelBox.Between(zeros(subject.Blueprint.Input, float64), ones(subject.Blueprint.Input, float64)), zeros_like(inputs), ones_like(inputs)),
        })
        {
            var (low, high) = box.Box(inputs, indices);
            Assert.Equal(Values.Of(lower), Values.Of(low));
            Assert.Equal(Values.Of(upper), Values.Of(high));
            var perturbed = box.Apply(subject.Module, inputs, indices);
            var bounds = Enum.GetValues<BoundMethod>().Select(method => subject.Module.BoundMargins(perturbed, labels, method)).ToList();
            var points = Enumerable.Range(0, 20).Select(i => lower + (upper - lower) * (i % 2 == 0 ? subject.Uniform(inputs.shape) : subject.Uniform(inputs.shape).round()))
                .Append(new Pgd(box) { Steps = 5 }.Run(subject.Module, inputs, labels, indices).Inputs)
                .Append(new Fgsm(box).Run(subject.Module, inputs, labels, indices).Inputs);
            foreach (var point in points)
            {
                Assert.True(((point >= low) & (point <= high)).all().item<bool>());
                var margins = Margins.FromLogits(subject.Module.forward(point, indices), labels);
                Assert.All(bounds, bound => Assert.True((bound <= margins + 1e-9).all().item<bool>()));
            }
        }
    }

    /// <summary>An epsilon that is the same for every pixel is the l-infinity box: the same bounds, attack and exact margin.</summary>
    [Fact]
    public void EqualEpsilonsAreTheBoxOfOne()
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(nameof(HardRectangular), Platform.Double, seed: 3);
        var inputs = subject.Inputs(6);
        var labels = Margins.Predict(subject.Module.forward(inputs));
        BoxPerturbation one = new LInfinity(0.1), other = PixelBox.Around(full([6], 0.1, float64));
        foreach (var method in Enum.GetValues<BoundMethod>())
        {
            Assert.Equal(
                Values.Of(subject.Module.BoundMargins(one.Apply(subject.Module, inputs), labels, method)),
                Values.Of(subject.Module.BoundMargins(other.Apply(subject.Module, inputs), labels, method)));
        }

        Assert.Equal(Values.Of(new Pgd(one).Run(subject.Module, inputs, labels).Margins), Values.Of(new Pgd(other).Run(subject.Module, inputs, labels).Margins));
        int label = (int)labels[0].item<long>(), rival = label == 0 ? 1 : 0;
        using var exact = new ExactVerifier(subject.Module).Minimise(one, inputs[..1], label, rival);
        using var same = new ExactVerifier(subject.Module).Minimise(other, inputs[..1], label, rival);
        Assert.Equal(exact.Value, same.Value, 1e-6);
    }

    [Fact]
    public void FilesStateBoxesAndWrongOnesAreRefused()
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(nameof(HardRectangular), Platform.Double, seed: 3);
        var inputs = subject.Inputs(2);
        string path = Path.GetTempFileName();
        try
        {
            Write(("epsilon", full([6], 0.25, float32)));
            var box = PixelBox.Load(path);
            Assert.Equal(Values.Of((inputs - 0.25).clamp(min: 0)), Values.Of(box.Box(inputs).Lower));
            Assert.Equal(box, PixelBox.Around(full([6], 0.25, float32)));
            Assert.NotEqual(box, PixelBox.Around(full([6], 0.25, float32), clamp: false));
            Assert.NotEqual(box, PixelBox.Around(full([6], 0.26, float32)));

            Write(("lower", zeros(6)), ("upper", ones(6)));
            Assert.Equal(Values.Of(ones(2, 6)), Values.Of(PixelBox.Load(path).Box(inputs).Upper));

            Write(("eps", zeros(6)));
            Assert.Contains("holds eps", Assert.Throws<DataFileException>(() => PixelBox.Load(path)).Message);
            Write(("lower", zeros(6)));
            Assert.Throws<DataFileException>(() => PixelBox.Load(path));
            Write(("epsilon", tensor(new[] { 0.1f, -0.1f, float.NaN })));
            Assert.Contains("2 of its epsilons are negative or no finite number", Assert.Throws<DataFileException>(() => PixelBox.Load(path)).Message);
            Write(("lower", ones(6)), ("upper", zeros(6)));
            Assert.Contains("6 of its lower ends are above", Assert.Throws<DataFileException>(() => PixelBox.Load(path)).Message);
            Write(("lower", zeros(6)), ("upper", zeros(5)));
            Assert.Contains("same shape", Assert.Throws<DataFileException>(() => PixelBox.Load(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Contains("The box is 7, but inputs are 6", Refused(PixelBox.Around(zeros(7))));
        Assert.Contains("one with index 1", Refused(PixelBox.Around(zeros(1, 6))));
        Assert.Contains("The sample with index 0 does not lie", Refused(PixelBox.Between(ones(6), ones(6))));
        using var events = new Subject(nameof(EventsTiny), Platform.Double, seed: 3);
        Assert.Contains("recorded spikes", Assert.Throws<ArgumentException>(() => PixelBox.Around(zeros(3)).Apply(events.Module, events.Inputs(1))).Message);

        string Refused(PixelBox box) => Assert.Throws<ArgumentException>(() => box.Apply(subject.Module, inputs)).Message;

        void Write(params (string, Tensor)[] tensors) => SafeTensors.Write(path, tensors);
    }
}
