using SnnDsl.KnifeEdge.Tests.Oracle;

namespace SnnDsl.KnifeEdge.Tests.Sets;

/// <summary>Every pixel in its interval, whose ends are real numbers and, as float32 arithmetic gives them, float32 ones.</summary>
/// <param name="sample">The pixels.</param>
/// <param name="ends">Each pixel's real ends.</param>
/// <param name="rounded">Each pixel's float32 ends.</param>
/// <param name="noise">Poisson noise [t][n]; null under direct encoding.</param>
internal sealed class BoxMembers(float[] sample, (Dyadic Lower, Dyadic Upper)[] ends, (float Lower, float Upper)[] rounded, float[][]? noise) : IMemberSet
{
    private const int AllCorners = 6;

    // Every float32 number in the real interval, and every one between the float32 ends.
    private readonly (float Lower, float Upper)[] floats = [.. ends.Zip(rounded, (real, own) =>
        (Math.Min(own.Lower, -Within(-real.Lower)), Math.Max(own.Upper, Within(real.Upper))))];

    /// <summary>The box [x - epsilon, x + epsilon] with an epsilon for each pixel, cut or not.</summary>
    public static BoxMembers Around(float[] sample, double[] epsilons, bool clamp, float[][]? noise) => new(
        sample,
        [.. sample.Zip(epsilons, (x, epsilon) => Cut(Dyadic.Of(x) - Dyadic.Of(epsilon), Dyadic.Of(x) + Dyadic.Of(epsilon), clamp))],
        [.. sample.Zip(epsilons, (x, epsilon) => Cut(x - (float)epsilon, x + (float)epsilon, clamp))],
        noise);

    /// <summary>The box between float32 ends, cut or not.</summary>
    public static BoxMembers Between(float[] sample, float[] lower, float[] upper, bool clamp, float[][]? noise)
    {
        (float Lower, float Upper)[] cut = [.. lower.Zip(upper, (low, high) => Cut(low, high, clamp))];
        return new(sample, [.. cut.Select(end => (Dyadic.Of(end.Lower), Dyadic.Of(end.Upper)))], cut, noise);
    }

    public IEnumerable<Point> Members(Random random, Circuit circuit)
    {
        int n = sample.Length;
        yield return At(sample, "the sample");
        yield return At([.. floats.Select(end => end.Lower)], "all lower ends");
        yield return At([.. floats.Select(end => end.Upper)], "all upper ends");
        yield return At([.. rounded.Select(end => end.Lower)], "all float32 lower ends");
        yield return At([.. rounded.Select(end => end.Upper)], "all float32 upper ends");
        for (int i = 0; i < 6; i++)
        {
            yield return At([.. floats.Select((end, k) => Clip(random.Next(3) switch { 0 => Up(end.Lower), 1 => Down(end.Upper), _ => end.Lower }, k))], "one unit inside");
            yield return At([.. sample.Select((x, k) => Clip(random.Next(3) switch { 0 => Up(x), 1 => Down(x), _ => x }, k))], "one unit off the sample");
        }

        for (int corner = 0; corner < (n <= AllCorners ? 1 << n : 24); corner++)
        {
            int bits = corner;
            yield return At([.. floats.Select((end, k) => (n <= AllCorners ? bits >> k & 1 : random.Next(2)) == 0 ? end.Lower : end.Upper)], "a corner");
        }

        foreach (float[] slopes in Slopes(circuit))
        {
            yield return At([.. floats.Select((end, k) => slopes[k] > 0 ? end.Lower : slopes[k] < 0 ? end.Upper : sample[k])], "a neuron's least corner");
            yield return At([.. floats.Select((end, k) => slopes[k] < 0 ? end.Lower : slopes[k] > 0 ? end.Upper : sample[k])], "a neuron's greatest corner");
        }

        for (int i = 0; i < 12; i++)
        {
            yield return At(Inside(random, i % 3 == 0 ? 0.5 : 1), "inside");
        }

        foreach (var (t, k) in noise is null ? [] : noise.SelectMany((step, t) => step.Select((_, k) => (t, k))))
        {
            foreach (float value in new[] { noise![t][k], Up(noise[t][k]), Down(noise[t][k]) })
            {
                if (value >= floats[k].Lower && value <= floats[k].Upper)
                {
                    float[] pixels = Inside(random, 0.5);
                    pixels[k] = value;
                    yield return At(pixels, "a pixel at its noise");
                }
            }
        }
    }

    public IEnumerable<Point> Edges(Random random, FloatRun run)
    {
        for (int i = 0; i < 10; i++)
        {
            float[] from = Inside(random, 0.7), to = i % 2 == 0 ? Inside(random, 0.7) : (float[])from.Clone();
            int k = random.Next(from.Length);
            if (i % 2 == 1)
            {
                (from[k], to[k]) = (floats[k].Lower, floats[k].Upper);
            }

            var (low, high) = (run.Run(Encoded(from)).Spikes, run.Run(Encoded(to)).Spikes);
            if (low == high)
            {
                continue;
            }

            float[] below = from, above = to;
            for (int halving = 0; halving < 60 && !below.SequenceEqual(above); halving++)
            {
                float[] middle = [.. below.Zip(above, (a, b) => (float)((a + (double)b) / 2))];
                if (middle.SequenceEqual(below) || middle.SequenceEqual(above))
                {
                    break;
                }

                (below, above) = run.Run(Encoded(middle)).Spikes == low ? (middle, above) : (below, middle);
            }

            yield return At(below, "below an edge");
            yield return At(above, "above an edge");
        }
    }

    public IEnumerable<(Dyadic[][] Encoded, string Name)> Reals(Random random, Circuit circuit)
    {
        yield return (Encoded([.. ends.Select(end => end.Lower)]), "all real lower ends");
        yield return (Encoded([.. ends.Select(end => end.Upper)]), "all real upper ends");
        foreach (float[] slopes in Slopes(circuit).OrderBy(_ => random.Next()).Take(6))
        {
            yield return (Encoded([.. ends.Select((end, k) => slopes[k] > 0 ? end.Lower : end.Upper)]), "a neuron's least real corner");
            yield return (Encoded([.. ends.Select((end, k) => slopes[k] > 0 ? end.Upper : end.Lower)]), "a neuron's greatest real corner");
        }
    }

    private static (Dyadic Lower, Dyadic Upper) Cut(Dyadic lower, Dyadic upper, bool clamp)
    {
        var one = Dyadic.Of(1);
        return clamp ? (lower.Sign < 0 ? default : lower, upper > one ? one : upper) : (lower, upper);
    }

    private static (float Lower, float Upper) Cut(float lower, float upper, bool clamp) => clamp ? (Math.Max(0, lower), Math.Min(1, upper)) : (lower, upper);

    // The largest float32 number that is at most a real one.
    private static float Within(Dyadic real)
    {
        float near = (float)real.ToDouble();
        return Dyadic.Of(near) > real ? MathF.BitDecrement(near) : near;
    }

    // What a first-layer neuron's current changes by with each pixel.
    private static IEnumerable<float[]> Slopes(Circuit circuit)
    {
        var maps = circuit.Layers[0].Maps;
        float[][] columns = [.. Enumerable.Range(0, circuit.Inputs).Select(k =>
        {
            float[] x = new float[circuit.Inputs];
            x[k] = 1;
            foreach (var map in maps)
            {
                x = [.. map.Rows.Select(row => row.Inputs.Zip(row.Weights, (input, weight) => weight * x[input]).Sum())];
            }

            return x;
        })];
        return Enumerable.Range(0, columns[0].Length).Select(n => columns.Select(column => column[n]).ToArray()).Take(12);
    }

    private static float Up(float x) => MathF.BitIncrement(x);

    private static float Down(float x) => MathF.BitDecrement(x);

    private float[] Inside(Random random, double corners) => [.. floats.Select((end, k) => random.NextDouble() > corners
        ? random.Next(2) == 0 ? end.Lower : end.Upper
        : Clip((float)(end.Lower + ((double)end.Upper - end.Lower) * random.NextDouble()), k))];

    private float Clip(float x, int k) => Math.Clamp(x, floats[k].Lower, floats[k].Upper);

    private Point At(float[] pixels, string name) => new(pixels, Encoded(pixels), name);

    private float[][] Encoded(float[] pixels) =>
        noise is null ? [pixels] : [.. noise.Select(step => step.Zip(pixels, (value, pixel) => pixel > value ? 1f : 0f).ToArray())];

    private Dyadic[][] Encoded(Dyadic[] pixels) => noise is null
        ? [pixels]
        : [.. noise.Select(step => step.Zip(pixels, (value, pixel) => pixel > Dyadic.Of(value) ? Dyadic.Of(1) : default).ToArray())];
}
