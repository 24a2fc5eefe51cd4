namespace SnnDsl.Certification.Search;

/// <summary>
/// A margin's linear bound on a case: carried back through the open layers along one line for each neuron-step, or for each whole train,
/// and its gradient with respect to the lines' parameters. A line is chosen by two numbers: lambda in [0, 1] between the two extreme sound
/// slopes, and what the multiplier of a split's constraint adds. Whatever slope results, the intercept is taken from the vertices, so that
/// every choice is sound. Holds the arrays that it works on; one for each thread.
/// </summary>
internal sealed class Lines
{
    private const double Steepest = 1024;

    // Below this an interval's part counts as a point.
    private const double Narrow = 1e-9;

    private readonly OpenNetwork network;
    private readonly CaseBounds bounds;
    private readonly Scratch[] layers;
    private readonly double[] inputForm;
    private readonly double[] inputPoint;
    private readonly int steps;

    // [T + 2, T]: 1 where a period, T + 1 being silence, has a spike.
    private readonly double[] fires;

    /// <param name="network">The network.</param>
    /// <param name="bounds">The intervals that the lines are drawn over.</param>
    public Lines(OpenNetwork network, CaseBounds bounds)
    {
        (this.network, this.bounds, steps) = (network, bounds, network.Steps);
        layers = [.. network.Layers.Select(layer => new Scratch(layer, network.Steps))];
        inputForm = new double[network.Input.Steps * network.Input.Entries];
        inputPoint = new double[inputForm.Length];
        fires = new double[(steps + 2) * steps];
        for (int period = 1; period <= steps; period++)
        {
            for (int t = period - 1; t < steps; t += period)
            {
                fires[(period * steps) + t] = 1;
            }
        }
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
            Ascend(gradients);
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
            for (int n = 0; n < layer.Count; n++)
            {
                if (layer.HasTrains)
                {
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
            for (int i = 0; i < scratch.Slope.Length; i++)
            {
                double settled = scratch.Slope[i] * layer.Base[layer.IsConstant ? i % layer.Count : i];
                value += settled;
                magnitude += Math.Abs(settled);
            }

            PullBack(index);
        }

        double least = known.Input.Least(inputForm, inputPoint);
        foreach (double coefficient in inputForm)
        {
            magnitude += Math.Abs(coefficient);
        }

        // What float64 sums may have lost.
        return value + least - (1e-12 * magnitude) - 1e-9;
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
                for (int i = 0; i < scratch.Slope.Length; i++)
                {
                    sum[i % count] += scratch.Slope[i];
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
    private double Step(Scratch scratch, int index, int t, int n, sbyte[] phases, double slope, float[]? parameters)
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
                (slope, onSpike, onRest, onLambda) = Between(layer, cs, cr, l, u, parameters[at]);
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
            (intercept, x, rv) = first <= second ? (first, l, l) : (second, to, to);
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

    // The slope of an open neuron-step between the two extreme sound ones, and its derivatives by c_s, c_r and lambda.
    private static (double Slope, double OnSpike, double OnRest, double OnLambda) Between(
        OpenLayer layer, double cs, double cr, double l, double u, double lambda)
    {
        // Hard reset: c_r u on the left, c_s + c_r v0 on the right. Soft: c_r u throughout, and a step of c_s - c_r th.
        double th = layer.Threshold, left = layer.IsHard ? cr : 0;
        double right = layer.IsHard ? cs + (cr * layer.ResetValue) : cs - (cr * th), rightOnRest = layer.IsHard ? layer.ResetValue : -th;
        double kept = layer.IsHard ? 0 : 1, leftOnRest = 1 - kept;
        double below = Math.Max(th - l, Narrow), above = Math.Max(u - th, Narrow);
        bool lowLeft = left * th < right;
        double v = lowLeft ? left * th : right;
        double vOnSpike = lowLeft ? 0 : 1, vOnRest = lowLeft ? th * leftOnRest : rightOnRest;
        double k1 = (v - (left * l)) / below, k2 = (right - v) / above;
        double slope, onSpike, onRest, onLambda = 0;
        if (k1 <= k2)
        {
            slope = k1 + (lambda * (k2 - k1));
            onLambda = k2 - k1;
            onSpike = ((1 - lambda) * vOnSpike / below) + (lambda * (1 - vOnSpike) / above);
            onRest = ((1 - lambda) * (vOnRest - (leftOnRest * l)) / below) + (lambda * (rightOnRest - vOnRest) / above);
        }
        else
        {
            double width = Math.Max(u - l, Narrow);
            slope = (right - (left * l)) / width;
            (onSpike, onRest) = (1 / width, (rightOnRest - (leftOnRest * l)) / width);
        }

        double steepest = Steepest * (Math.Abs(cs) + Math.Abs(cr));
        if (Math.Abs(slope) > steepest)
        {
            (slope, onSpike, onRest, onLambda) = (Math.Sign(slope) * steepest, 0, 0, 0);
        }

        return (slope + (kept * cr), onSpike, onRest + kept, onLambda);
    }

    // The line below what a whole train contributes, as a function of the current; gives its intercept.
    private double Train(Scratch scratch, int n, double slope, float[]? parameters)
    {
        var layer = network.Layers[0];
        int count = layer.Count, found = bounds.PieceCount[n];
        var pieces = bounds.Pieces[n];
        Span<double> value = stackalloc double[found];
        double weight = 0;
        for (int i = 0; i < found; i++)
        {
            for (int t = pieces[i].Period - 1; t < steps; t += pieces[i].Period)
            {
                value[i] += scratch.OnSpikes[(t * count) + n];
            }
        }

        for (int t = 0; t < steps; t++)
        {
            weight += Math.Abs(scratch.OnSpikes[(t * count) + n]);
        }

        scratch.SlopePieces[n] = default;
        if (parameters is not null)
        {
            slope = parameters[count + n];
            double l = bounds.CurrentLower[0][n], u = bounds.CurrentUpper[0][n];
            if (found > 1 && u - l > Narrow)
            {
                var chosen = Hull(pieces, value, found, l, u, parameters[n], Steepest * weight);
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

        (scratch.Slope[n], scratch.X[n], scratch.Vertex[n], scratch.Intercept[n], scratch.Weight[n]) = (slope, x, vertex, intercept, weight);
        return intercept;
    }

    // Between the hull's edges at both ends: k1 from the lowest vertex at the left end, k2 to the lowest at the right end.
    private static SlopeChoice Hull(
        CaseBounds.Piece[] pieces, Span<double> value, int found, double l, double u, double lambda, double steepest)
    {
        double y1 = double.PositiveInfinity, y2 = double.PositiveInfinity;
        var (first, last) = (0, 0);
        for (int i = 0; i < found; i++)
        {
            (y1, first) = pieces[i].From <= l && value[i] < y1 ? (value[i], i) : (y1, first);
            (y2, last) = pieces[i].To >= u && value[i] < y2 ? (value[i], i) : (y2, last);
        }

        double k1 = double.PositiveInfinity, k2 = double.NegativeInfinity, width1 = 1, width2 = 1;
        var (second, third) = (first, last);
        for (int i = 0; i < found; i++)
        {
            // A line through the left end must pass below both ends of every other piece.
            for (int end = 0; end < 2; end++)
            {
                double x = end == 0 ? pieces[i].From : pieces[i].To;
                if (x > l + Narrow && (value[i] - y1) / (x - l) < k1)
                {
                    (k1, second, width1) = ((value[i] - y1) / (x - l), i, x - l);
                }

                if (x < u - Narrow && (y2 - value[i]) / (u - x) > k2)
                {
                    (k2, third, width2) = ((y2 - value[i]) / (u - x), i, u - x);
                }
            }
        }

        if (double.IsInfinity(k1) || double.IsInfinity(k2))
        {
            return default;
        }

        double slope = k1 + (lambda * (k2 - k1));
        return Math.Abs(slope) > steepest
            ? new(Math.Sign(slope) * steepest, 0, 0, 0, 0, 0, 0, 0)
            : new(slope, k2 - k1, first, second, (1 - lambda) / width1, third, last, lambda / width2);
    }

    // From the input up: what every value is worth where the form is least, and with it the gradients of all parameters.
    private void Ascend(float[][] gradients)
    {
        for (int index = 0; index < layers.Length; index++)
        {
            var (layer, scratch) = (network.Layers[index], layers[index]);
            int count = layer.Count, width = layer.Weights.Width;
            double[] below = index == 0 ? inputPoint : layers[index - 1].SpikeValue;
            layer.Base.CopyTo(scratch.Current, 0);
            for (int t = 0; t < (layer.IsConstant ? 1 : steps); t++)
            {
                layer.Weights.Apply(below.AsSpan(t * width, width), scratch.Current.AsSpan(t * count, count));
            }

            for (int n = 0; n < count; n++)
            {
                if (layer.HasTrains)
                {
                    AscendTrain(scratch, n, count, gradients[index]);
                }
                else
                {
                    AscendSteps(scratch, n, layer, gradients[index]);
                }
            }
        }
    }

    private void AscendSteps(Scratch scratch, int n, OpenLayer layer, float[] gradients)
    {
        double rest = 0;
        int count = layer.Count;
        for (int t = 0; t < steps; t++)
        {
            int at = (t * count) + n;
            double value = scratch.Current[layer.IsConstant ? n : at] + (layer.Decay * rest), off = value - scratch.X[at];
            scratch.Value[at] = value;
            scratch.SpikeValue[at] = (off * scratch.SlopeOnSpike[at]) + scratch.VertexSpike[at];
            rest = (off * scratch.SlopeOnRest[at]) + scratch.VertexRest[at];
            gradients[at] = (float)(off * scratch.SlopeOnLambda[at]);
            gradients[scratch.Width + at] = (float)(off * scratch.SlopeOnMultiplier[at]);
            double there = value > layer.Threshold
                ? scratch.OnSpikes[at] + (scratch.OnRest[at] * layer.AfterSpike(value))
                : scratch.OnRest[at] * value;
            scratch.Loss[at] = there - (scratch.Slope[at] * value) - scratch.Intercept[at];
        }
    }

    private void AscendTrain(Scratch scratch, int n, int count, float[] gradients)
    {
        double value = scratch.Current[n], off = value - scratch.X[n];
        var choice = scratch.SlopePieces[n];
        var pieces = bounds.Pieces[n];
        scratch.Value[n] = value;
        int current = 0;
        for (int i = 0; i < bounds.PieceCount[n]; i++)
        {
            current = pieces[i].From < value || i == 0 ? current : i;
        }

        double held = 0;
        for (int t = 0; t < steps; t++)
        {
            int at = (t * count) + n;
            double spike = Fires(scratch.Vertex[n], t);
            if (choice.OnFirst != 0 || choice.OnLast != 0)
            {
                spike += off * ((choice.OnFirst * (Fires(choice.Second, t) - Fires(choice.First, t)))
                    + (choice.OnLast * (Fires(choice.Last, t) - Fires(choice.Third, t))));
            }

            scratch.SpikeValue[at] = spike;
            held += scratch.OnSpikes[at] * Fires(current, t);
        }

        gradients[n] = (float)(off * choice.OnLambda);
        gradients[count + n] = (float)off;
        scratch.Loss[n] = held - (scratch.Slope[n] * value) - scratch.Intercept[n];

        double Fires(int piece, int t) => fires[(pieces[piece].Period * steps) + t];
    }

    // A slope k1 + lambda (k2 - k1): k1 from piece First to Second, k2 from Third to Last.
    private readonly record struct SlopeChoice(
        double Slope, double OnLambda, int First, int Second, double OnFirst, int Third, int Last, double OnLast);

    // What a walk down leaves for the walk up, by neuron-step or by train.
    private sealed class Scratch
    {
        public Scratch(OpenLayer layer, int steps)
        {
            int all = layer.Count * steps;
            Width = layer.HasTrains ? layer.Count : all;
            (OnSpikes, SpikeValue, Current) = (new double[all], new double[all], new double[layer.Base.Length]);
            (Slope, Intercept, X, Value, Loss, Weight) = (new double[Width], new double[Width], new double[Width], new double[Width], new double[Width], new double[Width]);
            (VertexSpike, VertexRest, OnRest) = (new double[Width], new double[Width], new double[Width]);
            (SlopeOnSpike, SlopeOnRest, SlopeOnLambda, SlopeOnMultiplier) = (new double[Width], new double[Width], new double[Width], new double[Width]);
            (Vertex, SlopePieces, Sum) = (new int[layer.Count], new SlopeChoice[layer.Count], new double[layer.Count]);
        }

        public int Width { get; }

        public double[] OnSpikes { get; }

        public double[] SpikeValue { get; }

        public double[] Current { get; }

        public double[] Slope { get; }

        public double[] Intercept { get; }

        public double[] X { get; }

        public double[] Value { get; }

        public double[] Loss { get; }

        public double[] Weight { get; }

        public double[] VertexSpike { get; }

        public double[] VertexRest { get; }

        public double[] OnRest { get; }

        public double[] SlopeOnSpike { get; }

        public double[] SlopeOnRest { get; }

        public double[] SlopeOnLambda { get; }

        public double[] SlopeOnMultiplier { get; }

        public int[] Vertex { get; }

        public SlopeChoice[] SlopePieces { get; }

        public double[] Sum { get; }
    }
}
