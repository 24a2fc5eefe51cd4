using Mnist;
using PureHDF;
using SnnDsl.Interchange.Tests.Onnx;
using SnnDsl.Model;
using SnnDsl.Networks;
using SnnDsl.Runtime.Tests.Fuzzing;
using SnnDsl.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Interchange.Tests.Nir;

/// <summary>NIR files, in and out. Those under TestData were written with h5py, by the published layout and the conventions of snnTorch and Norse.</summary>
public sealed class NirTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("snndsl-nir-").FullName;

    public NirTests() => set_num_threads(1);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("snntorch.nir", "SnnTorchNir", 1e-4)]
    [InlineData("norse.nir", "NorseNir", 1e-3)]
    [InlineData("recurrent.nir", "RecurrentNir", 1e-4)]
    public void AFileIsTheDeclarationAndRunsAsItsEquations(string file, string name, double step) => IsDeclaredAndRuns(Data(file), name, step);

    /// <summary>
    /// What no attribute says by itself, and other attributes say exactly: scales beside no weights, pools over no squares, a time constant for each neuron; membranes that rest beside 0.
    /// </summary>
    [Theory]
    [InlineData("apart.nir", "ApartNir")]
    [InlineData("rest.nir", "RestNir")]
    public void WhatOtherAttributesSayIsAdmitted(string name, string network)
    {
        string file = Path.Combine(folder, name);
        NirLayout.Write(name, file);
        IsDeclaredAndRuns(file, network, 1e-3);
    }

    private void IsDeclaredAndRuns(string path, string name, double step)
    {
        using var import = NirFile.Read(path, new() { ClassName = name, TimeStep = step, TimeSteps = 8 });
        Assert.Equal(Declared(name), Attributes(import.Declaration));
        using SpikingModule network = name switch { "SnnTorchNir" => new SnnTorchNir(1), "NorseNir" => new NorseNir(1), "ApartNir" => new ApartNir(1), "RestNir" => new RestNir(1), _ => new RecurrentNir(1) };
        Load(network, import);
        var random = new Random(5);
        HashSet<string> seen = [];
        for (int n = 0; n < 40; n++)
        {
            double[] input = [.. Enumerable.Range(0, (int)network.Description.InputShape.Aggregate((a, b) => a * b)).Select(_ => random.NextDouble())];
            using var batch = tensor(Array.ConvertAll(input, value => (float)value)).view([1, .. network.Description.InputShape]);
            using var logits = network.forward(batch);
            double[] expected = new NirEquations(path, step).Run(Array.ConvertAll(input, value => (double)(float)value), 8, lastOnly: name is "NorseNir" or "RestNir");
            foreach (var (ours, theirs) in logits.data<float>().ToArray().Zip(expected))
            {
                Assert.Equal(theirs, ours, 1e-5);
            }

            seen.Add(string.Join(' ', expected));
        }

        Assert.True(seen.Count > 2, $"only {seen.Count} different outputs: hardly anything was compared");
    }

    /// <summary>What the committed files hold is what the published layout says: each is written again by hand, group by group.</summary>
    [Theory]
    [InlineData("snntorch.nir")]
    [InlineData("norse.nir")]
    [InlineData("recurrent.nir")]
    public void TheCommittedFilesHoldWhatTheLayoutSays(string file)
    {
        string written = Path.Combine(folder, file);
        NirLayout.Write(file, written);
        string[] ours = [.. Content(H5File.OpenRead(written), "")], theirs = [.. Content(H5File.OpenRead(Data(file)), "")];
        Assert.True(theirs.Length > 25, $"only {theirs.Length} entries were compared");
        Assert.Equal(theirs.Order(StringComparer.Ordinal), ours.Order(StringComparer.Ordinal));

        // A line for each group and each dataset: kind of number, bytes, shape and values.
        static IEnumerable<string> Content(IH5Group group, string path) => group.Children().SelectMany(child => child switch
        {
            IH5Group inner => Content(inner, $"{path}/{inner.Name}").Prepend($"{path}/{inner.Name}"),
            IH5Dataset set => [$"{path}/{set.Name}: {set.Type.Class} {set.Type.Size} [{(set.Space.Type == H5DataspaceType.Scalar ? "" : string.Join(", ", set.Space.Dimensions))}] {Values(set)}"],
            _ => (string[])[$"{path}/{child.Name} is neither"],
        });

        static string Values(IH5Dataset set) => (set.Type.Class, set.Type.Size, set.Space.Type) switch
        {
            (H5DataTypeClass.FloatingPoint, 4, _) => string.Join(' ', set.Read<float[]>()),
            (H5DataTypeClass.FloatingPoint, _, _) => string.Join(' ', set.Read<double[]>()),
            (H5DataTypeClass.FixedPoint, _, H5DataspaceType.Scalar) => $"{set.Read<long>()}",
            (H5DataTypeClass.FixedPoint, _, _) => string.Join(' ', set.Read<long[]>()),
            (_, _, H5DataspaceType.Scalar) => set.Read<string>(),
            _ => string.Join(' ', set.Read<string[]>()),
        };
    }

    [Theory]
    [InlineData("AllNir")]
    [InlineData("ShortcutNir")]
    [InlineData("SequenceNir")]
    [InlineData("RestNir")]
    public void ExportAndImportAreInverse(string name)
    {
        SpikingModule New(long seed) => name switch
        {
            "AllNir" => new AllNir(seed), "ShortcutNir" => new ShortcutNir(seed), "RestNir" => new RestNir(seed), _ => new SequenceNir(seed),
        };
        using var network = New(3);
        string file = Path.Combine(folder, "network.nir"), again = Path.Combine(folder, "again.nir");
        foreach (double step in (double[])[1e-4, 1e-3, 1])
        {
            NirFile.Save(network, file, step);
            using var import = NirFile.Read(file, new() { ClassName = name });
            Assert.Equal(Declared(name), Attributes(import.Declaration));
            using var other = New(4);
            Load(other, import);
            Assert.Equal(Weights.Hash(network), Weights.Hash(other));
        }

        using (var same = New(3))
        {
            NirFile.Save(same, again, 1);
        }

        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(again));
    }

    /// <summary>Decays of each neuron's own come back bit by bit, with gains of 1 and of 1 - decay; one that has no time constant is refused.</summary>
    [Fact]
    public void EachNeuronsDecayIsExported()
    {
        using var network = new ApartNir(3);
        using var other = new ApartNir(4);
        var random = new Random(5);
        var learned = network.state_dict().Where(entry => entry.Key.EndsWith(LearnedDecay.Parameter, StringComparison.Ordinal)).ToDictionary();
        Assert.Equal(["own.decay_logit", "own2.decay_logit"], learned.Keys.Order(StringComparer.Ordinal));
        using var guard = no_grad();
        foreach (var logits in learned.Values)
        {
            logits.copy_(tensor([.. Enumerable.Range(0, 5).Select(_ => (float)((random.NextDouble() * 8) - 4))], logits.shape));
        }

        string file = Path.Combine(folder, "network.nir");
        foreach (double step in (double[])[1e-4, 1e-3, 1])
        {
            NirFile.Save(network, file, step);
            using var import = NirFile.Read(file, new() { ClassName = "ApartNir" });
            Assert.Equal(Declared("ApartNir"), Attributes(import.Declaration));
            Load(other, import);
            foreach (var (name, tensor) in other.state_dict())
            {
                bool isDecay = learned.ContainsKey(name);
                float[] Of(SpikingModule module) => [.. module.state_dict()[name].data<float>().Select(value => isDecay ? (float)LearnedDecay.Decay(value) : value)];
                Assert.Equal(Of(network), Of(other));
            }

            for (int i = 0; i < 20; i++)
            {
                using var input = OnnxTests.Sample(network, random);
                Assert.Equal(network.forward(input).data<float>().ToArray(), other.forward(input).data<float>().ToArray());
            }
        }

        // In float64 it is the same file, recurrent weights included.
        using var back = new RecurrentNir(3);
        NirFile.Save(back, file);
        byte[] single = File.ReadAllBytes(file);
        back.to(ScalarType.Float64);
        NirFile.Save(back, file);
        Assert.Equal(single, File.ReadAllBytes(file));

        learned["own.decay_logit"][2] = -21f;
        Assert.Contains("The layer own has a decay of 7.58", Assert.Throws<InterchangeException>(() => NirFile.Save(network, file)).Message);
        learned["own.decay_logit"][2] = 90f;
        Assert.Contains("The layer own has a neuron, number 2, whose decay is 1, without a time constant", Assert.Throws<InterchangeException>(() => NirFile.Save(network, file)).Message);
    }

    [Fact]
    public void BatchNormalisationIsFolded()
    {
        using var network = new SmallResNet(3);
        OnnxTests.Round(network, new(4));
        string file = Path.Combine(folder, "network.nir");
        NirFile.Save(network, file);
        using var import = NirFile.Read(file);
        Assert.DoesNotContain("BatchNorm", import.Declaration);
        Assert.Contains("[Residual(", import.Declaration);
        Assert.Contains("From = \"", import.Declaration);
        var conv = import.Weights.ToDictionary(entry => entry.Name, entry => entry.Tensor);
        var state = network.state_dict();
        using var folded = state["conv1.weight"] * (state["bn1.weight"] / 0.5).view(-1, 1, 1, 1);
        Assert.True(conv["conv1.weight"].equal(folded).all().item<bool>());
        using var bias = (state["bn1.running_mean"].neg() * (state["bn1.weight"] / 0.5)) + state["bn1.bias"];
        Assert.True(conv["conv1.bias"].equal(bias).all().item<bool>());
    }

    public static TheoryData<string, string> Unsayable => new()
    {
        { "SoftLeaky", "lif1 subtracts the threshold (Reset.Soft)" }, { "Jelly", "plif1 fires at the threshold, too (AtOrAbove)" }, { "Pools", "takes maxima of spikes (MaxPool2d)" },
        { "Joins", "of Joins scales and shifts" }, { "Kinds", "lif1 fires at the threshold, too" },
    };

    [Theory]
    [MemberData(nameof(Unsayable))]
    public void WhatNirCannotSayIsRefusedWithTheReason(string name, string reason)
    {
        using var network = OnnxTests.Create(name);
        string said = Assert.Throws<InterchangeException>(() => NirFile.Save(network, Path.Combine(folder, "none.nir"))).Message;
        Assert.Contains(reason, said);
        Assert.EndsWith(".", said);
        Assert.Empty(Directory.GetFiles(folder));
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "type=Izhikevich", "The node 'n' (Izhikevich) has no counterpart among the attributes." },
        { "type=CubaLI", "has no numbers 'tau_syn'" },
        { "mid=LI", "integrates and does not fire" },
        { "type=Conv1d", "has no numbers 'weight'" },
        { "v_leak=1", "has v_threshold = 1 and v_leak = 1, and a threshold is greater than the rest" },
        { "v_leak=0.5;0;0.5", "gives each of its 3 neurons its own v_leak" },
        { "last=LI", "rests at v_leak = 0.5" },
        { "tau=0.00005", "less than a step of 0.0001 seconds: state the time step that it was made for (--dt)" },
        { "tau=0.0002;0.00005;0.0002", "less than a step of 0.0001 seconds" },
        { "tau=0.0002;0.0001;0.0002", "has a neuron of the decay 0 in a step, which [Plif(PerNeuron = true)] cannot hold exactly" },
        { "v_threshold=1;2;1", "gives each of its 3 neurons its own v_threshold" },
        { "r=1;2;1", "gives each of its 3 neurons its own r" },
        { "v_threshold=-1", "has v_threshold = -1, and a threshold is greater than 0" },
        { "v_threshold=NaN", "has v_threshold = NaN" },
        { "v_threshold=1;1", "is 2 neurons by its v_threshold, and gets 3" },
        { "tau=0.0002;0.0004", "is 2 neurons by its tau, and gets 3" },
        { "tau=Infinity;0.0002;0.0002", "has tau = Infinity, which is no time constant" },
        { "behind=LI", "The node 'square' (LI) integrates spikes as they are" },
        { "last=I", "The graph has no neurons that fire" },
        { "r=0", "multiplies its currents by 0" },
        { "edge=n>fc", "is part of a cycle" },
        { "edge=n>gone", "The edge from 'n' to 'gone' has an end that is no node." },
        { "edge=input>n", "adds values of 3 and 4" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void ANodeWithoutACounterpartIsNamed(string change, string reason)
    {
        string[] parts = change.Split('=', 2);
        double[] Field(string name, double usual) => parts[0] == name
            ? [.. parts[1].Split(';').Select(number => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture))]
            : [usual, usual, usual];
        bool isMid = parts[0] is "mid" or "behind";
        List<(string, string)> edges = [("input", "fc"), ("fc", "n"), .. isMid ? [("n", "square"), ("square", "output")] : (List<(string, string)>)[("n", "output")]];
        if (parts[0] == "edge")
        {
            edges.Add((parts[1].Split('>')[0], parts[1].Split('>')[1]));
        }

        var pairs = new string[edges.Count, 2];
        for (int i = 0; i < edges.Count; i++)
        {
            (pairs[i, 0], pairs[i, 1]) = edges[i];
        }

        var nodes = new H5Group
        {
            ["input"] = new H5Group { ["type"] = "Input", ["shape"] = new long[] { 4 } },
            ["fc"] = new H5Group { ["type"] = "Linear", ["weight"] = new float[3, 4] },
            ["n"] = new H5Group
            {
                ["type"] = parts[0] is "type" or "mid" or "last" ? parts[1] : "LIF",
                ["tau"] = Field("tau", 0.0002), ["r"] = Field("r", change == "last=I" ? 10000 : 2), ["v_leak"] = Field("v_leak", change == "last=LI" ? 0.5 : 0), ["v_threshold"] = Field("v_threshold", 1),
            },
            ["output"] = new H5Group { ["type"] = "Output", ["shape"] = new long[] { 3 } },
        };
        if (isMid)
        {
            nodes["square"] = parts[0] == "mid"
                ? new H5Group { ["type"] = "Linear", ["weight"] = new float[3, 3] }
                : new H5Group { ["type"] = parts[1], ["tau"] = new[] { 0.0002, 0.0002, 0.0002 }, ["r"] = new[] { 2.0, 2, 2 }, ["v_leak"] = new double[3] };
        }

        string file = Path.Combine(folder, "wrong.nir"), target = Path.Combine(folder, "out", "Wrong.cs");
        new H5File { ["version"] = "1.0.6", ["node"] = new H5Group { ["type"] = "NIRGraph", ["edges"] = pairs, ["nodes"] = nodes } }.Write(file);
        string said = Assert.Throws<InterchangeException>(() => NirFile.Import(file, target)).Message;
        Assert.Contains(reason, said);
        Assert.False(Directory.Exists(Path.GetDirectoryName(target)));
    }

    public static TheoryData<string, string> WrongOfImages => new()
    {
        { "AvgPool2d 2 3 0", "averages over 2x3 values, pools here are squares, and as weights of a convolution 1/6 is no float32 number: make it a SumPool2d" },
        { "AvgPool2d 2 2 1", "pads by 1x1, and [AvgPool2d] has no padding" },
        { "SumPool2d 9 2 0", "has a kernel of 9, and gets 6 with 0 zeros on every side" },
        { "Scale", "has 96 factors that are not one for each of the 2 channels beside it" },
    };

    [Theory]
    [MemberData(nameof(WrongOfImages))]
    public void AnImagesNodeWithoutACounterpartIsNamed(string change, string reason)
    {
        string file = Path.Combine(folder, "wrong.nir");
        NirLayout.WriteImages(change, file);
        string said = Assert.Throws<InterchangeException>(() => NirFile.Read(file, new() { TimeStep = 1e-3 })).Message;
        Assert.Contains($"The node 'n' ({change.Split(' ')[0]}) {reason}", said);
    }

    [Fact]
    public void DamagedFilesGiveOneSentence()
    {
        byte[][] seeds = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "TestData"), "*.nir").Select(File.ReadAllBytes)];
        var mutator = new Mutator(seeds, 11);
        int refused = 0;
        for (int i = 0; i < 100; i++)
        {
            string path = Path.Combine(folder, "damaged.nir");
            File.WriteAllBytes(path, mutator.Next());
            try
            {
                NirFile.Read(path, new() { TimeStep = 1e-4 }).Dispose();
            }
            catch (InterchangeException error)
            {
                Assert.EndsWith(".", error.Message);
                refused++;
            }
        }

        Assert.InRange(refused, 25, 99);
    }

    /// <summary>Declaration and weights are written both or neither, whichever of them cannot be.</summary>
    [Theory]
    [InlineData("Net.cs", "Net.safetensors")]
    [InlineData("Net.safetensors", "Net.cs")]
    public void AnImportIsWrittenAsAWholeOrNotAtAll(string blocked, string other)
    {
        string target = Path.Combine(folder, "out"), declaration = Path.Combine(target, "Net.cs"), kept = Path.Combine(target, other);
        Directory.CreateDirectory(Path.Combine(target, blocked));
        File.WriteAllText(Path.Combine(target, blocked, "something"), "a folder that is in the way");
        Assert.ThrowsAny<Exception>(() => NirFile.Import(Data("norse.nir"), declaration, new() { TimeStep = 1e-3 }));
        Assert.Equal([Path.Combine(target, blocked)], Directory.GetFileSystemEntries(target));
        File.WriteAllText(kept, "from before");
        Assert.ThrowsAny<Exception>(() => NirFile.Import(Data("norse.nir"), declaration, new() { TimeStep = 1e-3 }));
        Assert.Equal("from before", File.ReadAllText(kept));
        Assert.Equal(2, Directory.GetFileSystemEntries(target).Length);
        Directory.Delete(Path.Combine(target, blocked), recursive: true);
        NirFile.Import(Data("norse.nir"), declaration, new() { TimeStep = 1e-3 });
        Assert.Equal([declaration, Path.Combine(target, "Net.safetensors")], Directory.GetFileSystemEntries(target).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task TheCommandLineImportsAndExports()
    {
        var host = CommandLine.SpikingCommandLine.Create("tiny").Model(seed => new AllNir(seed)).Model(seed => new SoftLeaky(seed));
        using StringWriter output = new(), error = new();
        string source = Path.Combine(folder, "Imported.cs"), weights = Path.Combine(folder, "weights.safetensors"), exported = Path.Combine(folder, "net.nir");
        Assert.True(await host.RunAsync(["import", Data("norse.nir"), "--dt", "0.001", "--steps", "8", "--class", "NorseNir", "--out", source], output, error) == 0, error.ToString());
        Assert.Equal(Declared("NorseNir"), Attributes(File.ReadAllText(source)));
        Assert.True(File.Exists(Path.Combine(folder, "Imported.safetensors")));
        using (var network = new AllNir(2))
        {
            Weights.Save(network, weights);
        }

        Assert.True(await host.RunAsync(["export", "--model", "AllNir", "--weights", weights, "--nir", exported], output, error) == 0, error.ToString());
        Assert.Equal(2, await host.RunAsync(["import", exported, "--model", "AllNir", "--out", Path.Combine(folder, "Other.cs")], output, error));
        Assert.Contains("is a NIR graph", error.ToString());
        Assert.Equal(2, await host.RunAsync(["import", "--out", Path.Combine(folder, "Other.cs")], output, error));
        Assert.Contains("Give what is imported", error.ToString());
        (string Command, string[] Words)[] helps =
        [
            ("import", ["--state-dict", "--rename", "--dt", "in order", "Examples:"]), ("export", ["--onnx", "--nir", "--vnncomp", "unsat means robust", "Examples:"]),
        ];
        foreach (var (command, words) in helps)
        {
            using var help = new StringWriter();
            Assert.Equal(0, await host.RunAsync([command, "--help"], help, error));
            Assert.All(words, word => Assert.Contains(word, help.ToString()));
            Assert.All(help.ToString().Split('\n'), line => Assert.True(line.TrimEnd().Length <= 150, line));
        }
    }

    private static string Data(string name) => Path.Combine(AppContext.BaseDirectory, "TestData", name);

    private void Load(SpikingModule network, NirImport import)
    {
        string file = Path.Combine(folder, "imported.safetensors");
        SafeTensors.Write(file, import.Weights);
        Weights.Load(network, file);
    }

    // The attributes of a class in the tests' own source, which is compiled into the network that runs.
    private static string[] Declared(string name)
    {
        string[] lines = File.ReadAllLines(Data("NirNetworks.cs"));
        int end = Array.FindIndex(lines, line => line == $"public sealed partial class {name};");
        return [.. lines[..(end + 1)].Reverse().TakeWhile((line, i) => i == 0 || line.StartsWith('[')).Reverse()];
    }

    private static string[] Attributes(string declaration) =>
        [.. declaration.Split('\n').Where(line => line.StartsWith('[') || line.StartsWith("public", StringComparison.Ordinal))];
}
