using System.Diagnostics.CodeAnalysis;
using SnnDsl.Affine;
using SnnDsl.Events;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using TorchSharp.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Networks;

/// <summary>
/// Batch normalisation of what an affine map gives, channel by channel: y = (x - mean) / sqrt(variance + epsilon) * weight + bias. In training
/// mean and variance are those of the batch, over steps, samples and places, and running ones are kept under PyTorch's names. Otherwise the
/// running ones are folded into the map, and what runs is that one map.
/// </summary>
[SuppressMessage("Style", "IDE1006", Justification = "The fields' names are the parameters' names.")]
public sealed class BatchNorm : nn.Module
{
    private readonly double momentum;
    private readonly float epsilon;
    private readonly Kept kept = new();

    /// <summary>Creates it as it begins: weight 1, bias 0, running mean 0 and variance 1.</summary>
    /// <param name="channels">How many channels.</param>
    /// <param name="momentum">What a batch weighs in the running statistics.</param>
    /// <param name="epsilon">What is added to variances.</param>
    /// <param name="affine">Whether there are a weight and a bias.</param>
    // TorchSharp finds the fields by reflection: without this, trimming and Native AOT take them away.
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicFields, typeof(BatchNorm))]
    public BatchNorm(long channels, double momentum, float epsilon, bool affine)
        : base(nameof(BatchNorm))
    {
        (this.momentum, this.epsilon) = (momentum, epsilon);
        weight = affine ? new Parameter(ones(channels)) : null;
        bias = affine ? new Parameter(zeros(channels)) : null;
        (running_mean, running_var) = (zeros(channels), ones(channels));
        num_batches_tracked = zeros([], ScalarType.Int64);
        RegisterComponents();
    }

    /// <summary>[channels], or null.</summary>
    public Parameter? weight;

    /// <summary>[channels], or null.</summary>
    public Parameter? bias;

    /// <summary>[channels].</summary>
    public Tensor running_mean;

    /// <summary>[channels], unbiased, as PyTorch has it.</summary>
    public Tensor running_var;

    /// <summary>How many batches the running statistics have seen: a number.</summary>
    public Tensor num_batches_tracked;

    /// <summary>The normalised outputs of a map.</summary>
    /// <param name="map">The map before it.</param>
    /// <param name="x">[T, B, ...], or [B, ...] where it is the same at every step.</param>
    /// <param name="repeats">How many steps an x stands for: T where it is the same at every step, else 1.</param>
    public Tensor Apply(AffineMap map, Tensor x, int repeats = 1) =>
        training ? Normalise(map, x, repeats) : Fold(map).Apply(x);

    /// <summary>The normalised outputs of a map of spikes.</summary>
    /// <param name="map">The map before it.</param>
    /// <param name="spikes">[T, B, ...].</param>
    public Tensor Apply(AffineMap map, SpikeTrain spikes) => training ? Normalise(map.Apply(spikes), map, 1) : Fold(map).Apply(spikes);

    /// <summary>
    /// The map with this normalisation in its weights and bias. In training with the statistics of the last batch, as constants, so that
    /// bounds are those of the network that the batch has just met.
    /// </summary>
    /// <param name="map">The map before it.</param>
    /// <exception cref="InvalidOperationException">It is in training and has met no batch.</exception>
    public AffineMap Fold(AffineMap map)
    {
        var (mean, variance) = training
            ? kept.Batch ?? throw new InvalidOperationException(
                "Bounds of a network with batch normalisation were asked for in training, before any batch: run forward on the unperturbed batch first, or call eval().")
            : (running_mean, running_var);
        List<Tensor> numbers = [.. new Tensor?[] { weight, bias, mean, variance }.OfType<Tensor>()];
        _ = map.With(tensor =>
        {
            numbers.Add(tensor);
            return tensor;
        });
        return training || (is_grad_enabled() && numbers.Any(tensor => tensor.requires_grad))
            ? Folded(map, mean, variance)
            : kept.Map(numbers, () => Folded(map, mean, variance));
    }

    private AffineMap Folded(AffineMap map, Tensor mean, Tensor variance)
    {
        var deviation = Deviation(variance);
        return map.Scaled((weight is null ? ones_like(deviation) : weight) / deviation, mean, bias);
    }

    // Square roots and quotients are rounded as IEEE 754 says, and nothing else is: the checker folds the same numbers.
    private Tensor Deviation(Tensor variance)
    {
        using var guard = no_grad();
        using var values = variance.detach().cpu();
        var deviation = variance.dtype == ScalarType.Float32
            ? tensor([.. values.data<float>().Select(value => MathF.Sqrt(value + epsilon))])
            : tensor([.. values.to(ScalarType.Float64).data<double>().Select(value => Math.Sqrt(value + epsilon))], variance.dtype);
        return deviation.to(variance.device);
    }

    // Outputs are channels last where the map gives them so, and then nothing is copied.
    private Tensor Normalise(AffineMap map, Tensor x, int repeats) => map.ApplyInward(x) is { } inward
        ? Normalise(EventLayout.Outward(inward, hasTime: false), map, repeats)
        : Normalise(map.Apply(x), map, repeats);

    private Tensor Normalise(Tensor x, AffineMap map, int repeats)
    {
        int places = map.OutputShape.Length == 3 ? 3 : 1;
        bool hasTime = x.dim() == places + 2;
        long count = x.numel() / map.OutputShape[0];
        if (count * repeats < 2)
        {
            throw new ArgumentException("Batch normalisation in training needs more than one value a channel: give a larger batch, or call eval().");
        }

        return KernelChoice.IsOnCores(x) ? OnCores(x, count, hasTime, repeats) : ByTorch(x, map, places, count, hasTime, repeats);
    }

    private Tensor OnCores(Tensor x, long count, bool hasTime, int repeats)
    {
        var function = new NormaliseFunction(epsilon);
        var y = function.Apply(EventLayout.Inward(x, hasTime), weight, bias)[0];
        using (no_grad())
        {
            Track(tensor(function.Mean, ScalarType.Float32), tensor(function.Variance, ScalarType.Float32), count, repeats);
        }

        return EventLayout.Outward(y, hasTime);
    }

    private Tensor ByTorch(Tensor x, AffineMap map, int places, long count, bool hasTime, int repeats)
    {
        var samples = hasTime ? x.transpose(0, 1) : x;
        var flat = samples.reshape([-1, .. map.OutputShape]);

        // By a momentum of 1 torch tells the statistics of the batch.
        Tensor mean, variance;
        using (no_grad())
        {
            (mean, variance) = (zeros_like(running_mean), ones_like(running_var));
        }

        var y = nn.functional.batch_norm(flat, mean, variance, weight, bias, training: true, momentum: 1, eps: epsilon);
        using (no_grad())
        {
            Track(mean, count == 1 ? zeros_like(variance) : variance.Times((count - 1) / (double)count), count, repeats);
        }

        var shaped = y.view([.. samples.Sizes()[..^places], .. map.OutputShape]);
        return hasTime ? shaped.transpose(0, 1) : shaped;
    }

    // Unbiased over the values of all steps.
    private void Track(Tensor mean, Tensor variance, long count, int repeats)
    {
        double all = count * (double)repeats;
        using Scalar share = momentum, unbiased = momentum * all / (all - 1), one = 1;
        running_mean.TimesInPlace(1 - momentum).add_(mean, share);
        running_var.TimesInPlace(1 - momentum).add_(variance, unbiased);
        num_batches_tracked.add_(one, one);
        kept.Keep(mean, variance);
    }

    // No field of the module itself, so that torch takes none of it for a buffer.
    private sealed class Kept
    {
        private readonly Lock gate = new();
        private AffineMap? folded;
        private Version[] versions = [];

        public (Tensor Mean, Tensor Variance)? Batch { get; private set; }

        public void Keep(Tensor mean, Tensor variance)
        {
            Batch?.Mean.Dispose();
            Batch?.Variance.Dispose();
            Batch = (mean.DetachFromDisposeScope(), variance.DetachFromDisposeScope());
        }

        // The same weights are the same tensors, so that what is sorted by them is kept too.
        public AffineMap Map(IEnumerable<Tensor> numbers, Func<AffineMap> fold)
        {
            Version[] now = [.. numbers.Select(tensor => new Version(tensor, tensor.Handle, TensorVersions.Of(tensor)))];
            lock (gate)
            {
                if (folded is null || now.Length != versions.Length || now.Zip(versions).Any(pair => !pair.First.IsStill(pair.Second)))
                {
                    versions = now;
                    folded = fold().With(tensor => tensor.DetachFromDisposeScope());
                }

                return folded;
            }
        }

        private readonly record struct Version(Tensor Tensor, nint Handle, long? Changes)
        {
            public bool IsStill(Version before) =>
                ReferenceEquals(Tensor, before.Tensor) && Handle == before.Handle && Changes is not null && Changes == before.Changes;
        }
    }
}
