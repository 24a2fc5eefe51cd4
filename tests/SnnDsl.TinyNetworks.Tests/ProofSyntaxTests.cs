using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using SnnDsl.Verification.Proofs;
using SnnDsl.Verification.Records;
using SnnDsl.Verification.Tests;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>What a proof's file may say, and that a leaf's slopes are the lines that are drawn.</summary>
public class ProofSyntaxTests
{
    private const string Leaf = """{"leaf":"counts"}""", Margin = """{"rival":1,"bound":0,"layers":[],"tree":{"leaf":"counts"}}""";

    public static TheoryData<string> Good => [.. new[]
    {
        $$"""{"format":"snndsl-proof-1","label":0,"margins":[]}""",
        $$"""{"margins":[{{Margin}}],"label":0,"format":"snndsl-proof-1"}""",
        Of(Leaf), Of("""{"leaf":"empty"}"""), Of("""{"leaf":"lines","slopes":""}"""), Of("""{"leaf":"lines","slopes":"AAAA"}"""),
        Of($$"""{"spike":[0,1,2],"silent":{{Leaf}},"fires":{{Leaf}}}"""), Of($$"""{"spike":[0,1,2],"fires":{{Leaf}},"silent":{{Leaf}}}"""),
        Of($$"""{"train":[0,1],"within":{{Leaf}},"beyond":{{Leaf}}}"""), Of($$"""{"pattern":[0,"011"],"atLeast":{{Leaf}},"less":{{Leaf}}}"""),
        Of($$"""{"pixel":[0,0.25],"below":{{Leaf}},"above":{{Leaf}}}"""), Of($$"""{"entry":[0,1],"kept":{{Leaf}},"flipped":{{Leaf}}}"""),
        With("""{"layer":0,"trains":true,"neurons":[]}"""), With("""{"neurons":[1,2],"layer":1,"trains":false},{"layer":0,"trains":false,"neurons":[0]}"""),
    }];

    public static TheoryData<string> Bad => [.. new[]
    {
        "", "null", "[]", "{", $$"""{"format":"snndsl-proof-1","label":0}""", """{"format":"snndsl-proof-1","margins":[]}""", """{"label":0,"margins":[]}""",
        """{"format":"snndsl-proof-2","label":0,"margins":[]}""", """{"format":"snndsl-proof-1","label":1,"margins":[]}""",
        """{"format":"snndsl-proof-1","label":0,"margins":[]} {}""", """{"format":"snndsl-proof-1","label":0,"margins":[],"more":1}""",
        """{"format":"snndsl-proof-1","format":"snndsl-proof-1","label":0,"margins":[]}""", """{"format":"snndsl-proof-1","label":0,"label":0,"margins":[]}""",
        """{"format":"snndsl-proof-1","label":0,"margins":[],"margins":[]}""", """{"format":"snndsl-proof-1","label":0.5,"margins":[]}""",
        """{"format":"snndsl-proof-1","label":"0","margins":[]}""", """{"format":1,"label":0,"margins":[]}""", """{"format":"snndsl-proof-1","label":0,"margins":{}}""",
        """{"format":"snndsl-proof-1","label":0,"margins":[1]}""", $$"""{"format":"snndsl-proof-1","label":0,"margins":[{{Margin}},{{Margin}}]}""",
        // A margin lacks a field, or has one twice, or another.
        Whole("""{"bound":0,"layers":[],"tree":{"leaf":"counts"}}"""), Whole("""{"rival":1,"layers":[],"tree":{"leaf":"counts"}}"""),
        Whole("""{"rival":1,"bound":0,"tree":{"leaf":"counts"}}"""), Whole("""{"rival":1,"bound":0,"layers":[]}"""), Whole("""{"rival":1,"rival":1,"bound":0,"layers":[],"tree":{"leaf":"counts"}}"""),
        Whole("""{"rival":1,"bound":0,"bound":0,"layers":[],"tree":{"leaf":"counts"}}"""), Whole("""{"rival":1,"bound":0,"layers":[],"layers":[],"tree":{"leaf":"counts"}}"""),
        Whole("""{"rival":1,"bound":0,"layers":[],"tree":{"leaf":"counts"},"tree":{"leaf":"counts"}}"""), Whole("""{"rival":1,"bound":0,"layers":[],"tree":{"leaf":"counts"},"x":0}"""),
        Whole("""{"rival":1,"bound":1e999,"layers":[],"tree":{"leaf":"counts"}}"""), Whole("""{"rival":1,"bound":"0","layers":[],"tree":{"leaf":"counts"}}"""),
        Whole("""{"rival":3000000000,"bound":0,"layers":[],"tree":{"leaf":"counts"}}"""), Whole("""{"rival":1,"bound":0,"layers":{},"tree":{"leaf":"counts"}}"""), Whole("""{"rival":1,"bound":0,"layers":[],"tree":[]}"""),
        // So has a layer.
        With("0"), With("""{"trains":true,"neurons":[]}"""), With("""{"layer":0,"neurons":[]}"""), With("""{"layer":0,"trains":true}"""), With("""{"layer":0,"layer":0,"trains":true,"neurons":[]}"""),
        With("""{"layer":0,"trains":true,"trains":true,"neurons":[]}"""), With("""{"layer":0,"trains":true,"neurons":[],"neurons":[]}"""), With("""{"layer":0,"trains":1,"neurons":[]}"""),
        With("""{"layer":0,"trains":true,"neurons":[0.5]}"""), With("""{"layer":0,"trains":true,"neurons":["0"]}"""), With("""{"layer":0,"trains":true,"neurons":0}"""), With("""{"layer":0,"trains":true,"neurons":[],"x":0}"""),
        // And a node.
        Of("{}"), Of("""{"leaf":"none"}"""), Of("""{"leaf":1}"""), Of("""{"leaf":"counts","leaf":"counts"}"""), Of("""{"leaf":"lines"}"""), Of("""{"leaf":"counts","slopes":""}"""), Of("""{"leaf":"empty","slopes":"AAAA"}"""),
        Of("""{"slopes":"","leaf":"lines"}"""), Of("""{"leaf":"lines","slopes":"","slopes":""}"""), Of("""{"leaf":"lines","slopes":1}"""), Of("""{"leaf":"lines","slopes":"\u0041AAA"}"""), Of("""{"leaf":"lines","x":""}"""),
        Of($$"""{"split":[0,1],"below":{{Leaf}},"above":{{Leaf}}}"""), Of($$"""{"spike":[0,1],"silent":{{Leaf}},"fires":{{Leaf}}}"""), Of($$"""{"spike":[0,1,2,3],"silent":{{Leaf}},"fires":{{Leaf}}}"""),
        Of($$"""{"spike":[0,1,2],"silent":{{Leaf}}}"""), Of($$"""{"spike":[0,1,2],"fires":{{Leaf}}}"""), Of("""{"spike":[0,1,2]}"""), Of($$"""{"spike":[0,1,2],"silent":{{Leaf}},"silent":{{Leaf}}}"""),
        Of($$"""{"spike":[0,1,2],"fires":{{Leaf}},"fires":{{Leaf}}}"""), Of($$"""{"spike":[0,1,2],"silent":{{Leaf}},"fires":{{Leaf}},"silent":{{Leaf}}}"""), Of($$"""{"spike":[0,1,2],"below":{{Leaf}},"above":{{Leaf}}}"""),
        Of($$"""{"spike":[0,1,2],"spike":[0,1,2],"silent":{{Leaf}},"fires":{{Leaf}}}"""), Of($$"""{"spike":{},"silent":{{Leaf}},"fires":{{Leaf}}}"""), Of($$"""{"spike":[0,1,2],"silent":0,"fires":{{Leaf}}}"""),
        Of($$"""{"pixel":[0,"a"],"below":{{Leaf}},"above":{{Leaf}}}"""), Of($$"""{"pixel":[0,1e999],"below":{{Leaf}},"above":{{Leaf}}}"""), Of($$"""{"pattern":[0,1],"atLeast":{{Leaf}},"less":{{Leaf}}}"""),
        Of($$"""{"entry":[0,99999999999],"kept":{{Leaf}},"flipped":{{Leaf}}}"""),
    }];

    [Theory, MemberData(nameof(Good))]
    public void ProofsAreRead(string text) => Assert.Equal(text.Contains("rival", StringComparison.Ordinal), Read(text).Margin(1) is not null);

    [Theory, MemberData(nameof(Bad))]
    public void AnythingElseIsRefused(string text) =>
        Assert.True(Record.Exception(() => Read(text)) is FormatException or JsonException or RejectedException, text);

    /// <summary>As deep and as many as it may be, and one more.</summary>
    [Fact]
    public void TreesHaveTheirLimits()
    {
        static string Deep(int splits) => string.Concat(Enumerable.Repeat($$"""{"pixel":[0,0],"below":{{Leaf}},"above":""", splits)) + Leaf + new string('}', splits);

        Assert.NotNull(Read(Of(Deep(8191))).Margin(1));
        Assert.Contains("deeper than 8192", Assert.Throws<FormatException>(() => Read(Of(Deep(8192)))).Message, StringComparison.Ordinal);
        string Neurons(int count) => With($$"""{"layer":0,"trains":false,"neurons":[{{string.Join(',', Enumerable.Repeat('0', count))}}]}""");
        Assert.NotNull(Read(Neurons(1 << 22)).Margin(1));
        Assert.Contains("more than 4194304 neurons", Assert.Throws<FormatException>(() => Read(Neurons((1 << 22) + 1))).Message, StringComparison.Ordinal);
    }

    /// <summary>A leaf's slopes in base64, as many as there should be.</summary>
    [Fact]
    public void SlopesAreNumbersInBase64()
    {
        Assert.Equal([1.5f, -2], Slopes(Base64(1.5f, -2), 2));
        Assert.Empty(Slopes("", 0));
        Assert.All([Base64(1.5f), Base64(1, 2, 3), "", "AAA", "AAAAAAA?", "AAAAAAAA"], text => Assert.Contains("8 bytes", Assert.Throws<FormatException>(() => Slopes(text, 2)).Message, StringComparison.Ordinal));
        Assert.All([float.NaN, float.PositiveInfinity], value => Assert.Contains("not finite", Assert.Throws<FormatException>(() => Slopes(Base64(1, value), 2)).Message, StringComparison.Ordinal));

        static float[] Slopes(string text, int count)
        {
            var file = Read(Of($$"""{"leaf":"lines","slopes":"{{text}}"}"""));
            return file.Slopes(file.Margin(1)!.Tree, count);
        }
    }

    [Fact]
    public void FilesMayBePacked()
    {
        string path = Path.GetTempFileName();
        try
        {
            byte[] text = System.Text.Encoding.UTF8.GetBytes(Of(Leaf));
            File.WriteAllBytes(path, text);
            Assert.NotNull(ProofFile.Read(path, 0).Margin(1));
            using (var packed = new GZipStream(File.Create(path), CompressionMode.Compress))
            {
                packed.Write(text);
            }

            Assert.NotNull(ProofFile.Read(path, 0).Margin(1));
            byte[] whole = File.ReadAllBytes(path);
            Assert.All([whole[..^12], [.. whole[..2], 9, .. whole[3..]], [0x1F, 0x8B, 1], "{\"format\":"u8.ToArray(), [0x1F, .. text], []], damaged =>
            {
                File.WriteAllBytes(path, damaged);
                Assert.StartsWith("The proof's file is damaged: ", Assert.Throws<RejectedException>(() => ProofFile.Read(path, 0)).Message, StringComparison.Ordinal);
            });
            using (var packed = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            {
                byte[] spaces = new byte[1 << 20];
                spaces.AsSpan().Fill((byte)' ');
                for (int i = 0; i <= ProofFile.MostBytes >> 20; i++)
                {
                    packed.Write(spaces);
                }
            }

            Assert.Contains("more than 256 MiB", Assert.Throws<LimitException>(() => ProofFile.Read(path, 0)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    public static TheoryData<string> Layouts => [.. TinyNetwork.Layouts];

    /// <summary>A leaf's bound is that of the lines whose slopes it gives, and of Joint's where it gives none.</summary>
    [Theory, MemberData(nameof(Layouts))]
    public void LeavesDrawTheLinesThatTheyGive(string layout)
    {
        foreach (var (network, set, seed) in IntervalTests.Cases(layout))
        {
            var (checkedBy, input, random) = (network.Build<Rational>(), set.Build<Rational>(), new Random(seed));
            bool trains = checkedBy.HasConstantInput && seed % 2 == 0;
            List<(int Layer, int Neuron)> listed = [];
            string layers = string.Join(',', checkedBy.Stages.Select((stage, layer) =>
            {
                int[] neurons = [.. Enumerable.Range(0, stage.Width).Where(_ => random.Next(3) > 0)];
                listed.AddRange(neurons.Select(neuron => (layer, neuron)));
                return $$"""{"layer":{{layer}},"trains":{{(layer == 0 && trains ? "true" : "false")}},"neurons":[{{string.Join(',', neurons)}}]}""";
            }));
            Dictionary<(int Layer, int Neuron, int Step), float> slopes = [];
            foreach (var (layer, neuron) in listed)
            {
                for (int t = 0; t < (layer == 0 && trains ? 1 : network.Steps); t++)
                {
                    slopes.Add((layer, neuron, t), random.Next(-6, 7) / 8f);
                }
            }

            string text = $$$"""{"layers":[{{{layers}}}],"tree":{"leaf":"lines","slopes":"{{{Base64([.. slopes.Values])}}}"}}""";
            double found = new TreeProof<Rational>(checkedBy, input, RandomProof.File(text, 0, 1), float32: false).Margin(0, 1).ToDouble();
            var patterns = trains && checkedBy.Stages[0].Neurons is { HavePeriods: false, Equations: null } ? new PatternTrains<Rational>(checkedBy.Stages[0].Neurons, network.Steps) : null;
            var known = new IntervalPass<Rational>(checkedBy, input, new() { Trains = true, Products = true, Assumptions = new() }, patterns).TryRun()!;
            double expected = new MarginBounds<Rational>(checkedBy, input, known).ByLines(0, 1, new Lines(slopes, listed, checkedBy.MarginScale, trains)).ToDouble();
            Assert.Equal(expected, found);
        }
    }

    private static ProofFile Read(string text) => ProofFile.Of(System.Text.Encoding.UTF8.GetBytes(text), 0);

    private static string Whole(string margin) => $$"""{"format":"snndsl-proof-1","label":0,"margins":[{{margin}}]}""";

    private static string Of(string tree) => Whole($$"""{"rival":1,"bound":0,"layers":[],"tree":{{tree}}}""");

    private static string With(string layers) => Whole($$"""{"rival":1,"bound":0,"layers":[{{layers}}],"tree":{{Leaf}}}""");

    private static string Base64(params float[] slopes) => Convert.ToBase64String(MemoryMarshal.AsBytes<float>(slopes));

    private sealed class Lines(Dictionary<(int Layer, int Neuron, int Step), float> slopes, List<(int Layer, int Neuron)> listed, double scale, bool trains) : ISlopes
    {
        private readonly JointSlopes joint = new(trains: true);

        public bool Always => true;

        public double? Of(in Meeting meeting) => listed.Contains((meeting.Layer, meeting.Neuron)) && !(trains && meeting.Layer == 0)
            ? scale * slopes[(meeting.Layer, meeting.Neuron, meeting.Step)]
            : meeting is { OnSpike: 0, OnRest: 0 } ? null : joint.Of(meeting);

        public double? OfTrain(in TrainMeeting meeting) => listed.Contains((0, meeting.Neuron))
            ? trains ? scale * slopes[(0, meeting.Neuron, 0)] : null
            : meeting.OnLast == 0 && Array.TrueForAll(meeting.OnSpikes, weight => weight == 0) ? 0 : joint.OfTrain(meeting);
    }
}
