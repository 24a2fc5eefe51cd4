using System.Numerics;
using System.Runtime.InteropServices;
using SnnDsl.Kernels;

namespace SnnDsl.Certification.Search;

/// <summary>
/// A margin's linear bound on a case: carried back through the open layers along one line for each neuron-step, or for each whole train,
/// and its gradient with respect to the lines' parameters. A line is chosen by two numbers: lambda in [0, 1] between the two extreme sound
/// slopes, and what the multiplier of a split's constraint adds. Whatever slope results, the intercept is taken from the vertices, so that
/// every choice is sound. Holds the arrays that it works on; one for each thread.
/// </summary>
internal sealed class Lines
{
    private readonly OpenNetwork network;
    private readonly CaseBounds bounds;
    private readonly LineScratch[] layers;
    private readonly double[] inputForm;
    private readonly double[] inputPoint;
    private readonly int steps;
    private readonly double lost;
    private readonly LineAscent ascent;

    /// <param name="network">The network.</param>
    /// <param name="bounds">The intervals that the lines are drawn over.</param>
    public Lines(OpenNetwork network, CaseBounds bounds)
    {
        (this.network, this.bounds, steps) = (network, bounds, network.Steps);
        layers = [.. network.Layers.Select(layer => new LineScratch(layer, network.Steps))];
        inputForm = new double[network.Input.Steps * network.Input.Entries];
        inputPoint = new double[inputForm.Length];
        ascent = new(network, bounds, layers);
        // Of the magnitudes that are added up, in units of 2^-53: an addition and a few products a term, doubled.
        double terms = inputForm.Length + network.Layers.Select((_, layer) => 4.0 * Width(layer)).Sum() + 64;
        lost = Math.Max(1e-12, 2 * terms * Rounding.Double);
    }

    /// <summary>Where the last bound's form is least, [S, entries].</summary>
    public double[] Point => inputPoint;

    /// <summary>The last bound's form on the input, [S, entries].</summary>
    public double[] Form => inputForm;

    /// <summary>How many numbers choose a layer's lines: [T, count] or [count] values of lambda, then as many multipliers.</summary>
    /// <param name="layer">The layer.</param>
    public int Parameters(int layer) => 2 * Width(layer);

    /// <summary>How many slopes a layer has.</summary>
    /// <param name="layer">The layer.</param>
    public int Width(int layer) => network.Layers[layer].Count * (network.Layers[layer].HasTrains ? 1 : steps);

    /// <summary>By layer, how far the value above a line's neuron-step lies above the line, where the last bound is least: what is lost there.</summary>
    /// <param name="layer">The layer.</param>
    public double[] Losses(int layer) => layers[layer].Loss;

    /// <summary>The weight that the form puts on a layer's neuron-steps, |c_s| + |c_r|; for trains the sum over steps.</summary>
    /// <param name="layer">The layer.</param>
    public double[] Weights(int layer) => layers[layer].Weight;

    /// <summary>The current at which the last bound's form is least, [count]; for trains.</summary>
    public double[] Meeting => layers[0].Value;

    /// <summary>The slopes of the last bound, in the order of proofs: layer by layer, neuron by neuron, step by step.</summary>
    public float[] Slopes()
    {
        List<float> all = [];
        for (int index = 0; index < layers.Length; index++)
        {
            var (layer, scratch) = (network.Layers[index], layers[index]);
            for (int n = 0; n < layer.Count; n++)
            {
                for (int t = 0; t < (layer.HasTrains ? 1 : steps); t++)
                {
                    all.Add((float)scratch.Slope[(t * layer.Count) + n]);
                }
            }
        }

        return [.. all];
    }

    /// <summary>A margin's bound with lines chosen by parameters, and the gradient.</summary>
    /// <param name="margin">The margin.</param>
    /// <param name="known">The case; its intervals are those that <see cref="CaseBounds"/> ran last.</param>
    /// <param name="parameters">By layer; see <see cref="Parameters"/>.</param>
    /// <param name="gradients">Are given the gradients, shaped alike; null for none.</param>
    public double Bound(OpenMargin margin, Case known, float[][] parameters, float[][]? gradients)
    {
        double value = Descend(margin, known, parameters, null);
        if (gradients is not null)
        {
            ascent.Run(inputPoint, gradients);
        }

        return value;
    }

    /// <summary>A margin's bound with given slopes, as a checker computes it.</summary>
    /// <param name="margin">The margin.</param>
    /// <param name="known">The case.</param>
    /// <param name="slopes">In the order of proofs.</param>
    public double Bound(OpenMargin margin, Case known, float[] slopes) => Descend(margin, known, null, slopes);

    private double Descend(OpenMargin margin, Case known, float[][]? parameters, float[]? slopes)
    {
        double value = margin.Constant, magnitude = Math.Abs(value);
        margin.OnSpikes.CopyTo(layers[^1].OnSpikes, 0);
        int given = slopes?.Length ?? 0;
        for (int index = layers.Length - 1; index >= 0; index--)
        {
            var (layer, scratch) = (network.Layers[index], layers[index]);
            given -= Width(index);
            if (layer.HasTrains)
            {
                WeighTrains(scratch);
            }

            for (int n = 0; n < layer.Count; n++)
            {
                if (layer.HasTrains)
                {
                    if (scratch.Weight[n] == 0 && (slopes is null ? parameters![index][layer.Count + n] : slopes[given + n]) == 0)
                    {
                        // In a convolution most are of this kind: nothing behind them counts in this case.
                        (scratch.Slope[n], scratch.Intercept[n], scratch.Loss[n], scratch.Vertex[n]) = (0, 0, 0, LineScratch.Idle);
                        continue;
                    }

                    float? slope = slopes?[given + n];
                    double intercept = Train(scratch, n, slope ?? double.NaN, slope is null ? parameters![index] : null);
                    value += intercept;
                    magnitude += Math.Abs(intercept);
                }
                else
                {
                    for (int t = steps - 1; t >= 0; t--)
                    {
                        float? slope = slopes?[given + (n * steps) + t];
                        double intercept = Step(
                            scratch, index, t, n, known.Phases[index], slope ?? double.NaN, slope is null ? parameters![index] : null);
                        value += intercept;
                        magnitude += Math.Abs(intercept);
                    }
                }
            }

            // The slopes go to the currents; what is settled of these joins the value.
            for (int first = 0; first < scratch.Slope.Length; first += layer.Count)
            {
                var currents = layer.Base.AsSpan(layer.IsConstant ? 0 : first, layer.Count);
                for (int n = 0; n < currents.Length; n++)
                {
                    if (scratch.Slope[first + n] == 0 && scratch.Weight[first + n] == 0)
                    {
                        continue;
                    }

                    double settled = scratch.Slope[first + n] * currents[n];
                    // Each use of a membrane costs what it may be off by.
                    value += settled - (Math.Abs(scratch.Slope[first + n]) * layer.Errors[n]);
                    magnitude += Math.Abs(settled) + Size(index, first + n);
                }
            }

            PullBack(index);
        }

        double least = known.Input.Least(inputForm, inputPoint);
        foreach (double coefficient in inputForm)
        {
            magnitude += Math.Abs(coefficient);
        }

        for (int i = 0; i < inputForm.Length; i++)
        {
            magnitude += Math.Abs(inputForm[i] * inputPoint[i]);
        }

        // What float64 sums may have lost.
        return value + least - (lost * magnitude) - 1e-9;
    }

    // The magnitudes that meet in one intercept.
    private double Size(int index, int at)
    {
        var (layer, scratch) = (network.Layers[index], layers[index]);
        double reach = layer.HasTrains
            ? Math.Max(Math.Abs(bounds.CurrentLower[0][at]), Math.Abs(bounds.CurrentUpper[0][at]))
            : Math.Max(
                Math.Max(Math.Abs(bounds.Lower[index][at]), Math.Abs(bounds.Upper[index][at])), Math.Max(layer.Threshold, Math.Abs(layer.ResetValue)));
        return (scratch.Weight[at] * (1 + reach)) + (Math.Abs(scratch.Slope[at]) * (reach + layer.Sizes[at % layer.Count]));
    }

    private void PullBack(int index)
    {
        var (layer, scratch) = (network.Layers[index], layers[index]);
        int count = layer.Count;
        if (index == 0)
        {
            Array.Clear(inputForm);
            if (layer.IsConstant)
            {
                // The input is the same at all steps: coefficients are added before the weights are applied.
                Span<double> sum = scratch.Sum;
                sum.Clear();
                for (int first = 0; first < scratch.Slope.Length; first += count)
                {
                    for (int n = 0; n < count; n++)
                    {
                        sum[n] += scratch.Slope[first + n];
                    }
                }

                layer.Weights.PullBack(sum, inputForm);
                return;
            }
        }

        int width = layer.Weights.Width;
        double[] below = index == 0 ? inputForm : layers[index - 1].OnSpikes;
        Array.Clear(below);
        for (int t = 0; t < steps; t++)
        {
            layer.Weights.PullBack(scratch.Slope.AsSpan(t * count, count), below.AsSpan(t * width, width));
        }
    }

    // The line below c_s s + c_r r of one neuron-step; gives its intercept.
    private double Step(LineScratch scratch, int index, int t, int n, sbyte[] phases, double slope, float[]? parameters)
    {
        var layer = network.Layers[index];
        int count = layer.Count, at = (t * count) + n;
        double cs = scratch.OnSpikes[at], cr = t == steps - 1 ? 0 : layer.Decay * scratch.Slope[at + count];
        double l = bounds.Lower[index][at], u = bounds.Upper[index][at], th = layer.Threshold;
        bool silent = bounds.SpikeLower[index][at] == 0, mayFire = bounds.SpikeUpper[index][at] > 0;
        double onSpike = 0, onRest = 0, onLambda = 0, sign = 0;
        if (parameters is not null)
        {
            double beta = parameters[scratch.Width + at];
            if (silent && mayFire)
            {
                (slope, onSpike, onRest, onLambda) = LineSlopes.Between(layer, cs, cr, l, u, parameters[at]);
            }
            else
            {
                sign = phases[at] == 0 ? 0 : silent ? 1 : -1;
                onRest = silent || !layer.IsHard ? 1 : 0;
                slope = (onRest * cr) + (sign * beta);
            }
        }

        // The vertices: both ends of what is silent, both of what fires.
        double intercept = double.PositiveInfinity, x = 0, sv = 0, rv = 0;
        if (silent)
        {
            double to = Math.Min(u, th), first = (cr - slope) * l, second = (cr - slope) * to;
            // A silent side's multiplier of 0 leaves both ends equal: it grows only where the threshold is passed.
            (intercept, x, rv) = first < second || (first == second && sign == 0) ? (first, l, l) : (second, to, to);
        }

        if (mayFire)
        {
            double from = Math.Max(l, th), first = cs + (cr * layer.AfterSpike(from)) - (slope * from);
            double second = cs + (cr * layer.AfterSpike(u)) - (slope * u);
            if (Math.Min(first, second) < intercept)
            {
                (intercept, x) = first <= second ? (first, from) : (second, u);
                (sv, rv) = (1, layer.AfterSpike(x));
            }
        }

        scratch.Slope[at] = slope;
        (scratch.X[at], scratch.VertexSpike[at], scratch.VertexRest[at]) = (x, sv, rv);
        (scratch.SlopeOnSpike[at], scratch.SlopeOnRest[at], scratch.SlopeOnLambda[at], scratch.SlopeOnMultiplier[at]) =
            (onSpike, onRest, onLambda, sign);
        (scratch.Intercept[at], scratch.OnRest[at]) = (intercept, cr);
        scratch.Weight[at] = Math.Abs(cs) + Math.Abs(cr);
        return intercept;
    }

    // The line below what a whole train contributes, as a function of the current; gives its intercept.
    private double Train(LineScratch scratch, int n, double slope, float[]? parameters)
    {
        var layer = network.Layers[0];
        int count = layer.Count, found = bounds.PieceCount[n];
        var pieces = bounds.Pieces[n];
        int[][] spikes = layer.Trains!.SpikeSteps;
        Span<double> value = stackalloc double[found];
        double weight = scratch.Weight[n];
        for (int i = 0; i < found; i++)
        {
            foreach (int t in spikes[pieces[i].Train])
            {
                value[i] += scratch.OnSpikes[(t * count) + n];
            }
        }

        scratch.SlopePieces[n] = default;
        if (parameters is not null)
        {
            slope = parameters[count + n];
            double l = bounds.CurrentLower[0][n], u = bounds.CurrentUpper[0][n];
            if (found > 1 && u - l > LineSlopes.Narrow)
            {
                var chosen = LineSlopes.Hull(pieces, value, found, l, u, parameters[n], weight);
                slope += chosen.Slope;
                scratch.SlopePieces[n] = chosen;
            }
        }

        double intercept = double.PositiveInfinity, x = 0;
        int vertex = 0;
        for (int i = 0; i < found; i++)
        {
            double end = slope > 0 ? pieces[i].To : pieces[i].From, y = value[i] - (slope * end);
            if (y < intercept)
            {
                (intercept, x, vertex) = (y, end, i);
            }
        }

        (scratch.Slope[n], scratch.X[n], scratch.Vertex[n], scratch.Intercept[n]) = (slope, x, vertex, intercept);
        return intercept;
    }

    // The sum of the form's magnitudes over each train.
    private void WeighTrains(LineScratch scratch)
    {
        double[] weights = scratch.Weight;
        Array.Clear(weights);
        var sums = MemoryMarshal.Cast<double, Vector<double>>(weights.AsSpan());
        for (int t = 0; t < steps; t++)
        {
            var row = scratch.OnSpikes.AsSpan(t * weights.Length, weights.Length);
            var wide = MemoryMarshal.Cast<double, Vector<double>>(row);
            for (int i = 0; i < wide.Length; i++)
            {
                sums[i] += Vector.Abs(wide[i]);
            }

            for (int n = wide.Length * Vector<double>.Count; n < row.Length; n++)
            {
                weights[n] += Math.Abs(row[n]);
            }
        }
    }
}
