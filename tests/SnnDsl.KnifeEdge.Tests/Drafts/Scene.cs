using System.Security.Cryptography;
using SnnDsl.Bounds;
using SnnDsl.Data;
using SnnDsl.KnifeEdge.Tests.Oracle;
using SnnDsl.KnifeEdge.Tests.Sets;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.KnifeEdge.Tests.Drafts;

/// <summary>A network with weights of a style, a few samples of it, and what may happen to them: a function of four values.</summary>
internal sealed class Scene : IDisposable
{
    private const int Samples = 3;
    private readonly Random random;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("snndsl-knife-");

    public Scene(Type network, Style style, SetKind kind, int seed)
    {
        (Network, Style, Kind, Seed) = (network, style, kind, seed);
        random = new Random(HashCode(network.Name, (int)style, (int)kind, seed));
        Module = (SpikingModule)Activator.CreateInstance(network, (long)seed)!;
        Module.EncodingSeed = seed;
        Recordings = Module.Description.Encoding == Encoding.Spikes;
        Noise = Module.Description.Encoding == Encoding.Poisson ? Split(Module.Noise(zeros([Samples, .. Module.Description.InputShape]), null)) : null;
        Values = [.. Enumerable.Range(0, Samples).Select(Draw)];
        var draft = new Draft(network, Module, random);
        draft.Fill(style, Encoded(0));
        Circuit = draft.Circuit;
        Inputs = Tensor(Values);
        using (no_grad())
        {
            using var logits = Module.forward(Inputs);
            Labels = Margins.Predict(logits).data<long>().ToArray();
        }

        Data = new Dataset("knife", "test", "a test", isEmbedded: false, Circuit.Classes, new Store(Inputs, Recordings), Labels, [.. Enumerable.Range(0, Samples).Select(i => (long)i)]);
        (Perturbation, Members) = Set();
    }

    public Type Network { get; }

    public Style Style { get; }

    public SetKind Kind { get; }

    public int Seed { get; }

    public SpikingModule Module { get; }

    public Circuit Circuit { get; }

    public bool Recordings { get; }

    /// <summary>The samples, flattened.</summary>
    public float[][] Values { get; }

    /// <summary>[B, ...] or [T, B, ...].</summary>
    public Tensor Inputs { get; }

    /// <summary>What the network says of the samples.</summary>
    public long[] Labels { get; }

    public Dataset Data { get; }

    public Perturbation Perturbation { get; }

    /// <summary>Each sample's set.</summary>
    public IReadOnlyList<IMemberSet> Members { get; }

    /// <summary>The file that states a box; null for other sets.</summary>
    public string? BoxFile { get; private set; }

    public string Folder => folder.FullName;

    private float[][][]? Noise { get; }

    /// <summary>The sets that fit an encoding.</summary>
    public static SetKind[] Kinds(Encoding encoding) => [.. Enum.GetValues<SetKind>().Where(kind =>
        kind == SetKind.Point || encoding == Encoding.Spikes == kind >= SetKind.Flip)];

    /// <summary>The network's own logits on members of one sample's set, in batches and one by one.</summary>
    public IEnumerable<float[]> Forward(IReadOnlyList<Point> points, int sample, bool alone)
    {
        using var guard = no_grad();
        foreach (var chunk in points.Chunk(alone ? 1 : points.Count))
        {
            using var inputs = Tensor([.. chunk.Select(point => point.Input)]);
            using var logits = Module.forward(inputs, chunk.Select(_ => (long)sample).ToArray());
            float[] all = logits.contiguous().data<float>().ToArray();
            foreach (float[] own in all.Chunk(Circuit.Classes))
            {
                yield return own;
            }
        }
    }

    public override string ToString() => $"{Network.Name}, {Style}, {Kind} ({Perturbation}), seed {Seed}";

    public void Dispose()
    {
        Module.Dispose();
        Inputs.Dispose();
        folder.Delete(recursive: true);
    }

    // Stable over processes.
    private static int HashCode(string name, params int[] numbers) =>
        numbers.Concat(name.Select(letter => (int)letter)).Aggregate(17, (hash, number) => unchecked(hash * 31 + number));

    private float[][] Encoded(int sample) => Noise is not null
        ? [.. Enumerable.Range(0, Module.Steps).Select(t => Values[sample].Zip(Noise[t][sample], (pixel, noise) => pixel > noise ? 1f : 0f).ToArray())]
        : Recordings ? [.. Values[sample].Chunk(Values[sample].Length / Module.Steps)] : [Values[sample]];

    private float[] Draw(int sample)
    {
        int entries = (int)Module.Description.InputShape.Aggregate(1L, (product, side) => product * side);
        if (Recordings)
        {
            double share = random.Next(6) switch { 0 => 0, 1 => 1, _ => 0.4 };
            return [.. Enumerable.Range(0, entries * Module.Steps).Select(_ => random.NextDouble() < share ? 1f : 0f)];
        }

        int kind = random.Next(4);
        return [.. Enumerable.Range(0, entries).Select(n =>
        {
            float noise = Noise is null ? random.NextSingle() : Noise[random.Next(Module.Steps)][sample][n];
            return kind switch
            {
                0 => random.Next(256) / 255f,
                1 => random.Next(9) / 8f,
                2 => random.Next(3) switch { 0 => random.Next(2), 1 => (float)Math.Pow(10, -44 * random.NextDouble()), _ => random.NextSingle() },
                _ => random.Next(3) switch { 0 => noise, 1 => MathF.BitIncrement(noise), _ => Math.Max(0, MathF.BitDecrement(noise)) },
            };
        })];
    }

    private (Perturbation, IReadOnlyList<IMemberSet>) Set()
    {
        double exponent = random.NextDouble();
        return Kind switch
        {
            SetKind.Point when !Recordings => Box(0, random.Next(2) == 0),
            SetKind.Hair => Box(Math.Pow(10, -9 + 2 * exponent), clamp: true),
            SetKind.Small => Box(0.001 * Math.Pow(30, exponent), clamp: true),
            SetKind.Middle => Box(0.05 * Math.Pow(6, exponent), clamp: true),
            SetKind.Wide => Box(2, clamp: true),
            SetKind.Uncut => Box(random.Next(4) switch { 0 => 1e-44, 1 => 1e-8, 2 => 0.01, _ => 0.2 }, clamp: false),
            SetKind.PixelEpsilons => PixelEpsilons(),
            SetKind.PixelEnds => PixelEnds(),
            SetKind.Point => random.Next(3) switch { 0 => Flips(0, FlipMode.Both), 1 => Retimed(0, null), _ => Retimed(1, 0) },
            SetKind.Flip => Flips(1, FlipMode.Both),
            SetKind.Inserts => Flips(1 + random.Next(2), FlipMode.Insert),
            SetKind.Deletes => Flips(1 + random.Next(2), FlipMode.Delete),
            SetKind.Flips => Flips(2 + random.Next(2), FlipMode.Both),
            SetKind.Retimed => Retimed(1 + random.Next(2), null),
            _ => Retimed(1 + random.Next(3), 1 + random.Next(3)),
        };
    }

    private (Perturbation, IReadOnlyList<IMemberSet>) Box(double epsilon, bool clamp) => (
        new LInfinity(epsilon, clamp),
        [.. Values.Select((sample, b) => BoxMembers.Around(sample, [.. sample.Select(_ => epsilon)], clamp, NoiseOf(b)))]);

    private (Perturbation, IReadOnlyList<IMemberSet>) PixelEpsilons()
    {
        float[] epsilons = [.. Values[0].Select(_ => random.Next(4) switch { 0 => 0, 1 => 1e-40f, 2 => 1e-7f, _ => random.NextSingle() * 0.1f })];
        bool clamp = random.Next(2) == 0;
        using var stated = tensor(epsilons, Module.Description.InputShape.ToArray());
        Write([("epsilon", stated)]);
        return (
            PixelBox.Around(stated, clamp),
            [.. Values.Select((sample, b) => BoxMembers.Around(sample, [.. epsilons.Select(epsilon => (double)epsilon)], clamp, NoiseOf(b)))]);
    }

    private (Perturbation, IReadOnlyList<IMemberSet>) PixelEnds()
    {
        float[][] lower = [.. Values.Select(sample => sample.Select(x => random.Next(2) == 0 ? x : x - random.NextSingle() * 0.1f).ToArray())];
        float[][] upper = [.. Values.Select(sample => sample.Select(x => random.Next(2) == 0 ? x : x + random.NextSingle() * 0.1f).ToArray())];
        using var low = Tensor(lower);
        using var high = Tensor(upper);
        Write([("lower", low), ("upper", high)]);
        return (
            PixelBox.Between(low, high),
            [.. Values.Select((sample, b) => BoxMembers.Between(sample, lower[b], upper[b], clamp: true, NoiseOf(b)))]);
    }

    private (Perturbation, IReadOnlyList<IMemberSet>) Flips(int count, FlipMode mode) => (
        new SpikeFlips(count, mode), [.. Values.Select((_, b) => new FlipMembers(Encoded(b), count, mode))]);

    private (Perturbation, IReadOnlyList<IMemberSet>) Retimed(int jitter, int? moves) => (
        new SpikeRetiming(jitter, moves), [.. Values.Select((_, b) => new RetimedMembers(Encoded(b), jitter, moves))]);

    private float[][]? NoiseOf(int sample) => Noise is null ? null : [.. Noise.Select(step => step[sample])];

    private void Write(IEnumerable<(string, Tensor)> stated)
    {
        BoxFile = Path.Combine(Folder, "box.safetensors");
        SafeTensors.Write(BoxFile, stated);
    }

    private Tensor Tensor(float[][] values)
    {
        long[] shape = Module.Description.InputShape.ToArray();
        float[] all = [.. values.SelectMany(value => value)];
        using var flat = tensor(all, Recordings ? [values.Length, Module.Steps, .. shape] : [values.Length, .. shape]);
        return Recordings ? flat.transpose(0, 1).contiguous() : flat.clone();
    }

    private static float[][][] Split(Tensor noise) => [.. Enumerable.Range(0, (int)noise.shape[0]).Select(t =>
        Enumerable.Range(0, (int)noise.shape[1]).Select(b => noise[t, b].contiguous().data<float>().ToArray()).ToArray())];

    private sealed class Store(Tensor inputs, bool recordings) : SampleStore
    {
        public override long[] InputShape => recordings ? [inputs.shape[0], .. inputs.shape[2..]] : inputs.shape[1..];

        public override Tensor Inputs(ReadOnlySpan<int> rows) =>
            inputs.index_select(recordings ? 1 : 0, tensor(rows.ToArray().Select(row => (long)row).ToArray())).DetachFromDisposeScope();

        public override string Hash(int row) => Convert.ToHexStringLower(SHA256.HashData(inputs.select(recordings ? 1 : 0, row).contiguous().bytes));
    }
}
