using SnnDsl.Benchmarks.Eager;
using SnnDsl.Benchmarks.Measuring;
using SnnDsl.Benchmarks.Networks;
using SnnDsl.Bounds;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Cases;

/// <summary>One model at one batch size and number of steps: emitted and eager network with the same weights, and a batch.</summary>
internal sealed class Subject : IDisposable
{
    /// <summary>How far a pixel moves.</summary>
    public const double Epsilon = 1.0 / 64;

    private const double LogitScale = 5;
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor pixels;
    private readonly Tensor labels;
    private readonly Interval box;

    private Subject(string model, int batch, int steps)
    {
        (Model, Batch, Steps) = (model, batch, steps);
        (Fused, Layers) = model switch
        {
            "fc" => ((SpikingModule)new Fc(seed: 1), LayerSize.Fc),
            "conv" => (new Conv(seed: 1), LayerSize.Conv),
            _ => throw new ArgumentException($"There is no model '{model}': choose from fc and conv."),
        };
        Fused.Steps = steps;
        SnapWeights(Fused);
        Eager = model == "fc" ? EagerNetwork.Fc(Fused) : EagerNetwork.Conv(Fused);

        using var random = new Generator(2, CPU);
        pixels = (rand([batch, 1, 28, 28], generator: random) * 64f).round() / 64f;
        labels = randint(10, [batch], ScalarType.Int64, generator: random);
        box = new LInfinity(Epsilon).Box(pixels);
    }

    public string Model { get; }

    public int Batch { get; }

    public int Steps { get; }

    public SpikingModule Fused { get; }

    public EagerNetwork Eager { get; }

    public IReadOnlyList<LayerSize> Layers { get; }

    /// <summary>Creates the networks and the batch.</summary>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    public static Subject Create(string model, int batch, int steps) => new(model, batch, steps);

    public Tensor EagerLogits() => Eager.Forward(pixels, Steps);

    public Tensor FusedLogits() => Fused.forward(pixels);

    public Tensor EagerIntervalMargins() => Eager.IntervalMargins(box, labels, Steps);

    public Tensor FusedIntervalMargins() => FusedMargins(BoundMethod.SIbp);

    public Tensor EagerLinearMargins() => Eager.LinearMargins(box, labels, Steps);

    public Tensor FusedLinearMargins() => FusedMargins(BoundMethod.SCrown);

    /// <summary>Interval bounds of every layer's membranes, [T, B, ...].</summary>
    public IEnumerable<Interval> EagerMembranes() => Eager.BoundMembranes(box, Steps).Select(steps =>
        new Interval(stack([.. steps.Select(step => step.Lower)]), stack([.. steps.Select(step => step.Upper)])));

    /// <inheritdoc cref="EagerMembranes"/>
    public IEnumerable<Interval> FusedMembranes() => Fused.BoundMembranes(new BoxInput(box, hasTime: false)).Membranes;

    /// <summary>The cross-entropy of the logits.</summary>
    public Tensor NaturalLoss(Tensor logits) => nn.functional.cross_entropy(logits * LogitScale, labels);

    /// <summary>The mean of the natural loss and of the worst loss that the margins' lower bounds allow.</summary>
    public Tensor CertifiedLoss(Tensor logits, Tensor margins) =>
        (NaturalLoss(logits) + nn.functional.pad(margins * -LogitScale, [1, 0]).logsumexp(1).mean()) / 2;

    public void Dispose()
    {
        Fused.Dispose();
        foreach (var parameter in Eager.Parameters.Values)
            parameter.Dispose();

        scope.Dispose();
    }

    /// <summary>
    /// Weights on a grid of 1/1024 and pixels on one of 1/64: every weighted sum of pixels or spikes is exact in float32, so that eager
    /// and emitted code agree bit by bit up to the spikes, whatever the order of summation. Otherwise a rounding error would now and
    /// then flip a whole spike, and no tolerance would tell that from a mistake.
    /// </summary>
    private static void SnapWeights(SpikingModule network)
    {
        using var snapping = NewDisposeScope();
        using var guard = no_grad();
        foreach (var parameter in network.parameters())
            parameter.copy_((parameter * 1024f).round() / 1024f);
    }

    private Tensor FusedMargins(BoundMethod method) => Fused.BoundMargins(new BoxInput(box, hasTime: false), labels, method);
}
