using SnnDsl.CommandLine.Pictures;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Networks;
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

    private Inside(SpikingModule network, Dataset data) => (this.network, this.data) = (network, data);

    /// <summary>The network, as it is declared.</summary>
    public NetworkDescription Description => network.Description;

    /// <summary>Opens them.</summary>
    /// <param name="network">The network without its weights; it is disposed with this, or if this fails.</param>
    /// <param name="weights">The file of its weights.</param>
    /// <param name="load">Loads the samples of a network.</param>
    /// <param name="setting">What the records say of them.</param>
    /// <exception cref="UsageException">They are not those of the records.</exception>
    public static Inside Of(SpikingModule network, string weights, Func<SpikingModule, Dataset> load, CertificationSetting setting)
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
            return new(network, load(network));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The picture of a record's sample.</summary>
    public double[,] Sample(SampleRecord record)
    {
        using var scope = NewDisposeScope();
        return CounterexamplePicture.Flat(Input(record));
    }

    /// <summary>How often neurons fire, and what that costs, over the first samples of the data set.</summary>
    public Activity Measure(int count, IProgress<EvaluationProgress> progress, CancellationToken cancellation) =>
        Activity.Of(network, data.Take(count), progress, cancellation);

    /// <summary>What was measured, as a table.</summary>
    public static string TableOf(Activity activity)
    {
        double sum = activity.Layers.Sum(layer => layer.Operations), dense = activity.Layers.Sum(layer => layer.DenseOperations);
        return Table(
            ["spiking layer", "neurons", "fire", "never fire", "operations a sample", "if every value counted"],
            [
                .. activity.Layers.Select(layer => new[]
                {
                    Text(layer.Name), Count(layer.Neurons), Percent(layer.FiringRate), Count(layer.Silent), Number(layer.Operations, "N0"), Number(layer.DenseOperations, "N0"),
                }),
                ["all", "", "", "", Number(sum, "N0"), Number(dense, "N0")],
            ]);
    }

    /// <summary>Spikes of all layers for one sample, and the membranes that decide, with the bands in which perturbed inputs can move them.</summary>
    public string Look(SampleRecord record)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var input = Input(record);
        long[] indices = [record.Index];
        using var trace = network.Trace(input, indices);
        var rasters = trace.Layers.Select(layer => Figure(
            Pixels.Raster(Plane(layer.Spikes), $"spikes of {layer.Name}"), $"{layer.Name}: {Count(layer.Spikes.count_nonzero().item<long>())} spikes"));
        return string.Concat(rasters) + Bands(record, input, indices, trace.Layers[^1]);
    }

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();

    private string Bands(SampleRecord record, Tensor input, long[] indices, LayerTrace last)
    {
        // A box of each pixel is named by its hash alone.
        if (record.Setting.Perturbation.Norm == "box")
        {
            return "";
        }

        var bounds = network.BoundMembranes(record.Setting.Perturbation.ToPerturbation().Apply(network, input, indices)).Membranes[^1];
        var (membranes, spikes) = (Plane(last.Membranes), Plane(last.Spikes));
        var (lower, upper) = (Plane(bounds.Lower), Plane(bounds.Upper));
        double? threshold = Description.SpikingLayers[^1].HasKernels
            ? network.Stages.Nodes.Last(node => node.Neurons is not null).Neurons!.Parameters.Threshold
            : null;
        bool areClasses = membranes.GetLength(1) == Description.Classes;
        int[] neurons = [.. Enumerable.Range(0, membranes.GetLength(1)).Where(i => !areClasses || i != record.Label)];
        // The label's own, and the rivals that come closest.
        neurons = [.. (areClasses ? new[] { (int)record.Label } : []).Concat(areClasses ? neurons.OrderByDescending(i => Column(upper, i).Max()) : neurons).Take(MostNeurons)];
        var figures = neurons.Select((neuron, i) => Figure(
            Svg.Band(
                Column(membranes, neuron), Column(lower, neuron), Column(upper, neuron), Array.ConvertAll(Column(spikes, neuron), spike => spike > 0), threshold, i),
            $"{last.Name}, neuron {neuron}{(areClasses && neuron == record.Label ? " (the label's)" : "")}"));
        return $"<div class=\"row\">{string.Concat(figures)}</div>";
    }

    private Tensor Input(SampleRecord record)
    {
        if (record.Position >= data.Count || data.InputHash(record.Position) != record.InputSha256)
        {
            throw new UsageException($"Sample {record.Index} of the records is not that of {data.Source}: give the --data that they were made with.");
        }

        return data.Inputs(record.Position).to(network.parameters().First().dtype);
    }

    // [T, 1, ...] as steps and neurons.
    private static double[,] Plane(Tensor values)
    {
        using var scope = NewDisposeScope();
        var plane = values.select(1, 0).flatten(1).to(ScalarType.Float64).cpu().contiguous();
        double[] flat = plane.data<double>().ToArray();
        var result = new double[plane.shape[0], plane.shape[1]];
        Buffer.BlockCopy(flat, 0, result, 0, flat.Length * sizeof(double));
        return result;
    }

    private static double[] Column(double[,] plane, int column) => [.. Enumerable.Range(0, plane.GetLength(0)).Select(t => plane[t, column])];

    private static string Percent(double share) => Output.Screen.Percent(share);
}
