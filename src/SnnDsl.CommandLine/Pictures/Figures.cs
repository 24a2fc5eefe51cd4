using SnnDsl.CommandLine.Commands;
using SnnDsl.CommandLine.Pictures;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Training;
using static TorchSharp.torch;

namespace SnnDsl.CommandLine;

/// <summary>The figures of the report, each as PNG and as SVG: of records, of networks, of training runs.</summary>
/// <example>
/// <code>
/// Figures.Robustness("e-0.05.jsonl", "e-0.1.jsonl").Save("accuracy.svg");
/// Figures.Membranes(network, image, "lif2", new LInfinity(0.1)).Save("lif2.png");
/// </code>
/// </example>
public static class Figures
{
    private const int SomeNeurons = 4;

    /// <summary>
    /// What is certified (or bounded), what attacks leave standing, and what is right unperturbed, against the size of the perturbation: shares of n samples. Runs that
    /// differ in size alone make one curve; others are told apart by what they differ in.
    /// </summary>
    /// <param name="files">Record files that certify, radius or merge wrote, at least one.</param>
    /// <exception cref="DataFileException">A file is absent or broken.</exception>
    /// <exception cref="ArgumentException">No file is given, one holds no record, or the perturbations differ in kind or have no size.</exception>
    public static Figure Robustness(params string[] files)
    {
        var kinds = Array.ConvertAll(files, file => (Path: file, Format: RecordLog.FormatOf(file) ?? throw new ArgumentException($"'{file}' holds no record yet.")));
        return Robustness(
            [.. kinds.Where(file => file.Format != RadiusRecord.FormatName).Select(file => RecordLog.Read<CertificateRecord>(file.Path))],
            [.. kinds.Where(file => file.Format == RadiusRecord.FormatName).Select(file => RecordLog.Read<RadiusRecord>(file.Path))]);
    }

    /// <summary>The same of records that are at hand.</summary>
    /// <param name="certificates">Runs of certify, none of them empty.</param>
    /// <param name="radii">Runs of radius, none of them empty.</param>
    /// <exception cref="ArgumentException">There is no run, or the perturbations differ in kind or have no size.</exception>
    public static Figure Robustness(IReadOnlyList<IReadOnlyList<CertificateRecord>> certificates, IReadOnlyList<IReadOnlyList<RadiusRecord>> radii)
    {
        CertificationSetting[] settings = [.. certificates.Select(run => run[0].Setting), .. radii.Select(run => run[0].Setting)];
        if (RobustnessCurve.CommonAxis(settings) is not { } axis)
        {
            throw new ArgumentException("A curve has one axis, but the perturbations of these runs differ in kind, have no size, or there is no run: draw those of one kind.");
        }

        string shares = string.Join(" and ", settings.Select(CertificationTables.Word).Distinct().OrderDescending(StringComparer.Ordinal));
        return RobustnessCurve.ToFigure(RobustnessCurve.Of(certificates, radii), axis, $"{Names(settings)}: {shares} accuracy");
    }

    /// <summary>The share of each layer's neurons whose spikes are open, step by step: the mean over unknown samples.</summary>
    /// <param name="records">Records of one network.</param>
    /// <exception cref="ArgumentException">No record tells which spikes are open, or the records are of several networks.</exception>
    public static Figure OpenSpikes(IReadOnlyList<CertificateRecord> records)
    {
        if (records.Select(record => (record.Setting.ArchitectureSha256, record.Setting.Steps)).Distinct().Count() > 1)
        {
            throw new ArgumentException("Open spikes are those of one network, but the records are of several: draw them apart.");
        }

        var map = UnstableMap.Of(records) ?? throw new ArgumentException("No record tells which spikes are open (those of unknown samples do, where there was time to find out), so there is nothing to draw.");
        return map.ToFigure($"{Names([records[0].Setting])}: open spikes");
    }

    /// <summary>The proved lower bounds of a sample's margins over all its rivals; of more than twenty the least.</summary>
    /// <param name="record">The record.</param>
    /// <param name="classNames">What the classes are called; null for their numbers.</param>
    /// <exception cref="ArgumentException">The sample was settled before anything was bounded, or a name is none (<see cref="Dataset.CheckClassNames"/>).</exception>
    public static Figure Margins(CertificateRecord record, IReadOnlyList<string>? classNames = null) => record.LowerBounds.Length > 0
        ? MarginBars.Of(record, record.LowerBounds, Called(record, classNames))
        : throw new ArgumentException($"Sample {record.Index} was settled before anything was bounded, so there are no margins to draw.");

    /// <summary>A sample, the counterexample that was found for it, and what differs; a tie is called one.</summary>
    /// <param name="records">The record file, beside which counterexamples are stored.</param>
    /// <param name="record">The record.</param>
    /// <param name="classNames">What the classes are called; null for their numbers.</param>
    /// <exception cref="DataFileException">The counterexample's file is not there, or not the one of the record.</exception>
    /// <exception cref="ArgumentException">No counterexample of the sample is stored, or a name is none (<see cref="Dataset.CheckClassNames"/>).</exception>
    public static Figure Counterexample(string records, SampleRecord record, IReadOnlyList<string>? classNames = null)
    {
        var found = record switch
        {
            CertificateRecord certificate => certificate.Counterexample,
            RadiusRecord radius => radius.Counterexample,
            _ => null,
        };
        return found is { File: not null }
            ? SamplePicture.Of(records, record, found, Called(record, classNames))
            : throw new ArgumentException($"No counterexample of sample {record.Index} is stored (samples that are wrong unperturbed have none).");
    }

    private static ClassNames Called(SampleRecord record, IReadOnlyList<string>? classNames)
    {
        if (classNames is not null)
        {
            Dataset.CheckClassNames(classNames, record.Setting.Dataset.Name);
        }

        return new(classNames);
    }

    /// <summary>An image, or a recording frame by frame with its polarities.</summary>
    /// <param name="input">One sample: [1, ...], or of recordings [T, 1, ...].</param>
    /// <param name="encoding">How the network takes it.</param>
    public static Figure Sample(Tensor input, Encoding encoding) => SamplePicture.Of("a sample", InputView.Of(input, encoding == Encoding.Spikes));

    /// <summary>All spikes of a layer in a run; with a perturbation also which of them are certain, and which are possible.</summary>
    /// <param name="network">The network.</param>
    /// <param name="input">One sample: [1, ...], or of recordings [T, 1, ...].</param>
    /// <param name="layer">The spiking layer's name.</param>
    /// <param name="perturbation">What may happen to the sample; null for nothing.</param>
    /// <param name="index">The sample's index in its data set, which draws of Poisson encoding depend on.</param>
    /// <exception cref="ArgumentException">The network has no such spiking layer.</exception>
    public static Figure Spikes(SpikingModule network, Tensor input, string layer, Perturbation? perturbation = null, long index = 0) =>
        Layer(network, input, layer, perturbation, index).Raster(network.Description.Name);

    /// <summary>Membranes of some neurons over time; with a perturbation each in the band in which it can be moved (intervals, plain float32).</summary>
    /// <param name="network">The network.</param>
    /// <param name="input">One sample: [1, ...], or of recordings [T, 1, ...].</param>
    /// <param name="layer">The spiking layer's name.</param>
    /// <param name="perturbation">What may happen to the sample; null for nothing.</param>
    /// <param name="index">The sample's index in its data set, which draws of Poisson encoding depend on.</param>
    /// <param name="neurons">Which neurons, from 0; null for the four with the most open spikes.</param>
    /// <exception cref="ArgumentException">The network has no such spiking layer, or the layer no such neuron.</exception>
    public static Figure Membranes(
        SpikingModule network, Tensor input, string layer, Perturbation? perturbation = null, long index = 0, IReadOnlyList<int>? neurons = null)
    {
        var run = Layer(network, input, layer, perturbation, index);
        foreach (int neuron in neurons ?? [])
        {
            if (neuron < 0 || neuron >= run.Neurons)
            {
                throw new ArgumentException($"{layer} has neurons 0 to {run.Neurons - 1}, but not {neuron}.");
            }
        }

        return run.Bands(network.Description.Name, neurons ?? run.MostOpen(SomeNeurons), label: null);
    }

    /// <summary>The network as boxes, with lines for what each layer reads.</summary>
    /// <param name="network">What the compiler knows of it.</param>
    public static Figure Network(NetworkDescription network) => NetworkDrawing.Of(network);

    /// <summary>A training run, epoch by epoch.</summary>
    /// <param name="log">The file that <see cref="TrainingLog"/> or <c>train --metrics</c> wrote.</param>
    /// <exception cref="DataFileException">The file is absent, or holds no epochs.</exception>
    public static Figure Training(string log) => TrainingCurves.Of(TrainingLog.Read(log), $"Training: {Path.GetFileName(log)}");

    /// <summary>Firing rates and synaptic operations, layer by layer.</summary>
    /// <param name="activity">What was measured.</param>
    /// <param name="before">What was measured of the same network before, with other weights; null for nothing.</param>
    /// <exception cref="ArgumentException">The layers of the two differ.</exception>
    public static Figure FiringRates(Activity activity, Activity? before = null)
    {
        if (before is not null && !before.Layers.Select(layer => (layer.Name, layer.Neurons)).SequenceEqual(activity.Layers.Select(layer => (layer.Name, layer.Neurons))))
        {
            throw new ArgumentException("What was measured before is of other layers: both must be of one network.");
        }

        return ActivityBars.Of("Firing rates and synaptic operations", before is null ? [("now", activity)] : [("before", before), ("now", activity)]);
    }

    /// <summary>Which networks on which data, for titles.</summary>
    internal static string Names(IEnumerable<CertificationSetting> settings) =>
        string.Join(", ", settings.Select(setting => $"{setting.Model} on {setting.Dataset.Name}").Distinct());

    private static LayerRun Layer(SpikingModule network, Tensor input, string layer, Perturbation? perturbation, long index)
    {
        if (network.Description.SpikingLayers.All(known => known.Name != layer))
        {
            throw new ArgumentException(
                $"{network.Description.Name} has no spiking layer {layer}, but {string.Join(", ", network.Description.SpikingLayers.Select(known => known.Name))}.");
        }

        return LayerRun.Of(network, input, perturbation, index).Single(run => run.Name == layer);
    }
}
