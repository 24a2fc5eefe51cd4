namespace SnnDsl.Soundness.Tests.Reference;

/// <summary>One sample's set of perturbed inputs, by definition: what enters the first layer at each step, flattened.</summary>
internal interface IInputSet
{
    /// <summary>Bounds of the first spiking layer's currents, [t][n].</summary>
    (double[][] Lower, double[][] Upper) Currents(IReadOnlyList<DenseMap> maps, int steps);

    /// <summary>What each input value can be on its own, [t][n]; null where the values' freedom is shared.</summary>
    (double[][] Lower, double[][] Upper)? Box(int steps);

    /// <summary>A point of the set at which sum_t a[t] . x[t] is least, [t][n].</summary>
    double[][] Worst(double[][] coefficients);

    /// <summary>The least of sum_t a[t] . x[t] over the set.</summary>
    double Least(double[][] coefficients) =>
        coefficients.Zip(Worst(coefficients), (a, x) => a.Zip(x, (c, value) => c * value).Sum()).Sum();
}

/// <summary>The same image at every step, each pixel anywhere in its interval.</summary>
internal sealed record ConstantBox(double[] Lower, double[] Upper) : IInputSet
{
    public (double[][] Lower, double[][] Upper) Currents(IReadOnlyList<DenseMap> maps, int steps)
    {
        var (lower, upper) = maps.Aggregate((Lower, Upper), (box, map) => map.Apply(box.Lower, box.Upper));
        return ([.. Enumerable.Repeat(lower, steps)], [.. Enumerable.Repeat(upper, steps)]);
    }

    public (double[][] Lower, double[][] Upper)? Box(int steps) =>
        ([.. Enumerable.Repeat(Lower, steps)], [.. Enumerable.Repeat(Upper, steps)]);

    public double[][] Worst(double[][] coefficients)
    {
        double[] worst = [.. Lower.Select((low, i) => coefficients.Sum(step => step[i]) > 0 ? low : Upper[i])];
        return [.. coefficients.Select(_ => worst)];
    }
}

/// <summary>Spikes, each free or fixed on its own, [t][n].</summary>
internal sealed record SpikeBox(double[][] Lower, double[][] Upper) : IInputSet
{
    public (double[][] Lower, double[][] Upper) Currents(IReadOnlyList<DenseMap> maps, int steps)
    {
        var boxes = Enumerable.Range(0, steps)
            .Select(t => maps.Aggregate((Lower: Lower[t], Upper: Upper[t]), (box, map) => map.Apply(box.Lower, box.Upper))).ToList();
        return ([.. boxes.Select(box => box.Lower)], [.. boxes.Select(box => box.Upper)]);
    }

    public (double[][] Lower, double[][] Upper)? Box(int steps) => (Lower[..steps], Upper[..steps]);

    public double[][] Worst(double[][] coefficients) =>
        [.. coefficients.Select((a, t) => a.Select((c, i) => c > 0 ? Lower[t][i] : Upper[t][i]).ToArray())];
}

/// <summary>Poisson spikes of pixels in a box, for one draw of noise [t][n]: every pattern that a pixel can give is tried.</summary>
internal sealed record PoissonBox(double[] Lower, double[] Upper, double[][] Noise) : IInputSet
{
    public (double[][] Lower, double[][] Upper) Currents(IReadOnlyList<DenseMap> maps, int steps) =>
        new SpikeBox(Encode(Lower), Encode(Upper)).Currents(maps, steps);

    public (double[][] Lower, double[][] Upper)? Box(int steps) => (Encode(Lower)[..steps], Encode(Upper)[..steps]);

    public double[][] Worst(double[][] coefficients)
    {
        double[] worst = [.. Lower.Select((low, i) =>
        {
            // Between two neighbouring noise values nothing changes: the lower end and a pixel above each noise value show all patterns.
            var pixels = Noise.Select(step => step[i]).Where(noise => noise >= low && noise < Upper[i])
                .Select(noise => Math.Min(Math.BitIncrement(noise), Upper[i])).Append(low);
            return pixels.MinBy(pixel => coefficients.Select((a, t) => pixel > Noise[t][i] ? a[i] : 0).Sum());
        })];
        return Encode(worst)[..coefficients.Length];
    }

    private double[][] Encode(double[] pixels) =>
        [.. Noise.Select(noise => pixels.Select((pixel, i) => pixel > noise[i] ? 1.0 : 0).ToArray())];
}

/// <summary>Recorded spikes [t][n], of which up to k may be flipped; ones only, zeros only, or any.</summary>
internal sealed record FlipSet(double[][] Spikes, int Flips, bool MayInsert, bool MayDelete) : IInputSet
{
    public (double[][] Lower, double[][] Upper) Currents(IReadOnlyList<DenseMap> maps, int steps)
    {
        // The k flips that move an output of the first map with weights most; from there on a box. A map that only renames entries
        // (a flattening) has its k largest gains too: at most one entry with weight 1.
        int first = 0;
        while (first < maps.Count - 1 && IsRenaming(maps[first]))
        {
            first++;
        }

        var (lower, upper) = (new double[steps][], new double[steps][]);
        for (int t = 0; t < steps; t++)
        {
            var map = maps[first];
            double[] values = map.Apply(Spikes[t]), least = [.. values], most = [.. values];
            for (int o = 0; o < map.Outputs; o++)
            {
                var gains = Enumerable.Range(0, map.Inputs).Select(i => map.Weight[o, i] * Change(t, i)).ToList();
                least[o] += gains.Where(gain => gain < 0).Order().Take(Flips).Sum();
                most[o] += gains.Where(gain => gain > 0).OrderDescending().Take(Flips).Sum();
            }

            (lower[t], upper[t]) = maps.Skip(first + 1).Aggregate((least, most), (box, next) => next.Apply(box.least, box.most));
        }

        return (lower, upper);
    }

    public (double[][] Lower, double[][] Upper)? Box(int steps) => null;

    public double[][] Worst(double[][] coefficients)
    {
        double[][] worst = [.. Spikes.Take(coefficients.Length).Select(step => step.ToArray())];
        var harmful = coefficients.SelectMany((a, t) => a.Select((c, i) => (Gain: c * Change(t, i), t, i)))
            .Where(flip => flip.Gain < 0).OrderBy(flip => flip.Gain).Take(Flips);
        foreach (var (_, t, i) in harmful)
        {
            worst[t][i] = 1 - worst[t][i];
        }

        return worst;
    }

    /// <summary>What a flip adds to an entry: +1 for a 0, -1 for a 1, 0 where it may not be flipped.</summary>
    public double Change(int t, int i) => Spikes[t][i] > 0 ? (MayDelete ? -1 : 0) : (MayInsert ? 1 : 0);

    private static bool IsRenaming(DenseMap map) => map.Inputs == map.Outputs && Enumerable.Range(0, map.Inputs).All(o =>
        Enumerable.Range(0, map.Inputs).All(i => map.Weight[o, i] == (o == i ? 1 : 0)));
}
