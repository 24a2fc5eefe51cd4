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
