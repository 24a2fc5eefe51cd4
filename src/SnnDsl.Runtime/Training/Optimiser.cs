using SnnDsl.Kernels;
using SnnDsl.Networks;
using TorchSharp.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Training;

/// <summary>
/// Adam or SGD over a network's weights. Our own few lines because every number of its state goes into a checkpoint and comes back bit
/// by bit, which the library's optimisers do not promise.
/// </summary>
internal sealed class Optimiser : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Stabiliser = 1e-8;

    private readonly OptimiserKind kind;
    private readonly double momentum;
    private readonly (string Name, Parameter Weight)[] parameters;
    private readonly Tensor[] first;
    private readonly Tensor[] second;
    private readonly Tensor[] means;
    private readonly double averaging;
    private readonly double l1;

    // The length of every gradient, and each as a view: stack would leave an array of handles to a finaliser at every step.
    private readonly Tensor lengths;
    private readonly Tensor[] length;

    public Optimiser(SpikingModule network, TrainingOptions options)
    {
        kind = options.Optimiser;
        momentum = options.Momentum;
        parameters = [.. network.named_parameters().Select(named => (named.name, named.parameter))];
        first = [.. parameters.Select(entry => Zeros(entry.Weight))];
        second = kind == OptimiserKind.Adam ? [.. parameters.Select(entry => Zeros(entry.Weight))] : [];
        (averaging, l1) = (options.Averaging, options.L1);
        means = averaging > 0 ? [.. parameters.Select(entry => entry.Weight.detach().clone().DetachFromDisposeScope())] : [];
        lengths = zeros(parameters.Length, parameters[0].Weight.dtype, parameters[0].Weight.device).DetachFromDisposeScope();
        length = [.. parameters.Select((_, i) => lengths.select(0, i).DetachFromDisposeScope())];
    }

    /// <summary>How many updates there were.</summary>
    public long Updates { get; set; }

    /// <summary>The state by name, for a checkpoint.</summary>
    public IEnumerable<(string Name, Tensor Value)> State =>
    [
        .. parameters.Select((entry, i) => ($"{entry.Name}.first", first[i])),
        .. second.Select((value, i) => ($"{parameters[i].Name}.second", value)),
        .. means.Select((value, i) => ($"{parameters[i].Name}.mean", value)),
    ];

    /// <summary>Does something while the network has the means of its weights over the steps, if means are kept.</summary>
    /// <param name="work">What is done.</param>
    public T WithMeans<T>(Func<T> work)
    {
        ExchangeMeans();
        try
        {
            return work();
        }
        finally
        {
            ExchangeMeans();
        }
    }

    /// <summary>Exchanges the weights with their means over the steps, if means are kept; twice is as before.</summary>
    public void ExchangeMeans()
    {
        using var guard = no_grad();
        for (int i = 0; i < means.Length; i++)
        {
            using var weight = parameters[i].Weight.detach().clone();
            parameters[i].Weight.copy_(means[i]);
            means[i].copy_(weight);
        }
    }

    /// <summary>Forgets all momentum.</summary>
    public void Reset()
    {
        Updates = 0;
        foreach (var value in first.Concat(second))
        {
            value.zero_();
        }
    }

    /// <summary>Forgets the momentum of one row of a weight.</summary>
    /// <param name="name">The weight.</param>
    /// <param name="row">The row.</param>
    public void Forget(string name, int row)
    {
        int i = Array.FindIndex(parameters, entry => entry.Name == name);
        foreach (var value in kind == OptimiserKind.Adam ? new[] { first[i], second[i] } : [first[i]])
        {
            using var part = value[row];
            part.zero_();
        }
    }

    /// <summary>Moves the weights along their gradients.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <param name="clipNorm">The longest gradient that is taken as it is; null for any.</param>
    public void Update(double rate, double? clipNorm)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        Updates++;
        var gradients = parameters.Select(entry => entry.Weight.grad).ToArray();
        if (l1 > 0)
        {
            using Scalar weight = l1;
            for (int i = 0; i < gradients.Length; i++)
            {
                // Not biases, nor what neurons and normalisations learn.
                if (parameters[i].Weight.dim() > 1)
                {
                    gradients[i]?.add_(parameters[i].Weight.sign(), alpha: weight);
                }
            }
        }

        if (clipNorm is { } longest)
        {
            for (int i = 0; i < gradients.Length; i++)
            {
                _ = gradients[i] is { } gradient ? length[i].copy_(gradient.norm()) : length[i].zero_();
            }

            double norm = lengths.norm().Real();
            if (norm > longest)
            {
                foreach (var gradient in gradients.OfType<Tensor>())
                {
                    gradient.TimesInPlace(longest / norm);
                }
            }
        }

        for (int i = 0; i < parameters.Length; i++)
        {
            if (gradients[i] is { } gradient)
            {
                Move(i, gradient, rate);
            }
        }

        // The first weights are drawn: they leave the mean soon.
        double before = Math.Min(averaging, (1.0 + Updates) / (10 + Updates));
        using Scalar share = 1 - before;
        for (int i = 0; i < means.Length; i++)
        {
            means[i].TimesInPlace(before).add_(parameters[i].Weight, alpha: share);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var value in (Tensor[])[.. first, .. second, .. means, .. length, lengths])
        {
            value.Dispose();
        }
    }

    private void Move(int i, Tensor gradient, double rate)
    {
        using Scalar one = 1;
        if (kind == OptimiserKind.Sgd)
        {
            using Scalar step = -rate;
            first[i].TimesInPlace(momentum).add_(gradient, alpha: one);
            parameters[i].Weight.add_(first[i], alpha: step);
            return;
        }

        using Scalar firstShare = 1 - Beta1, secondShare = 1 - Beta2;
        using Scalar correction = Math.Sqrt(1 - Math.Pow(Beta2, Updates)), stabiliser = Stabiliser;
        using Scalar stride = -rate / (1 - Math.Pow(Beta1, Updates));
        first[i].TimesInPlace(Beta1).add_(gradient, alpha: firstShare);
        second[i].TimesInPlace(Beta2).addcmul_(gradient, gradient, secondShare);
        var spread = second[i].sqrt().div_(correction).add_(stabiliser, one);
        parameters[i].Weight.addcdiv_(first[i], spread, stride);
    }

    private static Tensor Zeros(Tensor weight) => zeros_like(weight, requires_grad: false).DetachFromDisposeScope();
}
