namespace SnnDsl.Certification.Search;

/// <summary>What a walk down a layer leaves for the walk up, by neuron-step or by train.</summary>
internal sealed class LineScratch
{
    /// <summary>The vertex of a train without weight and multiplier: every one of them is lowest.</summary>
    public const int Idle = -1;

    public LineScratch(OpenLayer layer, int steps)
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
