using SnnDsl.KnifeEdge.Tests.Oracle;
using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.KnifeEdge.Tests.Drafts;

/// <summary>Draws weights of a style, and samples whose membranes they meet.</summary>
/// <param name="network">The declaration.</param>
/// <param name="module">The network whose weights are set.</param>
/// <param name="random">Draws.</param>
internal sealed class Draft(Type network, SpikingModule module, Random random)
{
    private readonly Dictionary<string, float[]> weights = module.named_parameters().ToDictionary(
        pair => pair.name, pair => new float[pair.parameter.numel()]);

    /// <summary>The network with the weights so far.</summary>
    public Circuit Circuit => Circuit.Of(network, weights.GetValueOrDefault);

    /// <summary>Draws, and hands the weights to the module.</summary>
    /// <param name="style">What they are like.</param>
    /// <param name="encoded">A sample as it enters the first layer: its membranes are those that are placed.</param>
    public void Fill(Style style, float[][] encoded)
    {
        foreach (var (name, parameter) in module.named_parameters())
        {
            bool isBias = name.EndsWith(".bias", StringComparison.Ordinal);
            int rows = (int)parameter.shape[0];
            Row(style, name, weights[name], rows, isBias);
        }

        if (style is Style.OnThreshold or Style.NearThreshold or Style.OneUnitOff or Style.Tiny or Style.Mixed || (style == Style.Constant && random.Next(2) == 0))
        {
            Place(style, encoded);
        }

        Store();
        if (style == Style.Trained)
        {
            Train();
        }
    }

    private void Row(Style style, string name, float[] values, int rows, bool isBias)
    {
        double scale = isBias ? 0.2 : 0.9 / Math.Sqrt(values.Length / (double)rows);
        float constant = (float)((random.Next(4) - 1.5) * (isBias ? 0.1 : 0.2));
        int row = values.Length / rows;
        for (int i = 0; i < values.Length; i++)
        {
            double gaussian = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            double value = scale * (gaussian + (isBias ? 0.5 : 0.3));
            values[i] = (float)(style switch
            {
                Style.Sparse => random.NextDouble() < 0.7 ? 0 : value,
                Style.Constant => constant,
                Style.Saturated when isBias => random.Next(3) switch { 0 => 8, 1 => -8, _ => value },
                Style.OnThreshold => Math.Round(value * 16) / 16,
                Style.Tiny when !isBias => Math.Sign(value) * Math.Pow(10, -5 - 39 * random.NextDouble()),
                Style.Mixed when !isBias => Math.Sign(value) * Math.Pow(10, random.Next(3) == 0 ? -44 + 48 * random.NextDouble() : -1 + random.NextDouble()),
                _ => value,
            });
        }

        for (int r = 0; r < rows; r++)
        {
            if (style == Style.ZeroRows && random.Next(2) == 0)
            {
                Array.Clear(values, r * row, row);
                if (isBias && random.Next(3) == 0)
                {
                    values[r] = Circuit.Layers[0].Neuron.Threshold;
                }
            }

            // Neighbouring magnitudes: whole rows are of one size.
            if (style == Style.Tiny && !isBias && random.Next(2) == 0)
            {
                float size = (float)Math.Pow(10, -5 - 39 * random.NextDouble());
                for (int i = r * row; i < (r + 1) * row; i++)
                {
                    values[i] = MathF.Sign(values[i]) * size;
                }
            }
        }
    }

    // Layer by layer, each bias such that a neuron of the sample is on the threshold: at step 0, or m steps later if its current is the same.
    private void Place(Style style, float[][] encoded)
    {
        float[] x = encoded[0];
        for (int l = 0; l < Circuit.Layers.Count; l++)
        {
            var layer = Circuit.Layers[l];
            string bias = layer.Maps[^1].Name + ".bias";
            float[] current = Currents(l, x);
            if (weights.TryGetValue(bias, out float[]? biases))
            {
                for (int channel = 0; channel < biases.Length; channel++)
                {
                    int[] own = [.. Enumerable.Range(0, current.Length).Where(n => layer.Maps[^1].Rows[n].Channel == channel)];
                    int neuron = own[random.Next(own.Length)];
                    if (random.Next(8) == 0)
                    {
                        continue;
                    }

                    int steps = l == 0 && IsDirect && random.Next(2) == 0 ? 1 + random.Next(Circuit.Steps) : 1;
                    double share = Enumerable.Range(0, steps).Sum(m => Math.Pow(layer.Neuron.Decay, m));
                    float placed = random.Next(3) == 0 || style is Style.Tiny or Style.Mixed
                        ? (float)(layer.Neuron.Threshold / share)
                        : (float)(layer.Neuron.Threshold / share - (current[neuron] - (double)biases[channel]));
                    if (style == Style.OneUnitOff || (style is Style.Tiny or Style.Mixed && random.Next(4) == 0))
                    {
                        placed = random.Next(2) == 0 ? MathF.BitIncrement(placed) : MathF.BitDecrement(placed);
                    }

                    biases[channel] = placed;
                }
            }

            x = [.. Currents(l, x).Select(u => u > layer.Neuron.Threshold ? 1f : 0f)];
        }
    }

    private bool IsDirect => module.Description.Encoding == Encoding.Direct;

    private float[] Currents(int layer, float[] x)
    {
        foreach (var map in Circuit.Layers[layer].Maps)
        {
            x = [.. map.Rows.Select(row => (float)(row.Inputs.Zip(row.Weights, (input, weight) => (double)weight * x[input]).Sum() / map.Divisor + (row.Bias ?? 0)))];
        }

        return x;
    }

    private void Store()
    {
        using var guard = no_grad();
        foreach (var (name, parameter) in module.named_parameters())
        {
            using var values = tensor(weights[name], parameter.shape);
            parameter.copy_(values);
        }
    }

    // Some steps on two or three blurred patterns.
    private void Train()
    {
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        using var draws = new Generator((ulong)random.Next());
        bool recorded = module.Description.Encoding == Encoding.Spikes;
        long[] shape = recorded ? [module.Steps, 1, .. module.Description.InputShape] : [1, .. module.Description.InputShape];
        int time = recorded ? 1 : 0, classes = module.Description.Classes;
        var patterns = cat([.. Enumerable.Range(0, classes).Select(_ => rand(shape, generator: draws))], time);
        var labels = arange(24).remainder(classes).to(int64);
        var optimiser = optim.Adam(module.parameters(), lr: 0.05);
        for (int step = 0; step < 25; step++)
        {
            using var inner = NewDisposeScope();
            var clean = patterns.index_select(time, labels);
            var inputs = recorded ? (rand(clean.shape, generator: draws) < clean * 0.7).to(float32) : (clean + (rand(clean.shape, generator: draws) - 0.5) * 0.2).clamp(0, 1);
            optimiser.zero_grad();
            var loss = nn.functional.cross_entropy(module.forward(inputs) * 4, labels);
            loss.backward();
            optimiser.step();
        }

        optimiser.Dispose();
        module.zero_grad();
        foreach (var (name, parameter) in module.named_parameters())
        {
            parameter.detach().contiguous().data<float>().ToArray().CopyTo(weights[name], 0);
        }
    }
}
