using System.Xml.Linq;
using SkiaSharp;
using SnnDsl.Certification;
using SnnDsl.CommandLine.Pictures;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Perturbations;
using TorchSharp;

namespace SnnDsl.CommandLine.Tests;

/// <summary>The figures of the report as files of their own.</summary>
public sealed class FiguresTests : IDisposable
{
    private readonly Workbench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task FiguresOfRecords()
    {
        string weights = bench.UntrainedWeights(new TinyImages(4)), near = bench.In("near.jsonl"), far = bench.In("far.jsonl"), radii = bench.In("radii.jsonl");
        (await bench.OnImages("certify", "--weights", weights, "--epsilon", "0.05", "--method", "s-ibp", "--records", near)).Succeeded();
        (await bench.OnImages("certify", "--weights", weights, "--epsilon", "0.3", "--method", "auto", "--time-limit", "0.3", "--iterations", "2", "--records", far)).Succeeded();
        (await bench.OnImages("radius", "--weights", weights, "--epsilon", "0.4", "--method", "s-ibp", "--count", "4", "--records", radii)).Succeeded();
        var records = RecordLog.Read<CertificateRecord>(far);

        // Curves say what they differ in, of how many samples they are, and what their axes count.
        string curve = Check(Figures.Robustness(near, radii));
        Assert.All(["epsilon: how far each pixel may move", "(n = 40): certified", "(n = 4): certified", "not falsified", "right, unperturbed"], words => Assert.Contains(words, curve, StringComparison.Ordinal));
        Assert.Contains("share of n = 40 samples (%)", Check(Figures.Robustness(near)), StringComparison.Ordinal);

        var open = records[0] with { Verdict = Verdict.Unknown, Unstable = [new("lif1", [3, 2, 1], 8), new("lif2", [0, 1, 1], 2)] };
        string map = Check(Figures.OpenSpikes([open]));
        Assert.All(["time step", "% open, mean of n = 1 unknown samples", "(8)", ">38<", ">50<"], words => Assert.Contains(words, map, StringComparison.Ordinal));

        string margins = Check(Figures.Margins(records.First(record => record.LowerBounds.Length > 0)));
        Assert.All(["lower bound of logit", "rival", "proved", "open"], words => Assert.Contains(words, margins, StringComparison.Ordinal));

        var broken = records.First(record => record.Counterexample?.File is not null);
        string found = Check(Figures.Counterexample(far, broken));
        Assert.All([">sample<", ">counterexample<", ">difference<", "at most"], words => Assert.Contains(words, found, StringComparison.Ordinal));
        Assert.Contains(broken.Counterexample!.Margins.Min() == 0 ? "a tie" : "least margin", Words(found), StringComparison.Ordinal);

        Assert.Contains("holds no record", Refused(() => Figures.Robustness(Empty())), StringComparison.Ordinal);
        Assert.Contains("No record tells which spikes are open", Refused(() => Figures.OpenSpikes([open with { Unstable = null }])), StringComparison.Ordinal);
        Assert.Contains("before anything was bounded", Refused(() => Figures.Margins(open with { LowerBounds = [] })), StringComparison.Ordinal);
        Assert.Contains("No counterexample of sample", Refused(() => Figures.Counterexample(far, broken with { Counterexample = null })), StringComparison.Ordinal);
        Assert.Contains("neither a .png nor an .svg", Refused(() => Figures.Robustness(near).Save(bench.In("curve.jpg"))), StringComparison.Ordinal);

        string Empty()
        {
            File.WriteAllText(bench.In("empty.jsonl"), "");
            return bench.In("empty.jsonl");
        }
    }

    [Fact]
    public void FiguresOfNetworks()
    {
        using var network = new TinyImages(4);
        using var image = torch.rand([1, 1, 4, 4]);
        string spikes = Check(Figures.Spikes(network, image, "lif1", new LInfinity(0.1)));
        Assert.All(["time step", "neuron of lif1 (n = 8)", "fires, whatever the change", "silent, may fire"], words => Assert.Contains(words, spikes, StringComparison.Ordinal));
        Assert.DoesNotContain("whatever the change", Check(Figures.Spikes(network, image, "lif1")), StringComparison.Ordinal);
        string membranes = Check(Figures.Membranes(network, image, "lif2", new LInfinity(0.1), neurons: [1]));
        Assert.All(["membrane of lif2, neuron 1", "time step", "threshold 0.25", "where changes can move it"], words => Assert.Contains(words, membranes, StringComparison.Ordinal));
        string drawing = Check(Figures.Network(network.Description));
        Assert.All(["input", "1x4x4, direct, T = 3", "fc1: 8, 136 parameters", "Lif", "2 logits, firing rates"], words => Assert.Contains(words, drawing, StringComparison.Ordinal));
        Assert.Contains(">sample<", Check(Figures.Sample(image, Encoding.Direct)), StringComparison.Ordinal);

        Activity now = new([new("lif1", 8, 0.25, 1, 40, 100)], 30, 0.9), before = new([new("lif1", 8, 0.5, 0, 80, 100)], 30, 0.8);
        string rates = Check(Figures.FiringRates(now, before));
        Assert.All(["n = 30 samples", "synaptic operations a sample, % of dense", "25 %", "50 %", "before", "now"], words => Assert.Contains(words, rates, StringComparison.Ordinal));

        Assert.Contains("no spiking layer lif9, but lif1, lif2", Refused(() => Figures.Spikes(network, image, "lif9")), StringComparison.Ordinal);
        Assert.Contains("neurons 0 to 1, but not 2", Refused(() => Figures.Membranes(network, image, "lif2", neurons: [2])), StringComparison.Ordinal);
        Assert.Contains("of other layers", Refused(() => Figures.FiringRates(now, before with { Layers = [] })), StringComparison.Ordinal);
    }

    /// <summary>What a layer reads from further up is a line at the side; lines that run side by side have lanes of their own.</summary>
    [Fact]
    public void DrawingsShowWhatIsRead()
    {
        using var network = new TinyImages(4);
        var plain = network.Description;
        var graph = plain with { Architecture = plain.Architecture.Replace("fc2=", "fc2<-lif1,input=").Replace("lif2=", "lif2<-fc2,fc1=") };
        int Arrows(Networks.NetworkDescription description) => XElement.Parse(Figures.Network(description).ToSvg()).Descendants().Count(element => element.Name.LocalName == "polygon");
        // input -> fc2 and fc1 -> lif2 beside those to the next one.
        Assert.Equal(Arrows(plain) + 2, Arrows(graph));
        double[] Lanes(Networks.NetworkDescription description) =>
        [
            .. XElement.Parse(Figures.Network(description).ToSvg()).Descendants().Where(element => element.Name.LocalName == "polyline")
                .Select(element => ((string)element.Attribute("points")!).Split(' ', ',')).Where(points => points.Length == 8 && points[2] == points[4]).Select(points => double.Parse(points[2], System.Globalization.CultureInfo.InvariantCulture)).Distinct(),
        ];
        Assert.Equal(2, Lanes(graph).Length);
        Assert.Empty(Lanes(plain));
    }

    /// <summary>What is drawn as settled is: no input within the set has another spike there, and the spikes are those that the membranes say.</summary>
    [Fact]
    public void SettledSpikesAreSettled()
    {
        using var network = new TinyImages(4);
        using var drawn = new torch.Generator(3, device: torch.CPU);
        using var image = torch.rand([1, 1, 4, 4], torch.ScalarType.Float32, generator: drawn);
        var bounded = LayerRun.Of(network, image, new LInfinity(0.081, clamp: false), 0);
        int open = 0, different = 0;
        for (int corner = 0; corner < 64; corner++)
        {
            // Ends of the box, and points within it.
            using var random = new torch.Generator((ulong)corner, device: torch.CPU);
            using var share = torch.rand([1, 1, 4, 4], torch.ScalarType.Float32, generator: random);
            using var moved = image + (0.16 * (corner % 2 == 0 ? share.round() : share)) - 0.08;
            var runs = LayerRun.Of(network, moved, null, 0);
            for (int layer = 0; layer < runs.Count; layer++)
            {
                for (int t = 0; t < runs[layer].Steps; t++)
                {
                    for (int i = 0; i < runs[layer].Neurons; i++)
                    {
                        Assert.Equal(runs[layer].Membranes[t, i] > runs[layer].Threshold, runs[layer].Spikes[t, i] > 0);
                        bool isOther = runs[layer].Spikes[t, i] != bounded[layer].Spikes[t, i];
                        Assert.True(!isOther || bounded[layer].IsOpen(t, i), $"{runs[layer].Name}, t = {t}, neuron {i}");
                        (open, different) = (open + (bounded[layer].IsOpen(t, i) ? 1 : 0), different + (isOther ? 1 : 0));
                    }
                }
            }
        }

        Assert.True(open > different && different > 0, $"{open} open, {different} different");
    }

    /// <summary>Recordings are frames with their polarities, and a flip is where it happened.</summary>
    [Fact]
    public void RecordingsAreFrames()
    {
        using var sample = torch.zeros([3, 1, 2, 4, 5]);
        sample[0, 0, 1, 2, 3] = 1;
        sample[1, 0, 0, 0, 0] = 1;
        using var other = sample.clone();
        other[0, 0, 1, 2, 3] = 0;
        other[2, 0, 0, 3, 4] = 1;
        var (view, changed) = (InputView.Of(sample, isRecording: true), InputView.Of(other, isRecording: true));
        // Three frames of 5 columns, a line between two.
        var picture = view.Picture(1);
        Assert.Equal((4, 17), (picture.GetLength(0), picture.GetLength(1)));
        Assert.Equal([(2, 3)], Where(picture, Tone.Third));
        Assert.Equal([(0, 6)], Where(picture, Tone.Fourth));
        var difference = view.Difference(changed);
        Assert.Equal([(3, 16)], Where(difference, Tone.Second));
        Assert.Equal([(2, 3)], Where(difference, Tone.First));
        string figure = Check(Figures.Sample(sample, Encoding.Spikes));
        Assert.All(["brighter (on)", "darker (off)"], words => Assert.Contains(words, figure, StringComparison.Ordinal));
        Assert.Contains("3 time steps", Figures.Sample(sample, Encoding.Spikes).Caption, StringComparison.Ordinal);

        // Channels over time are a raster: a column a step.
        using var channels = torch.zeros(23, 1, 7);
        channels[21, 0, 5] = 1;
        Assert.Equal([(5, 21)], Where(InputView.Of(channels, isRecording: true).Picture(1), Tone.OnLight));

        static (int, int)[] Where(SKColor[,] pixels, Tone tone) =>
        [
            .. from y in Enumerable.Range(0, pixels.GetLength(0)) from x in Enumerable.Range(0, pixels.GetLength(1)) where pixels[y, x] == Palette.Colour(tone) select (y, x),
        ];
    }

    [Fact]
    public void ColoursOfImagesAreTheirOwn()
    {
        using var image = torch.zeros(1, 3, 2, 2);
        image[0, 1, 0, 1] = 1;
        Assert.Equal(new SKColor(0, 255, 0), InputView.Of(image, isRecording: false).Picture(1)[0, 1]);
        using var grey = torch.full([1, 1, 2, 2], 0.5f);
        Assert.Equal(new SKColor(128, 128, 128), InputView.Of(grey, isRecording: false).Picture(1)[1, 0]);
    }

    [Fact]
    public void TrainingLogsAreRead()
    {
        string lines = bench.In("log.jsonl"), table = bench.In("log.csv");
        File.WriteAllText(lines, """{"epoch":1,"loss":1.5,"accuracy":0.5,"bounded":null,"size":0,"learningRate":0.1,"samplesPerSecond":9,"validationAccuracy":0.25,"validationBounded":null,"best":true,"validationAttacked":null}""" + "\n");
        File.WriteAllText(table, "epoch,loss,accuracy,bounded,size,learningRate,samplesPerSecond,validationAccuracy,validationBounded,best,validationAttacked\n1,1.5,0.5,,0,0.1,9,0.25,,1,\n2,1,0.75,0.5,0.1,0.1,9,0.25,0.1,0,0.125\n");
        var first = new SnnDsl.Training.LoggedEpoch { Epoch = 1, Loss = 1.5, Accuracy = 0.5, ValidationAccuracy = 0.25, IsBest = true };
        Assert.Equal([first], SnnDsl.Training.TrainingLog.Read(lines));
        Assert.Equal([first, new() { Epoch = 2, Loss = 1, Accuracy = 0.75, Bounded = 0.5, ValidationAccuracy = 0.25, ValidationBounded = 0.1, ValidationAttacked = 0.125, IsBest = false }], SnnDsl.Training.TrainingLog.Read(table));
        string figure = Check(Figures.Training(table));
        Assert.All(["share of training samples (%)", "loss, weighted", "epoch", "right", "kept aside: bounded", "kept aside: right under attack"], words => Assert.Contains(words, figure, StringComparison.Ordinal));
        Check(Figures.Training(lines));
        File.AppendAllText(table, "3,NaN,0.75,,,,,,,,\n");
        Assert.Contains("Line 4 of", Assert.Throws<DataFileException>(() => Figures.Training(table)).Message, StringComparison.Ordinal);
        File.WriteAllText(table, "time,loss\n1,2\n");
        Assert.Contains("holds no epochs", Assert.Throws<DataFileException>(() => Figures.Training(table)).Message, StringComparison.Ordinal);
    }

    /// <summary>Numbers on axes are short, whatever their size; bounds that nothing is known of are the least float32 number.</summary>
    [Theory]
    [InlineData(0.1 + 0.2, "0.3")]
    [InlineData(-2.5, "-2.5")]
    [InlineData(0, "0")]
    [InlineData(-3.4e38, "-3.4e38")]
    [InlineData(0.00002, "2e-5")]
    public void NumbersAreShort(double value, string text) => Assert.Equal(text, Axes.Number(value));

    private static string Refused(Action draw) => Assert.ThrowsAny<ArgumentException>(draw).Message;

    private static string Words(string svg) => string.Join(' ', XElement.Parse(svg).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value));

    // Both kinds of file: a well-formed one that needs nothing else, and a picture of its size in which something is drawn. Returns the SVG.
    private string Check(Figure figure)
    {
        string vector = bench.In("figure.svg"), pixels = bench.In("figure.png");
        figure.Save(vector);
        figure.Save(pixels);
        string svg = File.ReadAllText(vector);
        var root = XElement.Parse(svg);
        Assert.Equal(figure.Title, (string)root.Attribute("aria-label")!);
        Assert.DoesNotContain("var(", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", svg, StringComparison.Ordinal);
        double[] box = [.. ((string)root.Attribute("viewBox")!).Split(' ').Select(number => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture))];
        using var bitmap = SKBitmap.Decode(pixels);
        Assert.Equal((2 * box[2], 2 * box[3]), ((double)bitmap.Width, (double)bitmap.Height));
        Assert.True(bitmap.Pixels.Distinct().Count() > 2, figure.Title);
        // Words begin on the sheet.
        Assert.All(
            root.Descendants().Where(element => element.Name.LocalName == "text"),
            text => Assert.InRange(double.Parse((string)text.Attribute("x")!, System.Globalization.CultureInfo.InvariantCulture), box[0], box[0] + box[2]));
        return svg;
    }
}
