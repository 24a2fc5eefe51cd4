using SnnDsl.Benchmarks.Eager;
using SnnDsl.Benchmarks.Measuring;
using SnnDsl.Benchmarks.Networks;
using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Cases;

/// <summary>
/// One model in one state at one batch size and number of steps: emitted and eager network with the same weights, and a batch of real
/// digits.
/// </summary>
/// <remarks>
/// Weights lie on a grid of 1/1024, pixels and the box's ends on one of 1/64: every weighted sum of pixels or spikes is exact in float32,
/// so that eager and emitted code agree bit by bit up to the spikes, whatever the order of summation. Otherwise a rounding error would
/// now and then flip a whole spike, and no tolerance would tell that from a mistake.
/// </remarks>
internal sealed class Subject : IDisposable
{
    /// <summary>The weights that certified training left (<see cref="Snapshot"/>).</summary>
    public const string Trained = "trained";

    /// <summary>The weights that training starts from.</summary>
    public const string Initial = "initial";

    /// <summary>How far a pixel moves: the multiple of 1/64 nearest to 0.05.</summary>
    public const double Epsilon = 3.0 / PixelGrid;

    private const float PixelGrid = 64;
    private const double LogitScale = 5;
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor pixels;
    private readonly Tensor labels;
    private readonly Interval box;

    private Subject(string model, string state, int batch, int steps, bool offGrid)
    {
        (Model, State, Batch, Steps) = (model, state, batch, steps);
        Fused = CreateNetwork(model);
        Fused.Steps = steps;
        if (state == Trained)
            Snapshot.Load(Fused, model);
        else
            Snap(Fused);

        if (offGrid)
            Shake(Fused);

        Layers = LayerSize.Of(model);
        Eager = EagerNetwork.Create(model, Fused);
        int[] first = [.. Enumerable.Range(0, batch)];
        pixels = (Digits.Test.Inputs(first) * PixelGrid).round() / PixelGrid;
        labels = Digits.Test.LabelsAt(first);
        box = new LInfinity(Epsilon).Box(pixels);
    }

    public string Model { get; }

    public string State { get; }

    public int Batch { get; }

    public int Steps { get; }

    public SpikingModule Fused { get; }

    public EagerNetwork Eager { get; }

    public IReadOnlyList<LayerSize> Layers { get; }

    /// <summary>The networks' common part of all loops: which engine runs the emitted code.</summary>
    public static void Choose(Code code) => SpikingLayer.Engine = code == Code.Plain ? Engine.Plain : Engine.Auto;

    /// <summary>Creates the networks and the batch: the first test digits.</summary>
    /// <param name="model">fc or conv.</param>
    /// <param name="state">trained or initial.</param>
    /// <param name="batch">B.</param>
    /// <param name="steps">T.</param>
    /// <param name="offGrid">Whether weights lie anywhere within half a grid step instead of on the grid.</param>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    public static Subject Create(string model, string state, int batch, int steps, bool offGrid = false) =>
        new(model, state, batch, steps, offGrid);

    /// <summary>A model with its initial weights.</summary>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    public static SpikingModule CreateNetwork(string model, long seed = 1) => model switch
    {
        "fc" => new Fc(seed),
        "conv" => new Conv(seed),
        _ => throw new ArgumentException($"There is no model '{model}': choose from fc and conv."),
    };

    /// <summary>[B, classes].</summary>
    public Tensor Logits(Code code) => code == Code.Eager ? Eager.Forward(pixels, Steps) : Fused.forward(pixels);

    /// <summary>S-IBP, [B, classes - 1].</summary>
    public Tensor IntervalMargins(Code code) =>
        code == Code.Eager ? Eager.IntervalMargins(box, labels, Steps) : Fused.BoundMargins(FusedBox, labels, BoundMethod.SIbp);

    /// <summary>S-CROWN, [B, classes - 1].</summary>
    public Tensor LinearMargins(Code code) =>
        code == Code.Eager ? Eager.LinearMargins(box, labels, Steps) : Fused.BoundMargins(FusedBox, labels, BoundMethod.SCrown);

    /// <summary>Interval bounds of every layer's membranes, [T, B, ...].</summary>
    public IEnumerable<Interval> Membranes(Code code) => code == Code.Eager
        ? Eager.BoundMembranes(box, Steps).Select(steps =>
            new Interval(stack([.. steps.Select(step => step.Lower)]), stack([.. steps.Select(step => step.Upper)])))
        : Fused.BoundMembranes(FusedBox).Membranes;

    /// <summary>What this batch does to every layer.</summary>
    public IReadOnlyList<Activity> MeasureActivity()
    {
        using var measuring = NewDisposeScope();
        using var guard = no_grad();
        return [.. Eager.FiringRates(pixels, Steps).Zip(Membranes(Code.Eager), (rate, bounds) => Activity.Of(rate, bounds))];
    }

    /// <summary>The share of the embedded test digits that the network predicts right.</summary>
    public double MeasureAccuracy() => Evaluation.Accuracy.Of(Fused, Digits.Test);

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

    private BoxInput FusedBox => new(box, hasTime: false);

    private static void Snap(SpikingModule network)
    {
        using var snapping = NewDisposeScope();
        using var guard = no_grad();
        foreach (var parameter in network.parameters())
            parameter.copy_((parameter * (float)Snapshot.Grid).round() / (float)Snapshot.Grid);
    }

    private static void Shake(SpikingModule network)
    {
        using var shaking = NewDisposeScope();
        using var guard = no_grad();
        using var random = new Generator(3, CPU);
        foreach (var parameter in network.parameters())
            parameter.add_((rand(parameter.shape, generator: random) - 0.5f) / (float)Snapshot.Grid);
    }
}
