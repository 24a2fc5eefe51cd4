using SnnDsl.Bounds;
using SnnDsl.Data;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Smoothing;

/// <summary>
/// A rate-coded network as the classifier that its random encoding makes of it: the class that most draws predict. Certificates are for
/// this classifier, hold with a stated confidence, and name no draw; the others of this library are for one named draw, and certain.
/// </summary>
public sealed class SmoothedClassifier
{
    private readonly SpikingModule network;
    private readonly SmoothingOptions options;

    /// <summary>Prepares a classifier.</summary>
    /// <param name="network">The network, of Poisson encoding, with the steps that it is deployed with.</param>
    /// <param name="options">How it is sampled; null for the defaults.</param>
    /// <exception cref="ArgumentException">The network does not encode by rates, or an option is out of its range.</exception>
    public SmoothedClassifier(SpikingModule network, SmoothingOptions? options = null)
    {
        if (network.Description.Encoding != Encoding.Poisson)
        {
            throw new ArgumentException(
                $"{network.Description.Name} does not draw spikes from pixels, so nothing smooths it: take a network with Poisson encoding.", nameof(network));
        }

        (this.network, this.options) = (network, options ?? new());
        this.options.Validate();
    }

    /// <summary>Predicts an image and certifies the prediction.</summary>
    /// <param name="image">The image as a batch of one, [1, ...], in [0, 1].</param>
    /// <param name="index">Its index in its data set, which the draws depend on.</param>
    /// <param name="cancellation">Stops between two batches of draws.</param>
    /// <exception cref="ArgumentException">The shape does not fit, or a pixel is no rate.</exception>
    /// <exception cref="OperationCanceledException">The sampling was stopped.</exception>
    public SmoothedPrediction Predict(Tensor image, long index, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var deployed = network.InMode(training: false);
        if (image.shape[0] != 1 || image.IsBelow(0).logical_or(image.IsAbove(1)).any().item<bool>() || image.isfinite().logical_not().any().item<bool>())
        {
            throw new ArgumentException("Smoothing takes one image at a time whose pixels lie in [0, 1]: they are the rates of spikes.", nameof(image));
        }

        // Numbered draws that no two stages share: what chose the class has no part in the estimate.
        long[] choice = Votes(image, index, 0, options.Selection, cancellation);
        long[] votes = Votes(image, index, options.Selection, options.Samples, cancellation);
        return SmoothedPrediction.Of(Array.IndexOf(choice, choice.Max()), votes, 1 - options.Confidence, network.Steps, image.numel());
    }

    // How often each class is predicted in draws first, first + 1, ...
    private long[] Votes(Tensor image, long index, long first, int count, CancellationToken cancellation)
    {
        var votes = new long[network.Description.Classes];
        long kept = network.EncodingSeed;
        try
        {
            // The encoder draws by seed and index: here the seed is the image's own, and the index numbers its draws.
            network.EncodingSeed = unchecked((long)new SplitMix64((ulong)options.Seed + (ulong)index * 0xD1B54A32D192ED03UL).Next());
            for (int done = 0; done < count; done += options.BatchSize)
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                int now = Math.Min(options.BatchSize, count - done);
                long[] draws = [.. Enumerable.Range(0, now).Select(i => first + done + i)];
                long[] shape = [now, .. image.shape[1..]];
                foreach (long prediction in Margins.Predict(network.forward(image.expand(shape).contiguous(), draws)).cpu().data<long>())
                {
                    votes[prediction]++;
                }
            }
        }
        finally
        {
            network.EncodingSeed = kept;
        }

        return votes;
    }
}
