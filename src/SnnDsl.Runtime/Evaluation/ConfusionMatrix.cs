using System.Diagnostics;
using SnnDsl.Bounds;
using SnnDsl.Data;
using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Evaluation;

/// <summary>What a network takes the samples of each class for.</summary>
public sealed class ConfusionMatrix
{
    private readonly long[] counts;

    private ConfusionMatrix(int classes, long[] counts) => (Classes, this.counts) = (classes, counts);

    /// <summary>How many classes the network tells apart.</summary>
    public int Classes { get; }

    /// <summary>What the classes are called, as far as the data says it; null where they have numbers alone.</summary>
    public IReadOnlyList<string>? ClassNames { get; private init; }

    /// <summary>How many samples there are.</summary>
    public long Samples => counts.Sum();

    /// <summary>How many samples are predicted right.</summary>
    public long Right => Enumerable.Range(0, Classes).Sum(label => this[label, label]);

    /// <summary>The share of samples that is predicted right, in [0, 1].</summary>
    public double Accuracy => Right / (double)Samples;

    /// <summary>How many samples of one class are taken for another, or for what they are.</summary>
    /// <param name="label">The class of the samples.</param>
    /// <param name="predicted">What they are taken for.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public long this[int label, int predicted]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)label, (uint)Classes, nameof(label));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)predicted, (uint)Classes, nameof(predicted));
            return counts[(label * Classes) + predicted];
        }
    }

    /// <summary>The share of a class that is found; null where there is no sample of it.</summary>
    /// <param name="label">The class.</param>
    public double? Recall(int label) => Share(this[label, label], Enumerable.Range(0, Classes).Sum(predicted => this[label, predicted]));

    /// <summary>The share of what is taken for a class that is of it; null where nothing is.</summary>
    /// <param name="predicted">The class.</param>
    public double? Precision(int predicted) => Share(this[predicted, predicted], Enumerable.Range(0, Classes).Sum(label => this[label, predicted]));

    /// <summary>Lets a network predict samples, as it is deployed (<c>eval()</c>).</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The samples; at least one.</param>
    /// <param name="progress">Told after every batch; <c>Held</c> is the number of samples that are predicted right.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <exception cref="ArgumentException">Network and data do not fit together.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static ConfusionMatrix Of(
        SpikingModule network, Dataset data, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellation = default)
    {
        SampleBatch.Check(network, data);
        using var deployed = network.InMode(training: false);
        using var guard = no_grad();
        var watch = Stopwatch.StartNew();
        int classes = network.Description.Classes;
        var matrix = new ConfusionMatrix(classes, new long[classes * classes]) { ClassNames = data.ClassNames };
        int done = 0, right = 0;
        foreach (var positions in Batches.InOrder(data.Count, MemoryPlan.ForGradients(network)))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (inputs, labels, indices) = SampleBatch.Load(network, data, positions);
            long[] predicted = Margins.Predict(network.forward(inputs, indices)).cpu().data<long>().ToArray();
            long[] wanted = labels.cpu().data<long>().ToArray();
            for (int i = 0; i < predicted.Length; i++)
            {
                matrix.counts[(wanted[i] * classes) + predicted[i]]++;
                right += predicted[i] == wanted[i] ? 1 : 0;
            }

            done += positions.Length;
            progress?.Report(new(done, data.Count, right, right, watch.Elapsed));
        }

        return matrix;
    }

    private static double? Share(long part, long whole) => whole == 0 ? null : part / (double)whole;
}
