using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Mnist;
using SnnDsl.Data;
using SnnDsl.Model;
using SnnDsl.Networks;
using SnnDsl.Serialization;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace SnnDsl.Interchange.Tests.Onnx;

/// <summary>Exported networks in ONNX Runtime.</summary>
public sealed class OnnxTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("snndsl-onnx-").FullName;

    public OnnxTests() => set_num_threads(1);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // How many samples of each example: few, or as many as are asked for (docs/interchange.md has what a thousand gave).
    private static readonly int s_asked = int.Parse(Environment.GetEnvironmentVariable("SNNDSL_ONNX_SAMPLES") ?? "0", CultureInfo.InvariantCulture);

    public static TheoryData<string, int> Networks
    {
        get
        {
            var networks = new TheoryData<string, int>
            {
                { "Pools", 60 }, { "Kinds", 60 }, { "Joins", 60 }, { "SynapticLi", 200 }, { "SynapseLi", 200 }, { "Jelly", 200 }, { "SoftLeaky", 200 }, { "OneStep", 200 }, { "Windows", 60 }, { "SequenceNir", 60 }, { "ApartNir", 60 },
            };
            foreach (string name in s_examples.Keys.Order(StringComparer.Ordinal))
            {
                networks.Add(name, s_asked > 0 ? s_asked : name switch { "FcDirect" => 1000, "ConvDirect" => 200, "SmallResNet" => 60, "Csnn" => 40, _ when name.Contains("Poisson") => 6, _ => 20 });
            }

            return networks;
        }
    }

    // Their logits are sums of values that are no short fractions (channels scaled by a normalisation of means, votes of ten): the last digit depends on their order.
    private static readonly string[] s_sumsOfFractions = ["Separable", "NmnistPooled"];

    // Every network that an example declares.
    private static readonly Dictionary<string, Type> s_examples = typeof(OnnxTests).Assembly.GetTypes()
        .Where(type => type.Namespace is "Mnist" or "NMnist" or "OwnData" && type.IsSubclassOf(typeof(SpikingModule))).ToDictionary(type => type.Name);

    /// <summary>
    /// With weights and pixels of so few bits that every sum of products is exact, currents do not depend on their order, and logits are equal bit by bit.
    /// </summary>
    [Theory]
    [MemberData(nameof(Networks))]
    public void LogitsAreOursBitByBit(string name, int samples)
    {
        using var network = Create(name);
        network.eval();
        var random = new Random(7);
        Round(network, random);
        string file = Path.Combine(folder, $"{name}.onnx");
        bool isPoisson = network.Description.Encoding == Encoding.Poisson;
        if (!isPoisson)
        {
            OnnxFile.Save(network, file);
        }

        using var runtime = isPoisson ? null : new Runtime(file);
        HashSet<string> seen = [];
        for (int i = 0; i < samples; i++)
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            var input = Sample(network, random);
            var logits = network.forward(input, new[] { (long)i }).data<float>().ToArray();
            if (isPoisson)
            {
                OnnxFile.Save(network, file, i);
            }

            using var own = isPoisson ? new Runtime(file) : null;
            float[] theirs = (runtime ?? own)!.Logits(input);
            if (s_sumsOfFractions.Contains(name))
            {
                Assert.All(logits.Zip(theirs), pair => Assert.Equal(pair.First, pair.Second, 2e-6f));
            }
            else
            {
                Assert.Equal(logits, theirs);
            }

            seen.Add(string.Join(' ', logits));
        }

        Assert.True(seen.Count > 2, $"{samples} samples of {name} have only {seen.Count} different logits: hardly anything was compared");
    }

    /// <summary>
    /// In float64 the order of a sum moves a membrane by a part in 10^15, and no spike of these: logits of weights with all their digits are equal; membranes that are read out but for their last digits.
    /// </summary>
    [Theory]
    [MemberData(nameof(Networks))]
    public void LogitsOfDoublesAreOurs(string name, int samples)
    {
        using var network = Create(name);
        network.eval();
        network.to(ScalarType.Float64);
        var random = new Random(7);
        string file = Path.Combine(folder, $"{name}.onnx");
        bool isPoisson = network.Description.Encoding == Encoding.Poisson;
        using (no_grad())
        {
            foreach (var (entry, values) in network.state_dict())
            {
                if (entry.EndsWith(LearnedDecay.Parameter, StringComparison.Ordinal))
                {
                    Differ(values, random);
                }
                else if (entry.EndsWith("weight", StringComparison.Ordinal))
                {
                    values.copy_(values * 3);
                }
            }
        }

        using var runtime = isPoisson ? null : Written(0);
        HashSet<string> seen = [];
        for (int i = 0; i < (s_asked > 0 ? samples : Math.Min(samples, 200)); i++)
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            using var input = Sample(network, random).to(float64);
            double[] logits = [.. network.forward(input, new[] { (long)i }).data<double>()];
            using var own = isPoisson ? Written(i) : null;
            double[] theirs = (runtime ?? own)!.Doubles(input);
            Assert.All(logits.Zip(theirs), pair => Assert.Equal(pair.First, pair.Second, network.Description.ReadsSpikes ? 0 : 1e-12));
            seen.Add(string.Join(' ', logits));
        }

        Assert.True(seen.Count > 2, $"{samples} samples of {name} have only {seen.Count} different logits: hardly anything was compared");

        Runtime Written(int sample)
        {
            OnnxFile.Save(network, file, isPoisson ? sample : null);
            return new(file);
        }
    }

    /// <summary>
    /// Trained weights: in float32 sums come out in another order there, and a membrane that hangs on its threshold may fall to the other side. Logits are equal but for such samples; in float64 all are.
    /// </summary>
    [Theory]
    [InlineData("fc-mnist-0.05")]
    [InlineData("conv-mnist-0.05")]
    public void TrainedNetworksGiveTheSameLogitsOnRealImages(string weights)
    {
        using SpikingModule network = Trained(weights), doubles = Trained(weights);
        doubles.to(ScalarType.Float64);
        string file = Path.Combine(folder, "trained.onnx"), wide = Path.Combine(folder, "wide.onnx");
        OnnxFile.Save(network, file);
        OnnxFile.Save(doubles, wide);
        using Runtime runtime = new(file), ofDoubles = new(wide);
        var images = ImageDataset.Load(Path.Combine(AppContext.BaseDirectory, "mnist"), "mnist", "test");
        Assert.Equal(1000, images.Count);
        List<int> differ = [];
        for (int i = 0; i < images.Count; i++)
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            var input = images.Inputs(i);
            if (!network.forward(input).data<float>().ToArray().SequenceEqual(runtime.Logits(input)))
            {
                differ.Add(i);
                Assert.True(Nearest(network, input) < 1e-5, $"sample {i} of {weights} differs, but no membrane is near its threshold");
            }

            var exactly = input.to(float64);
            Assert.Equal(doubles.forward(exactly).data<double>().ToArray(), ofDoubles.Doubles(exactly));
        }

        Assert.True(differ.Count <= 10, $"{differ.Count} samples of {weights} differ");
    }

    [Fact]
    public void WhatCannotBeExportedIsRefused()
    {
        string file = Path.Combine(folder, "none.onnx");
        using var poisson = new FcPoisson(1);
        Assert.Contains("give the sample's index", Assert.Throws<InterchangeException>(() => OnnxFile.Save(poisson, file)).Message);
        using var wide = new FcDirect(1);
        wide.to(ScalarType.BFloat16);
        Assert.Contains("runs in BFloat16, but ONNX files are written in float32, or in float64", Assert.Throws<InterchangeException>(() => OnnxFile.Save(wide, file)).Message);
        Assert.Empty(Directory.GetFiles(folder));
    }

    internal static SpikingModule Create(string name) => s_examples.TryGetValue(name, out var example) ? (SpikingModule)Activator.CreateInstance(example, 3L)! : name switch
    {
        "Pools" => new Pools(3),
        "Kinds" => new Kinds(3),
        "Joins" => new Joins(3),
        "SynapticLi" => new SynapticLi(3),
        "SynapseLi" => new SynapseLi(3),
        "Jelly" => new Jelly(3),
        "SoftLeaky" => new SoftLeaky(3),
        "Windows" => new Windows(3),
        "SequenceNir" => new Nir.SequenceNir(3),
        "ApartNir" => new Nir.ApartNir(3),
        _ => new OneStep(3),
    };

    /// <summary>Makes all weights multiples of 1/256, and larger than they begin, so that neurons fire; batch normalisation then folds without rounding.</summary>
    internal static void Round(SpikingModule network, Random random)
    {
        using var guard = no_grad();
        foreach (var (name, tensor) in network.state_dict())
        {
            if (name.EndsWith("running_var", StringComparison.Ordinal))
            {
                tensor.copy_(full_like(tensor, Quarter()));
            }
            else if (name.EndsWith("running_mean", StringComparison.Ordinal))
            {
                tensor.copy_(Multiples(tensor.shape, random, 16) / 16);
            }
            else if (name.EndsWith(LearnedDecay.Parameter, StringComparison.Ordinal))
            {
                Differ(tensor, random);
            }
            else if (tensor.dtype == ScalarType.Float32)
            {
                tensor.copy_(name.Contains("bn", StringComparison.Ordinal) && name.EndsWith("weight", StringComparison.Ordinal)
                    ? pow(2, Multiples(tensor.shape, random, 1))
                    : (tensor * (name.EndsWith("bias", StringComparison.Ordinal) ? 1 : 3) * 256).round() / 256);
            }
        }
    }

    internal static Tensor Sample(SpikingModule network, Random random) => network.Description.Encoding == Encoding.Spikes
        ? (Multiples([network.Steps, 1, .. network.Description.InputShape], random, 1) > 0).to(ScalarType.Float32)
        : Multiples([1, .. network.Description.InputShape], random, 128).add(128) / 256;

    // A variance of which, with epsilon, the root is 1/2 in float32.
    private static float Quarter()
    {
        float variance = 0.25f - 1e-5f;
        while (MathF.Sqrt(variance + 1e-5f) != 0.5f)
        {
            variance = MathF.BitIncrement(variance);
        }

        return variance;
    }

    // Decays of neurons that have one each: what they do by themselves is the same operations in the same order.
    private static void Differ(Tensor logits, Random random)
    {
        if (logits.numel() > 1)
        {
            logits.copy_(Multiples(logits.shape, random, 16) / 8);
        }
    }

    private static Tensor Multiples(long[] shape, Random random, int most) =>
        tensor(Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)random.Next(-most, most + 1)).ToArray()).view(shape);

    private static SpikingModule Trained(string weights)
    {
        SpikingModule network = weights.StartsWith("fc", StringComparison.Ordinal) ? new FcDirect(0) : new ConvDirect(0);
        Weights.Load(network, Path.Combine(AppContext.BaseDirectory, "Weights", $"{weights}.safetensors"));
        return network;
    }

    // How near the nearest membrane of a run is to its threshold.
    private static double Nearest(SpikingModule network, Tensor input)
    {
        using var trace = network.Trace(input);
        return trace.Layers.Zip(network.Stages.Neurons).Min(pair => (pair.First.Membranes - pair.Second.Equations.Spike.Threshold).abs().min().item<float>());
    }

    /// <summary>ONNX Runtime on one file.</summary>
    internal sealed class Runtime : IDisposable
    {
        private readonly InferenceSession session;

        public Runtime(string file)
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            session = new(file, options);
        }

        public float[] Logits(Tensor input) => Logits(input.contiguous().data<float>().ToArray());

        public float[] Logits(float[] input)
        {
            int[] shape = session.InputMetadata["X"].Dimensions;
            using var results = session.Run([NamedOnnxValue.CreateFromTensor("X", new DenseTensor<float>(input, shape))]);
            return [.. results.Single().AsTensor<float>()];
        }

        /// <summary>Of a network in float64.</summary>
        public double[] Doubles(Tensor input)
        {
            double[] values = [.. input.contiguous().data<double>()];
            using var results = session.Run([NamedOnnxValue.CreateFromTensor("X", new DenseTensor<double>(values, session.InputMetadata["X"].Dimensions))]);
            return [.. results.Single().AsTensor<double>()];
        }

        public void Dispose() => session.Dispose();
    }
}
