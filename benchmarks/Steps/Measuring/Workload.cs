namespace SnnDsl.Benchmarks.Measuring;

/// <summary>
/// Counts the work of the emitted code's schedule: stateless layers once over all steps, the first one once for all steps, spiking
/// layers one walk over time.
/// </summary>
internal sealed record Workload(IReadOnlyList<LayerSize> Layers, int Batch, int Steps)
{
    private const long Float = sizeof(float);
    private const int Rivals = 9;

    /// <summary>The bytes of all coefficients of one linear bound, every step of every layer.</summary>
    public long CoefficientBytes => Float * Batch * Rivals * Steps * Layers.Sum(layer => layer.Neurons);

    private long Parameters => Layers.Sum(layer => layer.Parameters);

    /// <summary>The forward pass.</summary>
    /// <param name="keepMembranes">Whether a backward pass follows.</param>
    public IEnumerable<Phase> Forward(bool keepMembranes) => Each((layer, affineRows, isFirst) =>
    [
        Affine(layer, affineRows),
        Walk(layer, affineRows + (keepMembranes ? 2 : 1) * Batch * Steps),
    ]);

    /// <summary>Forward, backward and the optimiser's step.</summary>
    public IEnumerable<Phase> Train() => [.. Forward(keepMembranes: true), .. Backward(), Optimise()];

    /// <summary>S-IBP: centre and radius; lower and upper spikes and membranes.</summary>
    public IEnumerable<Phase> Intervals() => Each((layer, affineRows, isFirst) =>
    [
        Affine(layer, affineRows),
        Affine(layer, affineRows),
        Walk(layer, 2 * affineRows + 4 * Batch * Steps),
    ]);

    /// <summary>S-CROWN on given membranes' bounds, every rival's coefficients through every layer.</summary>
    public IEnumerable<Phase> Lines() =>
    [
        .. Each((layer, affineRows, isFirst) =>
        [
            Walk(layer, Rivals * Batch * Steps + 2 * Batch * Steps + Rivals * affineRows),
            Affine(layer, Rivals * affineRows),
        ]),
        new(4.0 * Rivals * Batch * Layers[0].Inputs, Float * Rivals * Batch * Layers[0].Inputs),
    ];

    /// <summary>A natural and an S-CROWN pass with gradients, and the optimiser's step.</summary>
    public IEnumerable<Phase> CertifiedTrain() =>
    [
        .. Forward(keepMembranes: true), .. Intervals(), .. Lines(), .. LinesBackward(), .. IntervalsBackward(), .. Backward(), Optimise(),
    ];

    private IEnumerable<Phase> Backward() => Each((layer, affineRows, isFirst) =>
    [
        Walk(layer, 2 * Batch * Steps + affineRows),
        .. Gradients(layer, affineRows, isFirst),
    ]);

    private IEnumerable<Phase> IntervalsBackward() => Each((layer, affineRows, isFirst) =>
    [
        Walk(layer, 6 * Batch * Steps + 2 * affineRows),
        .. Gradients(layer, affineRows, isFirst),
        .. Gradients(layer, affineRows, isFirst),
    ]);

    private IEnumerable<Phase> LinesBackward() => Each((layer, affineRows, isFirst) =>
    [
        Affine(layer, Rivals * affineRows),
        Affine(layer, Rivals * affineRows),
        Walk(layer, Rivals * (affineRows + 2 * Batch * Steps) + 4 * Batch * Steps),
    ]);

    // The first layer's input needs no gradient.
    private static IEnumerable<Phase> Gradients(LayerSize layer, long rows, bool isFirst) =>
        isFirst ? [Affine(layer, rows)] : [Affine(layer, rows), Affine(layer, rows)];

    private static Phase Affine(LayerSize layer, long rows) =>
        new(2.0 * rows * layer.Products, Float * (rows * (layer.Inputs + layer.Neurons) + layer.Parameters));

    private static Phase Walk(LayerSize layer, long rows) => new(0, Float * rows * layer.Neurons);

    /// <summary>SGD with momentum: weight, gradient and momentum read, weight and momentum written.</summary>
    private Phase Optimise() => new(4.0 * Parameters, 5 * Float * Parameters);

    /// <summary>The phases of every layer; its affine rows are B samples for the first one, T * B for the others.</summary>
    private IEnumerable<Phase> Each(Func<LayerSize, long, bool, IEnumerable<Phase>> phases) =>
        Layers.SelectMany((layer, i) => phases(layer, i == 0 ? Batch : (long)Batch * Steps, i == 0));
}
