using System.Globalization;
using System.Xml.Linq;
using SnnDsl.CommandLine.Pictures;
using SnnDsl.Data;
using SnnDsl.Evaluation.Records;
using static TorchSharp.torch;

namespace SnnDsl.CommandLine.Tests;

/// <summary>What classes are called: who may say it, how many there are, and where it is shown.</summary>
public sealed class ClassNamesTests : IDisposable
{
    private const string Long = "Pneumonoultramicroscopic";

    private readonly Workbench bench = new();

    public void Dispose() => bench.Dispose();

    /// <summary>As docs/data.md has it: nothing but names is said of images that are no ten classes.</summary>
    [Fact]
    public async Task NamesOfImagesSayHowManyClassesThereAre()
    {
        string weights = bench.UntrainedWeights(new TinyImages(1));
        string[] evaluate = ["evaluate", "--weights", weights, "--data", bench.ImageFolder];
        string text = (await Run(new ImageData("shoes") { ClassNames = ["boot", "sandal"] }, evaluate)).Succeeded().Output;
        Assert.All(["0 boot", "1 sandal"], words => Assert.Contains(words, text, StringComparison.Ordinal));
        (await Run(new ImageData("shoes") { ClassNames = ["boot"] }, evaluate)).Refused("Label 1 of sample 1", "there are 1 classes, from 0 on.");
        Assert.Equal(10, new ImageData("shoes").Load(bench.ImageFolder, "test", 1).Classes);
    }

    /// <summary>A split without the last class has it all the same: of arrays, and of what a function makes.</summary>
    [Fact]
    public async Task ASplitNeedNotHaveEveryClass()
    {
        string folder = bench.In("arrays"), weights = bench.UntrainedWeights(new TinyVector(1));
        Directory.CreateDirectory(folder);
        foreach (string split in new[] { "train", "test" })
        {
            WriteArray(Path.Combine(folder, $"x_{split}.npy"), "(4, 7)", new byte[28]);
            WriteArray(Path.Combine(folder, $"y_{split}.npy"), "(4,)", [0, 0, 0, (byte)(split == "train" ? 1 : 0)]);
        }

        foreach (DataSource source in new DataSource[]
        {
            new NumpyData("npy") { ClassNames = ["a", "b"] },
            new MemoryData("made", (path, split, _) => Dataset.FromTensors(zeros(2, 7), tensor([0L, split == "train" ? 1 : 0]), split: split)) { ClassNames = ["a", "b"] },
        })
        {
            (await Run(source, "train", "--data", folder, "--epochs", "1", "--force", "--out", weights)).Succeeded();
            Assert.Contains("1 b", (await Run(source, "evaluate", "--data", folder, "--weights", weights)).Succeeded().Output, StringComparison.Ordinal);
        }

        (await Run(new NumpyData("npy") { ClassNames = ["a"] }, "train", "--data", folder, "--force", "--out", weights)).Refused("Label 1 of sample 3 is out of range", "there are 1.");
    }

    /// <summary>What evaluate refuses, report refuses, although it reads no data.</summary>
    [Theory]
    [InlineData(null, "left", "right", "neither")]
    [InlineData(2, "left", "right", "neither")]
    [InlineData(3, "left", "right")]
    [InlineData(null, "left")]
    [InlineData(2, "left")]
    [InlineData(2, "left", " ")]
    [InlineData(2, "left", "right\n")]
    [InlineData(2, "left", "\u001b[31mright")]
    public async Task EvaluateAndReportRefuseTheSameNames(int? classes, params string[] names)
    {
        string weights = bench.UntrainedWeights(new TinyImages(4)), far = await Certify(weights);
        var source = new ImageData("sides", classes) { ClassNames = names };
        string[] wrong = names.Any(string.IsNullOrWhiteSpace) ? ["is empty"] : names.Any(name => name.Any(char.IsControl)) ? ["the control character U+00"] : ["class"];
        (await Run(source, "evaluate", "--weights", weights, "--data", bench.ImageFolder)).Refused(wrong);
        (await Run(source, "report", far, "--html", bench.In("page.html"))).Refused(wrong);
        (await Run(source, "report", far, "--counterexample", bench.In("found.svg"))).Refused(wrong);
        Assert.False(File.Exists(bench.In("page.html")) || File.Exists(bench.In("found.svg")));
    }

    /// <summary>Names that no XML can hold are refused where figures take them, too.</summary>
    [Fact]
    public async Task FiguresRefuseControlCharacters()
    {
        string far = await Certify(bench.UntrainedWeights(new TinyImages(4)));
        var records = RecordLog.Read<CertificateRecord>(far);
        var bounded = records.First(record => record.LowerBounds.Length > 0);
        var broken = records.First(record => record.StoredCounterexample is not null);
        Assert.Contains("The name of class 1 of sides holds the control character U+0001: leave it out.", Assert.Throws<ArgumentException>(() => Figures.Margins(bounded, ["a", "a\u0001b"])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Figures.Counterexample(far, broken, ["a\u001b", "b"]));
        Assert.NotNull(XElement.Parse(Figures.Margins(bounded, ["a & b", "<\u05d0>"]).ToSvg()));
    }

    /// <summary>However long a name is, its panel's words do not run into the next one; in titles it is whole.</summary>
    [Fact]
    public async Task LongNamesStayWithinTheirPanel()
    {
        string far = await Certify(bench.UntrainedWeights(new TinyImages(4)));
        var record = RecordLog.Read<CertificateRecord>(far).First(record => record.StoredCounterexample is not null);
        foreach (string name in new[] { Long, string.Concat(Enumerable.Repeat("\u80ba\u708e", 12)) })
        {
            string svg = Figures.Counterexample(far, record, [$"{name}0", $"{name}1"]).ToSvg();
            string[] words = [.. XElement.Parse(svg).Descendants().Where(element => element.Name.LocalName == "text" && (string?)element.Attribute("font-size") == "11").Select(element => element.Value)];
            Assert.Contains(words, word => word.EndsWith('\u2026'));
            Assert.All(words, word => Assert.InRange(Drawing.Length(word, 11), 0, (Figure.Small - 12) / 3.0));
            Assert.Contains($"({name}{record.Label})", (string)XElement.Parse(svg).Attribute("aria-label")!, StringComparison.Ordinal);
        }
    }

    /// <summary>A letter as people see it may be many chars; none is cut.</summary>
    [Fact]
    public async Task LettersAreNotCutInTwo()
    {
        const string family = "\U0001F469\u200D\U0001F469\u200D\U0001F467", accent = "e\u0301";
        Assert.Equal("abc", Drawing.Shorten("abc", Drawing.Length("abc")));
        Assert.Equal("ab\u2026", Drawing.Shorten("abcd", Drawing.Length("abc")));
        Assert.Equal("\u2026", Drawing.Shorten("abcd", 1));
        Assert.Equal($"{accent}{accent}\u2026", Drawing.Shorten(accent + accent + accent + accent, Drawing.Length("abc")));
        string families = string.Concat(Enumerable.Repeat(family, 20));
        for (int across = 10; across < 200; across += 3)
        {
            string kept = Drawing.Shorten(families, across);
            Assert.True(Drawing.Length(kept) <= across);
            Assert.Equal(families[..(kept.Length - 1)], kept[..^1]);
            Assert.Equal(0, (kept.Length - 1) % family.Length);
        }

        var record = RecordLog.Read<CertificateRecord>(await Certify(bench.UntrainedWeights(new TinyImages(4)))).First(record => record.LowerBounds.Length > 0);
        string svg = Figures.Margins(record, [$"a{families}", $"a{families}"]).ToSvg();
        string row = Assert.Single(XElement.Parse(svg).Descendants(), element => element.Value.EndsWith('\u2026') && element.Name.LocalName == "text").Value;
        Assert.Equal(0, (row.Length - 1 - $"class {1 - record.Label} a".Length) % family.Length);
    }

    /// <summary>What the data says counts; the program's names are for data that says nothing.</summary>
    [Fact]
    public async Task TheDataKnowsBest()
    {
        var source = new MemoryData("valves", (split, _) => Valves(split)) { ClassNames = ["auf", "zu"] };
        string text = (await Run(source, "evaluate", "--weights", bench.UntrainedWeights(new TinyVector(1)))).Succeeded().Output;
        Assert.Contains("1 shut", text, StringComparison.Ordinal);
        Assert.DoesNotContain("zu", text, StringComparison.Ordinal);
        Assert.Equal("airplane", new CifarData { ClassNames = ["a", "b"] }.KnownNames()![0]);
        Assert.Equal(("hand clapping", "null"), (new DvsGestureData().KnownNames()![0], new HeidelbergData().KnownNames()![10]));
        Assert.Null(new CifarData("cifar-100", fine: true).KnownNames() ?? new HeidelbergData("ssc", commands: true).KnownNames());
        Assert.Equal("a", new MemoryData("valves", (split, _) => Valves(split)) { ClassNames = ["a", "b"] }.KnownNames()![0]);
    }

    /// <summary>Names as data is published are known without it; those that only the data has, where it is read.</summary>
    [Fact]
    public async Task ReportsSayTheNamesOfTheData()
    {
        string far = await Certify(bench.UntrainedWeights(new TinyImages(4))), page = bench.In("page.html"), picture = bench.In("found.svg");
        var records = RecordLog.Read<CertificateRecord>(far);
        File.WriteAllText(far, string.Concat(records.Select(record => RecordFormat.Encode(record with
        {
            LowerBounds = [], ProvedBy = [], Setting = record.Setting with { Dataset = record.Setting.Dataset with { Name = "cifar-10" } },
            Counterexample = record.Counterexample is { } found ? found with { Margins = [found.Margins[0], .. Enumerable.Repeat(1f, 8)] } : null,
        }) + "\n")));
        (await Run(new CifarData(), "report", far, "--html", page, "--counterexample", picture)).Succeeded();
        Assert.Contains("<td>1 <bdi>automobile</bdi></td>", File.ReadAllText(page), StringComparison.Ordinal);
        Assert.Matches("airplane|automobile", File.ReadAllText(picture));

        string weights = bench.UntrainedWeights(new TinyVector(1), "vector.safetensors"), valves = bench.In("valves.jsonl");
        var source = new MemoryData("valves", (split, _) => Valves(split));
        (await Run(source, "certify", "--weights", weights, "--epsilon", "0.9", "--time-limit", "0.3", "--records", valves)).Succeeded();
        (await Run(source, "report", valves, "--counterexample", picture)).Succeeded();
        Assert.DoesNotMatch("open|shut", Words());
        (await Run(source, "report", valves, "--counterexample", picture, "--html", page, "--weights", weights)).Succeeded();
        Assert.Matches("open|shut", Words());

        string Words() => (string)XElement.Parse(File.ReadAllText(picture)).Attribute("aria-label")!;
    }

    private static Dataset Valves(string split)
    {
        long[] labels = [.. Enumerable.Range(0, 12).Select(i => i % 2L)];
        float[] values = [.. Enumerable.Range(0, 12 * 7).Select(i => (i * 37 % 101) / 101f)];
        return Dataset.FromTensors(tensor(values, [12, 7]), tensor(labels), split: split).With(classNames: ["open", "shut"]);
    }

    private static void WriteArray(string path, string shape, byte[] values)
    {
        string header = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}").PadRight(117) + "\n";
        File.WriteAllBytes(path, [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(header), .. values]);
    }

    /// <summary>Records of images with counterexamples, of a program that names nothing.</summary>
    private async Task<string> Certify(string weights)
    {
        string records = bench.In("far.jsonl");
        (await Run(new ImageData("sides", classes: 2), "certify", "--weights", weights, "--data", bench.ImageFolder, "--epsilon", "0.3", "--time-limit", "0.3", "--iterations", "2", "--records", records)).Succeeded();
        return records;
    }

    /// <summary>Runs a command of a program with one data set.</summary>
    private static async Task<Workbench.Outcome> Run(DataSource source, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        bool isVector = source is MemoryData or NumpyData;
        string[] model = arguments[0] == "report" ? [] : ["--model", isVector ? nameof(TinyVector) : nameof(TinyImages)];
        int code = await SpikingCommandLine.Create("named").Model(seed => new TinyImages(seed)).Model(seed => new TinyVector(seed)).Data(source)
            .RunAsync([arguments[0], .. model, .. arguments[1..]], output, error);
        return new(code, output.ToString(), error.ToString());
    }
}
