using SnnDsl.CommandLine.Pictures;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Serialization;
using static TorchSharp.torch;

using static SnnDsl.CommandLine.Html.Page;

namespace SnnDsl.CommandLine.Html;

/// <summary>A network with its weights and its samples, those that records are of: what a report can show from inside.</summary>
internal sealed class Inside : IDisposable
{
    private const int MostNeurons = 4;

    private readonly SpikingModule network;
    private readonly Dataset data;
    private readonly Perturbation? perturbation;

    private Inside(SpikingModule network, Dataset data, CertificationSetting setting, Perturbation? perturbation) =>
        (this.network, this.data, DatasetName, this.perturbation) = (network, data, setting.Dataset.Name, perturbation);

    /// <summary>The network, as it is declared.</summary>
    public NetworkDescription Description => network.Description;

    /// <summary>What the records call the data.</summary>
    public string DatasetName { get; }

    /// <summary>What the classes are called, as far as the data says it.</summary>
    public IReadOnlyList<string>? ClassNames => data.ClassNames;

    /// <summary>Whether membranes have bounds: a box of each pixel has them where its file is given.</summary>
    public bool HasBounds => perturbation is not null;

    /// <summary>Opens them.</summary>
    /// <param name="network">The network without its weights; it is disposed with this, or if this fails.</param>
    /// <param name="weights">The file of its weights.</param>
    /// <param name="load">Loads the samples of a network.</param>
    /// <param name="setting">What the records say of them.</param>
    /// <param name="box">The file that states the box of each pixel; null where there is none.</param>
    /// <exception cref="UsageException">They are not those of the records.</exception>
    public static Inside Of(SpikingModule network, string weights, Func<SpikingModule, Dataset> load, CertificationSetting setting, string? box)
    {
        try
        {
            Weights.Load(network, weights);
            if (Weights.Hash(network) != setting.WeightsSha256 || network.Description.ArchitectureHash != setting.ArchitectureSha256)
            {
                throw new UsageException($"The records are not of {setting.Model} with the weights of '{weights}': give those that they were made with.");
            }

            (network.Steps, network.EncodingSeed) = (setting.Steps, setting.Seed);
            network.eval();
            return new(network, load(network), setting, Allowed(setting.Perturbation, box));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>A record's sample.</summary>
    public Figure Sample(SampleRecord record)
    {
        using var scope = NewDisposeScope();
        return SamplePicture.Of($"{Name(record)}", InputView.Of(Input(record), Description.Encoding == Encoding.Spikes));
    }

    /// <summary>How often neurons fire, and what that costs, over the first samples of the data set.</summary>
    public Activity Measure(int count, IProgress<EvaluationProgress> progress, CancellationToken cancellation) =>
        Activity.Of(network, data.Take(count), progress, cancellation);

    /// <summary>The same of this network with other weights.</summary>
    /// <param name="other">A network of the same class, without its weights.</param>
    /// <param name="weights">The file of its weights.</param>
    /// <param name="count">How many samples.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    public Activity Measure(SpikingModule other, string weights, int count, IProgress<EvaluationProgress> progress, CancellationToken cancellation)
    {
        Weights.Load(other, weights);
        (other.Steps, other.EncodingSeed) = (network.Steps, network.EncodingSeed);
        other.eval();
        return Activity.Of(other, data.Take(count), progress, cancellation);
    }

    /// <summary>What was measured, as a table.</summary>
    /// <param name="activity">Of the network.</param>
    /// <param name="before">Of the same network with other weights; null where that was not asked.</param>
    public static string TableOf(Activity activity, Activity? before)
    {
        IEnumerable<string> Both(Func<Activity, string> cell) => before is null ? [cell(activity)] : [cell(before), cell(activity)];
        IEnumerable<string> Heads(string head) => before is null ? [head] : [$"{head}, before", $"{head}, now"];
        IEnumerable<string> Cells(Func<LayerActivity, string> cell, int layer) => Both(one => cell(one.Layers[layer]));
        return Table(
            ["spiking layer", "neurons", .. Heads("fire"), .. Heads("never fire"), .. Heads("operations a sample"), "if every value counted"],
            [
                .. activity.Layers.Select((layer, i) => (IEnumerable<string>)
                [
                    Text(layer.Name), Count(layer.Neurons), .. Cells(one => Percent(one.FiringRate), i), .. Cells(one => Count(one.Silent), i),
                    .. Cells(one => Number(one.Operations, "N0"), i), Number(layer.DenseOperations, "N0"),
                ]),
                [
                    "all", Count(activity.Layers.Sum(layer => layer.Neurons)), .. Both(_ => ""), .. Both(one => Count(one.Layers.Sum(layer => layer.Silent))),
                    .. Both(one => Number(one.Layers.Sum(layer => layer.Operations), "N0")), Number(activity.Layers.Sum(layer => layer.DenseOperations), "N0"),
                ],
            ]);
    }

    /// <summary>Layer by layer for one sample: all spikes, and the membranes that a change has most to say of, with the bands in which it can move them.</summary>
    public string Look(SampleRecord record)
    {
        using var scope = NewDisposeScope();
        var runs = LayerRun.Of(network, Input(record), perturbation, record.Index);
        return string.Concat(runs.Select((run, i) =>
        {
            bool areClasses = i == runs.Count - 1 && run.Neurons == Description.Classes;
            int[] neurons = areClasses ? run.Rivals((int)record.Label, MostNeurons) : run.MostOpen(MostNeurons);
            return $"<h3>{Text(run.Name)}</h3>{Figure(run.Raster(Name(record)))}{Figure(run.Bands(Name(record), neurons, areClasses ? (int)record.Label : null))}";
        }));
    }

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();

    private static Perturbation? Allowed(RecordedPerturbation recorded, string? box)
    {
        // A box of each pixel is named by its hash alone.
        if (recorded.Norm == "box" && box is null)
        {
            return null;
        }

        try
        {
            return recorded.ToPerturbation(box is null ? null : PixelBox.Load(box, recorded.Clamp ?? true));
        }
        catch (InvalidDataException error)
        {
            throw new UsageException($"--epsilon-file '{box}' does not state the box of the records: {error.Message}");
        }
    }

    private static string Name(SampleRecord record) => $"{record.Setting.Model}, sample {record.Index}";

    private Tensor Input(SampleRecord record)
    {
        if (record.Position >= data.Count || data.InputHash(record.Position) != record.InputSha256)
        {
            throw new UsageException($"Sample {record.Index} of the records is not that of {data.Source}: give the --data that they were made with.");
        }

        return data.Inputs(record.Position).to(network.parameters().First().dtype);
    }

    private static string Percent(double share) => Output.Screen.Percent(share);
}
