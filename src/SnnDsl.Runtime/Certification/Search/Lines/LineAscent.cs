namespace SnnDsl.Certification.Search;

/// <summary>
/// The walk up: from the input on, what every value is worth where the form that a walk down left is least, and with it the gradients of
/// all parameters.
/// </summary>
internal sealed class LineAscent
{
    private readonly OpenNetwork network;
    private readonly CaseBounds bounds;
    private readonly LineScratch[] layers;
    private readonly int steps;

    /// <param name="network">The network.</param>
    /// <param name="bounds">The intervals that the lines were drawn over.</param>
    /// <param name="layers">What the walk down left, by layer.</param>
    public LineAscent(OpenNetwork network, CaseBounds bounds, LineScratch[] layers) =>
        (this.network, this.bounds, this.layers, steps) = (network, bounds, layers, network.Steps);

    /// <summary>Walks up.</summary>
    /// <param name="inputPoint">Where the form on the input is least, [S, entries].</param>
    /// <param name="gradients">By layer, are given the gradients, shaped as the parameters.</param>
    public void Run(double[] inputPoint, float[][] gradients)
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

    private void AscendSteps(LineScratch scratch, int n, OpenLayer layer, float[] gradients)
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

    private void AscendTrain(LineScratch scratch, int n, int count, float[] gradients)
    {
        double[] fires = network.Layers[0].Trains!.Spikes;
        double value = scratch.Current[n], off = value - scratch.X[n];
        var pieces = bounds.Pieces[n];
        scratch.Value[n] = value;
        // Currents descend: the first train that begins below this one.
        int current = 0;
        while (current < bounds.PieceCount[n] - 1 && pieces[current].From >= value)
        {
            current++;
        }

        if (scratch.Vertex[n] == LineScratch.Idle)
        {
            // Of all vertices those where the current is: a multiplier helps only if that lies outside what splits have left.
            double nearest = Math.Clamp(value, bounds.CurrentLower[0][n], bounds.CurrentUpper[0][n]);
            (gradients[n], gradients[count + n]) = (0, (float)(value - nearest));
            for (int t = 0; t < steps; t++)
            {
                scratch.SpikeValue[(t * count) + n] = Fires(current, t);
            }

            return;
        }

        var choice = scratch.SlopePieces[n];
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

        double Fires(int piece, int t) => fires[(pieces[piece].Train * steps) + t];
    }
}
