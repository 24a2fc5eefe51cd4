using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Inputs;
using SnnDsl.Verification.Networks;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>
/// A set of inputs with its members: all of them, where they are finitely many; of a box a grid with its corners, on which every linear form
/// has its least value.
/// </summary>
internal abstract record TinySet(double[][][] Members)
{
    /// <summary>The set as the checker sees it.</summary>
    public abstract IInputSet<T> Build<T>()
        where T : struct, IReal<T>;

    /// <summary>A set for a network, drawn by a seed.</summary>
    public static TinySet Of(TinyNetwork network, int seed)
    {
        var random = new Random(seed);
        if (network.Encoding == Encoding.Spikes)
        {
            float[][] recording = [.. Enumerable.Range(0, network.Steps).Select(_ => Enumerable.Range(0, network.Inputs).Select(_ => (float)random.Next(2)).ToArray())];
            return (seed % 4) switch
            {
                0 => new Flips(recording, random.Next(3), true, true),
                1 => new Flips(recording, 1 + random.Next(2), true, false),
                2 => new Flips(recording, 1 + random.Next(2), false, true),
                _ => new Moves(recording, 1 + random.Next(2), random.Next(3) is > 0 and var k ? k : null),
            };
        }

        // Three free pixels at most, so that a grid of them is small.
        double[] centre = [.. Enumerable.Range(0, network.Inputs).Select(_ => random.Next(9) / 8.0)];
        // Those in the middle of an image lead to several outputs of a convolution.
        bool IsFree(int i) => network.Inputs == 18 ? i % 9 == 4 : network.Inputs < 4 || (i + seed) % (network.Inputs / 2) == 0;
        double[] radius = [.. centre.Select((_, i) => IsFree(i) ? random.Next(4) / 8.0 : 0)];
        double[] lower = [.. centre.Zip(radius, (c, r) => c - r)], upper = [.. centre.Zip(radius, (c, r) => c + r)];
        if (network.Encoding == Encoding.Direct)
        {
            return new Pixels(lower, upper);
        }

        // No two steps of a pixel alike, else their spikes come together, which the set does not say.
        double[][] noise = [.. Enumerable.Range(0, network.Steps).Select(t => centre.Select((_, i) => (((3 * t) + (5 * i) + seed) % 16) / 16.0).ToArray())];
        return new Nested(lower, upper, noise);
    }

    /// <summary>A random split of a proof: its field, its sides' names, and the members of each side; a side without members is null.</summary>
    public virtual (string Text, (string First, string Second) Names, TinySet? First, TinySet? Second)? Split(Random random) => null;

    // Members that are left; the checker makes its own set of them.
    private static Part? Left(IEnumerable<double[][]> members) => members.ToArray() is { Length: > 0 } some ? new(some) : null;

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private static double[][] Grid(double[] lower, double[] upper, int parts)
    {
        IEnumerable<double[]> points = [[]];
        for (int i = 0; i < lower.Length; i++)
        {
            int at = i, count = lower[i] == upper[i] ? 0 : parts;
            points = [.. points.SelectMany(point => Enumerable.Range(0, count + 1).Select(k => (double[])[.. point, lower[at] + (count == 0 ? 0 : (upper[at] - lower[at]) * k / count)]))];
        }

        return [.. points];
    }

    private static IEnumerable<float[][]> Recordings(int steps, int width) => Enumerable.Range(0, 1 << (steps * width)).Select(bits =>
        Enumerable.Range(0, steps).Select(t => Enumerable.Range(0, width).Select(i => (float)((bits >> ((t * width) + i)) & 1)).ToArray()).ToArray());

    private static double[][] Wide(float[][] recording) => [.. recording.Select(step => Array.ConvertAll(step, value => (double)value))];

    /// <summary>A box of pixels.</summary>
    public sealed record Pixels(double[] Lower, double[] Upper) : TinySet([.. Grid(Lower, Upper, Lower.Zip(Upper).Count(ends => ends.First < ends.Second) > 2 ? 2 : 4).Select(point => (double[][])[point])])
    {
        /// <inheritdoc/>
        public override IInputSet<T> Build<T>() => new PixelBox<T>(new Box<T>([.. Lower.Select(T.From)], [.. Upper.Select(T.From)], []));

        /// <inheritdoc/>
        public override (string Text, (string First, string Second) Names, TinySet? First, TinySet? Second)? Split(Random random)
        {
            int i = random.Next(Lower.Length);
            double value = Lower[i] + ((Upper[i] - Lower[i]) * random.Next(-1, 4) / 2);
            return (Text($"\"pixel\":[{i},{value}]"), ("below", "above"), Cut(Lower[i], Math.Min(value, Upper[i])), Cut(Math.Max(value, Lower[i]), Upper[i]));

            Pixels? Cut(double from, double to) => from <= to ? new([.. Lower[..i], from, .. Lower[(i + 1)..]], [.. Upper[..i], to, .. Upper[(i + 1)..]]) : null;
        }
    }

    /// <summary>Poisson spikes of a box of pixels.</summary>
    public sealed record Nested(double[] Lower, double[] Upper, double[][] Noise) : TinySet([.. Grid(Lower, Upper, 12).Select(point =>
        Noise.Select(step => step.Select((noise, i) => point[i] > noise ? 1.0 : 0).ToArray()).ToArray())])
    {
        /// <summary>The pixels behind each member.</summary>
        public double[][] Points => Grid(Lower, Upper, 12);

        /// <inheritdoc/>
        public override IInputSet<T> Build<T>() => new NestedSpikes<T>(new([.. Lower.Select(T.From)], [.. Upper.Select(T.From)], []), Noise);

        /// <inheritdoc/>
        public override (string Text, (string First, string Second) Names, TinySet? First, TinySet? Second)? Split(Random random)
        {
            int i = random.Next(Lower.Length);
            double value = Math.Round(16 * (Lower[i] + ((Upper[i] - Lower[i]) * random.Next(-1, 6) / 4))) / 16;
            return (
                Text($"\"pixel\":[{i},{value}]"), ("below", "above"),
                Left(Members.Where((_, at) => Points[at][i] <= value)), Left(Members.Where((_, at) => Points[at][i] > value)));
        }
    }

    /// <summary>At most k entries of a recording flipped.</summary>
    public sealed record Flips(float[][] Recording, int Most, bool Insert, bool Delete) : TinySet([.. Recordings(Recording.Length, Recording[0].Length).Where(other =>
    {
        var changes = Recording.SelectMany(step => step).Zip(other.SelectMany(step => step)).Where(pair => pair.First != pair.Second).ToList();
        return changes.Count <= Most && changes.All(pair => pair.First == 0 ? Insert : Delete);
    }).Select(Wide)])
    {
        /// <inheritdoc/>
        public override IInputSet<T> Build<T>() => new FlippedSpikes<T>(Recording, Most, Insert, Delete);

        /// <inheritdoc/>
        public override (string Text, (string First, string Second) Names, TinySet? First, TinySet? Second)? Split(Random random)
        {
            var (t, i) = (random.Next(Recording.Length), random.Next(Recording[0].Length));
            return (
                Text($"\"entry\":[{t},{i}]"), ("kept", "flipped"),
                Left(Members.Where(member => member[t][i] == Recording[t][i])), Left(Members.Where(member => member[t][i] != Recording[t][i])));
        }
    }

    /// <summary>Some members of a set.</summary>
    public sealed record Part(double[][][] Members) : TinySet(Members)
    {
        /// <inheritdoc/>
        public override IInputSet<T> Build<T>() => throw new NotSupportedException("The checker's own splits make this set.");
    }

    /// <summary>Spikes that move by at most so many steps, perhaps with so many bins at most that gain one.</summary>
    public sealed record Moves(float[][] Recording, int Jitter, int? Most) : TinySet([.. Recordings(Recording.Length, Recording[0].Length).Where(other =>
        Enumerable.Range(0, Recording[0].Length).All(i =>
        {
            int[] from = Times(Recording, i), to = Times(other, i);
            return from.Length == to.Length && from.Zip(to).All(pair => Math.Abs(pair.First - pair.Second) <= Jitter);
        }) && !(Recording.SelectMany(step => step).Zip(other.SelectMany(step => step)).Count(pair => pair.First < pair.Second) > Most)).Select(Wide)])
    {
        /// <inheritdoc/>
        public override IInputSet<T> Build<T>() => new RetimedSpikes<T>(Recording, Jitter, Most);

        private static int[] Times(float[][] recording, int i) => [.. Enumerable.Range(0, recording.Length).Where(t => recording[t][i] > 0)];
    }
}
