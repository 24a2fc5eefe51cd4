using System.Text.Json;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Networks;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Smoothing;

/// <summary>What smoothing says of one sample, with all that is needed to repeat it: a line of JSON.</summary>
public sealed record SmoothingRecord
{
    /// <summary>"snndsl-smoothing/1": a statistical statement, other than a certificate of bounds.</summary>
    public string Format { get; init; } = "snndsl-smoothing/1";

    /// <summary>The index in the published data set, which the draws depend on.</summary>
    public required long Index { get; init; }

    /// <summary>The hash of the input as it stands in its file.</summary>
    public required string InputSha256 { get; init; }

    /// <summary>The class.</summary>
    public required long Label { get; init; }

    /// <summary>The smoothed classifier's class, radius and votes.</summary>
    public required SmoothedPrediction Smoothed { get; init; }

    /// <summary>How it was sampled.</summary>
    public required SmoothingOptions Options { get; init; }

    /// <summary>The norm that the radius is measured in: "l1", the sum over all pixels.</summary>
    public string Norm { get; init; } = "l1";

    /// <summary>The network's class.</summary>
    public required string Model { get; init; }

    /// <summary>The hash of the architecture.</summary>
    public required string ArchitectureSha256 { get; init; }

    /// <summary>The hash of the weights (<see cref="Weights.Hash"/>).</summary>
    public required string WeightsSha256 { get; init; }

    /// <summary>T.</summary>
    public required int Steps { get; init; }

    /// <summary>The samples.</summary>
    public required ReportedDataset Dataset { get; init; }

    /// <summary>The version of this library.</summary>
    public required string Version { get; init; }

    /// <summary>Whether the class is the label and holds within a radius.</summary>
    /// <param name="radius">The l1 radius; 0 asks for the image itself.</param>
    public bool IsRight(double radius) => Smoothed.Class == Label && Smoothed.Radius >= radius;

    /// <summary>The record as one line.</summary>
    public string Line() => JsonSerializer.Serialize(this, SmoothingJson.Default.SmoothingRecord);

    /// <summary>The record of a line.</summary>
    /// <param name="line">The line.</param>
    /// <exception cref="InvalidDataException">It is no such record.</exception>
    public static SmoothingRecord Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, SmoothingJson.Default.SmoothingRecord) is { Format: "snndsl-smoothing/1" } record
                ? record
                : throw new InvalidDataException("The line is no record of smoothing.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"The line is no record of smoothing: {error.Message}", error);
        }
    }

    /// <summary>Predicts and certifies the samples of a data set, one after the other.</summary>
    /// <param name="network">The network, of Poisson encoding.</param>
    /// <param name="data">The samples.</param>
    /// <param name="options">How it is sampled.</param>
    /// <param name="cancellation">Stops between two batches of draws.</param>
    /// <exception cref="ArgumentException">Network, data and options do not fit together.</exception>
    public static IEnumerable<SmoothingRecord> Of(
        SpikingModule network, Dataset data, SmoothingOptions options, CancellationToken cancellation = default)
    {
        SampleBatch.Check(network, data);
        var classifier = new SmoothedClassifier(network, options);
        string weights = Weights.Hash(network);
        for (int position = 0; position < data.Count; position++)
        {
            yield return One(position);
        }

        SmoothingRecord One(int position)
        {
            using var scope = NewDisposeScope();
            var (image, labels, _) = SampleBatch.Load(network, data, [position]);
            return new()
            {
                Index = data.Indices[position],
                InputSha256 = data.InputHash(position),
                Label = labels.item<long>(),
                Smoothed = classifier.Predict(image, data.Indices[position], cancellation),
                Options = options,
                Model = network.Description.Name,
                ArchitectureSha256 = network.Description.ArchitectureHash,
                WeightsSha256 = weights,
                Steps = network.Steps,
                Dataset = ReportedDataset.Of(data),
                Version = Report.LibraryVersion,
            };
        }
    }
}
