using PureHDF;
using SkiaSharp;
using SnnDsl.Data;
using static TorchSharp.torch;

namespace SnnDsl.CommandLine.Tests;

/// <summary>Data of one's own: from training to a checked certificate, and files of other formats.</summary>
public sealed class OwnDataTests : IDisposable
{
    private readonly Workbench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task VectorsFromTrainingToVerification()
    {
        string weights = bench.In("w.safetensors"), records = bench.In("r.jsonl"), picture = bench.In("found.png");
        (await Run("train", "--model", "TinyVector", "--epochs", "30", "--batch", "8", "--out", weights)).Succeeded();
        var certified = (await Run("certify", "--model", "TinyVector", "--weights", weights, "--epsilon", "0.02", "--records", records)).Succeeded();
        Assert.Contains("Data: ramps, 40 test samples", certified.Output);
        (await Run("certify", "--model", "TinyVector", "--weights", weights, "--epsilon", "0.6", "--count", "6", "--time-limit", "0.5", "--records", bench.In("far.jsonl"))).Succeeded();
        (await Run("verify", "--model", "TinyVector", "--weights", weights, "--records", records)).Succeeded();
        (await Run("verify", "--model", "TinyVector", "--weights", weights, "--records", bench.In("far.jsonl"))).Succeeded();
        (await Run("report", bench.In("far.jsonl"), "--counterexample", picture)).Succeeded();
        Assert.True(File.Exists(picture));
        (await Run("report", records, "--html", bench.In("page.html"), "--weights", weights)).Succeeded();
        // Another data set of the same shape is not the one that the records name.
        Assert.Equal(ExitCodes.Rejected, (await Run("verify", "--model", "TinyVector", "--weights", weights, "--records", records, "--dataset", "other-ramps")).Code);
    }

    /// <summary>Values that no image has: said before anything is run, with the way out; and that stands in the command that comes next.</summary>
    [Fact]
    public async Task ValuesBesideThoseOfImagesNeedABoxThatIsNotCut()
    {
        string weights = bench.In("w.safetensors"), records = bench.In("r.jsonl");
        string[] signed = ["--model", "TinyVector", "--dataset", "signed", "--epsilon", "0.02"], evaluated = [.. signed, "--weights", weights];
        (await Run(["train", .. signed, "--certified", "--out", weights])).Refused("The values of signed lie between -0.4", "--clamp false");
        Assert.False(File.Exists(weights));
        (await Run("train", "--model", "TinyVector", "--dataset", "bytes", "--epsilon", "0.02", "--certified", "--out", weights)).Refused("lie between 255 and 255", "divide them by 255.");
        var trained = (await Run(["train", .. signed, "--certified", "--clamp", "false", "--epochs", "2", "--batch", "8", "--out", weights])).Succeeded();
        Assert.Contains("--epsilon 0.02 --clamp false", trained.Output.ReplaceLineEndings(" "));
        (await Run(["certify", .. evaluated, "--records", records])).Refused("lie between -0.4", "--clamp false");
        Assert.False(File.Exists(records));
        (await Run(["radius", .. evaluated])).Refused("--clamp false");
        (await Run(["attack", .. evaluated])).Refused("--clamp false");
        (await Run(["certify", .. evaluated, "--clamp", "false", "--records", records])).Succeeded();
        (await Run(["verify", records, .. evaluated, "--clamp", "false"])).Succeeded();
    }

    [Fact]
    public async Task LabelsThatBeginAtOneAreTold()
    {
        (await Run("train", "--model", "TinyVector", "--dataset", "from-one")).Refused("tells 2 classes apart, but from-one has 3: its labels are 1 to 2, and labels begin at 0.");
        (await Run("train", "--model", "TinyVector", "--dataset", "three")).Refused("tells 2 classes apart, but three has 3: give its last layer as many, [Linear(3)].");
    }

    [Fact]
    public async Task EventsFromTrainingToVerification()
    {
        string weights = bench.In("w.safetensors"), records = bench.In("r.jsonl");
        (await Run("train", "--model", "TinyChannels", "--epochs", "40", "--batch", "4", "--out", weights)).Succeeded();
        (await Run("certify", "--model", "TinyChannels", "--weights", weights, "--flips", "3", "--records", records)).Succeeded();
        (await Run("attack", "--model", "TinyChannels", "--weights", weights, "--flips", "1")).Succeeded();
        (await Run("verify", "--model", "TinyChannels", "--weights", weights, "--records", records)).Succeeded();
        (await Run("report", records, "--counterexample", bench.In("found.png"))).Succeeded();
    }

    [Fact]
    public async Task EachNetworkFindsTheDataOfItsShape()
    {
        WriteImages(SKEncodedImageFormat.Png, channels: 3);
        (await Run("train", "--model", "TinyColours", "--data", bench.In("pictures"), "--epochs", "1", "--batch", "2", "--out", bench.In("c.safetensors"))).Succeeded();
        WriteSpikes();
        var spoken = (await Run("train", "--model", "TinyChannels", "--dataset", "spoken", "--data", bench.Root, "--epochs", "1", "--batch", "2", "--out", bench.In("s.safetensors"))).Succeeded();
        Assert.Contains("3 train samples", spoken.Output);
        (await Run("train", "--model", "TinyVector", "--dataset", "ticks")).Refused("TinyVector takes images of 7, which ticks does not hold");
        (await Run("train", "--model", "TinyVector", "--dataset", "broken")).Refused("The data set broken cannot be used", "1 inputs but 2 labels");
        (await Run("train", "--model", "TinyVector", "--dataset", "stubborn")).Refused("gave its test split where train was asked for");
        (await Run("train", "--model", "TinyVector", "--dataset", "arrays")).Refused("give --data FILE.npz");
        (await Run("train", "--model", "TinyVector", "--dataset", "arrays", "--data", bench.In("absent.npz"))).Refused("no data file");
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, 3)]
    [InlineData(SKEncodedImageFormat.Png, 1)]
    [InlineData(SKEncodedImageFormat.Webp, 3)]
    public void ImagesKeepTheirBytes(SKEncodedImageFormat format, int channels)
    {
        WriteImages(format, channels);
        Dataset data = ImageFolderDataset.Load(bench.In("pictures"), "train", channels, "pictures");
        Assert.Equal((3, 2, bench.In("pictures")), (data.Count, data.Classes, data.Source));
        Assert.Equal([0L, 0, 1], data.Labels.data<long>());
        // The folders' names are those of the classes, in a part of the data and under another name, too.
        Assert.Equal(Directory.EnumerateDirectories(bench.In("pictures/train")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal), data.Take(1).With("others").ClassNames);
        Assert.Equal([channels, 3, 4], data.InputShape);
        using Tensor inputs = data.Inputs(2);
        Assert.Equal(Enumerable.Range(0, channels).SelectMany(c => Enumerable.Range(0, 12).Select(i => Value(2, i, channels == 1 ? 0 : c) / 255f)), inputs.data<float>());
    }

    [Fact]
    public void ColoursBecomeGreyByLuma()
    {
        WriteImages(SKEncodedImageFormat.Png, channels: 3);
        using Tensor grey = ImageFolderDataset.Load(bench.In("pictures"), "train", channels: 1).Inputs(1);
        // The reader's weights are 65536ths: where the sum is nearly a half, the two may round apart.
        var expected = Enumerable.Range(0, 12).Select(i => Math.Round((0.299m * Value(1, i, 0)) + (0.587m * Value(1, i, 1)) + (0.114m * Value(1, i, 2))));
        Assert.All(expected.Zip(grey.data<float>()), pair => Assert.InRange((double)Math.Abs(pair.First - (decimal)(pair.Second * 255)), 0, 1.001));
    }

    [Fact]
    public void FoldersThatAreNoneAreASentence()
    {
        Refused("There is no folder");
        Directory.CreateDirectory(bench.In("pictures/train/cat"));
        Refused("holds no images");
        File.WriteAllText(bench.In("pictures/train/cat/a.png"), "no image");
        Refused("damaged, truncated, or no image");
        Save(bench.In("pictures/train/cat/a.png"), 4, 3, SKEncodedImageFormat.Png, (_, _) => new(1, 2, 3));
        Save(bench.In("pictures/train/cat/b.png"), 3, 3, SKEncodedImageFormat.Png, (_, _) => new(1, 2, 3));
        Refused("is 3 x 3, but");
        Save(bench.In("pictures/train/cat/b.png"), 4, 3, SKEncodedImageFormat.Png, (x, y) => new(1, 2, 3, (byte)(x == 2 && y == 1 ? 254 : 255)));
        Refused("not opaque, at (2, 1)");

        void Refused(string words) =>
            Assert.Contains(words, Assert.Throws<DataFileException>(() => ImageFolderDataset.Load(bench.In("pictures"), "train")).Message, StringComparison.Ordinal);
    }

    /// <summary>A class that one split lacks moves no numbers; one that only the test has is no class, and nor is a name that spoils a terminal.</summary>
    [Fact]
    public void FoldersAreNumberedAlikeInBothSplits()
    {
        foreach (string image in new[] { "train/a", "train/b", "train/c", "test/a", "test/c" })
        {
            Directory.CreateDirectory(bench.In($"pictures/{image}"));
            Save(bench.In($"pictures/{image}/1.png"), 4, 3, SKEncodedImageFormat.Png, (_, _) => new(1, 2, 3));
        }

        Dataset train = Load("train"), test = Load("test");
        Assert.Equal([0L, 1, 2], train.Labels.data<long>());
        Assert.Equal([0L, 2], test.Labels.data<long>());
        Assert.Equal(["a", "b", "c"], test.ClassNames);
        Assert.Equal((3, 3), (train.Classes, test.Classes));
        Assert.Equal(train.ClassNames, test.ClassNames);
        Directory.Move(bench.In("pictures/train"), bench.In("pictures/kept"));
        Assert.Equal(["a", "c"], Load("test").ClassNames);
        Directory.Move(bench.In("pictures/kept"), bench.In("pictures/train"));

        Directory.CreateDirectory(bench.In("pictures/test/bb"));
        Assert.All(["train", "test"], split => Assert.Contains("has the folder test/bb, but no train/bb", Refused(split), StringComparison.Ordinal));
        Directory.Delete(bench.In("pictures/test/bb"));
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(bench.In("pictures/train/b\u001b[31m"));
            string sentence = Refused("test");
            Assert.EndsWith("The name of class 2 of train holds the control character U+001B: leave it out.", sentence, StringComparison.Ordinal);
            Assert.DoesNotContain('\u001b', sentence);
        }

        Dataset Load(string split) => ImageFolderDataset.Load(bench.In("pictures"), split);
        string Refused(string split) => Assert.Throws<DataFileException>(() => Load(split)).Message;
    }

    [Fact]
    public void SpokenDigitsAreBinned()
    {
        WriteSpikes();
        Dataset data = HeidelbergDataset.LoadDigits(bench.Root, steps: 4, "train", pool: 100, seconds: 1);
        Assert.Equal((3, 20, "shd"), (data.Count, data.Classes, data.Name));
        Assert.Equal([3L, 19, 0], data.Labels.data<long>());
        Assert.Equal([4, 7], data.InputShape);
        using Tensor inputs = data.Inputs(0, 1, 2), where = inputs.nonzero();
        // (step, sample, channel): 0.125 s of unit 1, 0.25 s of unit 699, and 0.875 s of unit 300; 1.25 s is beyond the window.
        Assert.Equal([0L, 0, 0, 1, 0, 6, 3, 1, 3], where.data<long>());
        Assert.Equal(("three", "neun"), (data.ClassNames![3], data.ClassNames[19]));
        Assert.Null(HeidelbergDataset.LoadCommands(bench.In("shd_train.h5"), 4, "train").ClassNames);
        Assert.Equal([4, 700], HeidelbergDataset.LoadCommands(bench.In("shd_train.h5"), 4, "train").InputShape);
    }

    [Fact]
    public void HdfFilesThatAreNoneAreASentence()
    {
        Refused("There is no file");
        string path = bench.In("shd_train.h5");
        File.WriteAllText(path, "no HDF5");
        Refused("damaged, or no HDF5 file");
        new H5File { ["labels"] = new ushort[] { 1 } }.Write(path);
        Refused("damaged, or no HDF5 file");
        Write([[0.1f]], [[1]], [1, 2]);
        Refused("they do not belong together");
        Write([[0.1f, 0.2f]], [[1]], [1]);
        Refused("2 times but 1 units");
        Write([[0.1f]], [[700]], [1]);
        Refused("channel 700");
        Write([[float.NaN]], [[7]], [1]);
        Refused("NaN seconds");
        Write([[0.1f]], [[7]], [20]);
        Refused("the class 20");

        void Write(float[][] times, ushort[][] units, ushort[] labels) =>
            new H5File { ["spikes"] = new H5Group { ["times"] = times, ["units"] = units }, ["labels"] = labels }.Write(path);
        void Refused(string words) =>
            Assert.Contains(words, Assert.Throws<DataFileException>(() => HeidelbergDataset.LoadDigits(bench.Root, 4, "train")).Message, StringComparison.Ordinal);
    }

    /// <summary>What train prints next certifies any network; a method that is not derived for it says so, and leaves nothing in the way.</summary>
    [Fact]
    public async Task NeuronsByEquationsAreCertifiedByDefault()
    {
        string weights = bench.In("learned.safetensors"), records = bench.In("learned.jsonl"), page = bench.In("learned.html");
        var trained = (await Run("train", "--model", "TinyLearned", "--dataset", "signed", "--certified", "--epsilon", "0.02", "--clamp", "false", "--epochs", "20", "--batch", "8", "--out", weights)).Succeeded();
        string[] next = trained.Output[trained.Output.IndexOf("own certify", StringComparison.Ordinal)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1..];
        (await Run([.. next, "--method", "bab", "--records", records])).Refused("is no [Lif] layer", "take the method s-ibp or s-crown");
        Assert.False(File.Exists(records));
        Assert.Contains("s-ibp", (await Run([.. next, "--records", records])).Succeeded().Output, StringComparison.Ordinal);
        Assert.Matches(@"rejected\s*│ 0", (await Run("verify", "--model", "TinyLearned", "--dataset", "signed", "--weights", weights, records)).Succeeded().Output);
        // Values that are no pixels: their numbers, greys from the least on, and no units of [0, 1].
        (await Run("report", records, "--html", page, "--weights", weights)).Succeeded();
        string text = File.ReadAllText(page);
        Assert.All(["every value by at most 0.02, not cut", "Black is -0.", "how far each value may move", "Not cut: a changed value may be any number", "<code>s-ibp</code>: intervals"], words => Assert.Contains(words, text, StringComparison.Ordinal));
        Assert.All(["in units of [0, 1]", "every pixel"], words => Assert.DoesNotContain(words, text, StringComparison.Ordinal));

        // One sentence for all records of other weights, or of other samples.
        string other = bench.UntrainedWeights(new TinyLearned(9), "other.safetensors");
        var foreign = await Run("verify", "--model", "TinyLearned", "--dataset", "signed", "--weights", other, records);
        Assert.Equal(ExitCodes.Rejected, foreign.Code);
        Assert.Contains("None of the records is of these weights", foreign.Output, StringComparison.Ordinal);
        Assert.Matches(@"Rejected: line 1 \(sample \d+\) and 39 more\. The weights' hash is recorded as", foreign.Output);
    }

    /// <summary>Data that the program makes take no path: giving one is told, and the commands that check records have none.</summary>
    [Fact]
    public async Task MadeDataTakeNoPath()
    {
        string weights = bench.UntrainedWeights(new TinyVector(1), "vector.safetensors"), records = bench.In("records.jsonl"), page = bench.In("page.html");
        string[] asked = ["--model", "TinyVector", "--weights", weights, "--epsilon", "0.01"];
        (await Run(["certify", .. asked, "--data", bench.Root])).Refused("The data set ramps is made by this program and takes no --data");
        (await Run("train", "--model", "TinyVector", "--out", bench.In("trained.safetensors"), "--data", bench.Root)).Refused("takes no --data");
        (await Run(["certify", .. asked, "--method", "s-ibp", "--count", "6", "--records", records])).Succeeded();
        (await Run("report", records, "--html", page, "--weights", weights)).Succeeded();
        string text = File.ReadAllText(page);
        Assert.Contains("verify --model TinyVector", text, StringComparison.Ordinal);
        Assert.DoesNotContain("--data ", text, StringComparison.Ordinal);
        // A source that looks at the path is given it: of those above some do.
        Assert.True(new MemoryData("any", (path, split, _) => Ramps(split, path is null ? 1 : 2)).TakesPath);
    }

    /// <summary>A run that learned nothing says so, and what to try; one that learned something does not.</summary>
    [Fact]
    public async Task NothingLearnedIsTold()
    {
        string[] train = ["train", "--model", "TinyVector", "--force", "--out", bench.In("alike.safetensors"), "--dataset"];
        const string Told = "no more often than always to say class 1 (shut) (75.0 %): the network has learned nothing";
        var natural = (await Run([.. train, "alike", "--epochs", "2"])).Succeeded();
        Assert.Contains(Told, natural.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("a smaller perturbation", natural.Output, StringComparison.Ordinal);
        Assert.Contains("a smaller perturbation", (await Run([.. train, "alike", "--epochs", "2", "--certified", "--epsilon", "0.1"])).Succeeded().Output, StringComparison.Ordinal);
        Assert.DoesNotContain("has learned nothing", (await Run([.. train, "ramps", "--epochs", "40", "--batch", "8"])).Succeeded().Output, StringComparison.Ordinal);
    }

    private async Task<Workbench.Outcome> Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await SpikingCommandLine.Create("own", "Data of one's own.")
            .Model(seed => new TinyVector(seed))
            .Model(seed => new TinyLearned(seed))
            .Model(seed => new TinyChannels(seed))
            .Model(seed => new TinyColours(seed))
            .Data(new MemoryData("ramps", (split, _) => Ramps(split, 1)) { Shape = [7] })
            .Data(new MemoryData("other-ramps", (_, split, _) => Ramps(split, 5)) { Shape = [7] })
            .Data(new MemoryData("ticks", (split, steps) => Ticks(split, steps)) { Spikes = true, Shape = [7] })
            .Data(new MemoryData("broken", (_, split, _) => Dataset.FromTensors(zeros(1, 7), zeros(2, ScalarType.Int64), split: split)) { Shape = [7] })
            .Data(new MemoryData("signed", (split, _) => Ramps(split, 1, less: 0.5f)) { Shape = [7] })
            .Data(new MemoryData("bytes", (_, split, _) => Dataset.FromTensors(full([2, 7], 255f), tensor([0L, 1]), split: split)) { Shape = [7] })
            .Data(new MemoryData("from-one", (_, split, _) => Dataset.FromTensors(zeros(4, 7), tensor([1L, 2, 1, 2]), split: split)) { Shape = [7] })
            .Data(new MemoryData("three", (_, split, _) => Dataset.FromTensors(zeros(4, 7), tensor([0L, 1, 2, 2]), split: split)) { Shape = [7] })
            .Data(new MemoryData("alike", (split, _) => Dataset.FromTensors(full([4, 7], 0.5f), tensor([0L, 1, 1, 1]), split: split)) { Shape = [7], ClassNames = ["open", "shut"] })
            .Data(new MemoryData("stubborn", (_, _, _) => Ramps("test", 1)) { Shape = [7] })
            .Data(new HeidelbergData("spoken", pool: 100))
            .Data(new ImageFolderData("pictures"))
            .Data(new NumpyData("arrays", classes: 2) { Shape = [7] })
            .RunAsync(arguments, output, error);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Vectors that rise (class 0) or fall (class 1).</summary>
    private static Dataset Ramps(string split, int seed, float less = 0)
    {
        var random = new Random(seed + split.Length);
        float[] values = [.. Enumerable.Range(0, 40).SelectMany(i => Enumerable.Range(0, 7).Select(k => ((i % 2 == 0 ? k : 6 - k) / 8f) + (random.NextSingle() / 20)))];
        return Dataset.FromTensors(tensor(Array.ConvertAll(values, value => Math.Max(value - less, -less)), [40, 7]), tensor(Enumerable.Range(0, 40).Select(i => i % 2L).ToArray()), "ramps", split);
    }

    private static Dataset Ticks(string split, int steps) => Dataset.FromEvents(
        Enumerable.Range(0, 12).Select(i => new EventSample([.. Enumerable.Range(0, 9).Select(k => new SensorEvent(k, ((i % 2 == 0 ? k : 8 - k) + (i / 2)) % 7))], i % 2)),
        [7], steps, "ticks", split);

    private void WriteSpikes()
    {
        var file = new H5File
        {
            ["spikes"] = new H5Group
            {
                ["times"] = new Half[][] { [(Half)0.125, (Half)0.25], [(Half)0.875, (Half)1.25], [] },
                ["units"] = new ushort[][] { [1, 699], [300, 2], [] },
            },
            ["labels"] = new ushort[] { 3, 19, 0 },
        };
        file.Write(bench.In("shd_train.h5"));
    }

    private static byte Value(int image, int pixel, int channel) => (byte)((image * 70) + (pixel * 5) + (channel * 31));

    private void WriteImages(SKEncodedImageFormat format, int channels)
    {
        string[] names = ["cat/1", "cat/2", "dog/1"];
        for (int i = 0; i < names.Length; i++)
        {
            foreach (string split in new[] { "train", "test" })
            {
                string path = bench.In($"pictures/{split}/{names[i]}.{(format == SKEncodedImageFormat.Png ? "png" : "webp")}");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                int image = i;
                Save(path, 4, 3, format, (x, y) => new(
                    Value(image, (4 * y) + x, 0), Value(image, (4 * y) + x, channels == 1 ? 0 : 1), Value(image, (4 * y) + x, channels == 1 ? 0 : 2)));
            }
        }
    }

    private static void Save(string path, int width, int height, SKEncodedImageFormat format, Func<int, int, SKColor> colour)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++) bitmap.SetPixel(x, y, colour(x, y));
        }
        using var pixmap = bitmap.PeekPixels();
        // WebP at 100 per cent is lossy; its lossless form is asked for in its own way.
        using SKData? data = format == SKEncodedImageFormat.Webp
            ? pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100))
            : bitmap.Encode(format, 100);
        File.WriteAllBytes(path, data!.ToArray());
    }
}
