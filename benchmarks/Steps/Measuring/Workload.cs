namespace SnnDsl.Benchmarks.Measuring;

/// <summary>
/// Counts the work of the emitted schedule: stateless layers once over all steps, the first one once for all steps, spiking layers one
/// walk over time. Either dense, or event-driven: then only weights that a spike reaches are added and only live coefficients are pulled
/// back, and spikes travel as bits.
/// </summary>
/// <param name="Layers">The layers' sizes.</param>
/// <param name="Batch">B.</param>
/// <param name="Steps">T.</param>
/// <param name="Activities">What each layer does where the work is event-driven; null for dense work.</param>
internal sealed record Workload(IReadOnlyList<LayerSize> Layers, int Batch, int Steps, IReadOnlyList<Activity>? Activities = null)
{
    private const double Float = sizeof(float);
    private const double Bit = 1.0 / 8;
    private const int Rivals = 9;

    /// <summary>The bytes of all coefficients of one linear bound, every step of every layer.</summary>
    public long CoefficientBytes => sizeof(float) * Rivals * NeuronSteps * Layers.Sum(layer => layer.Neurons);

    /// <summary>One sample at one step.</summary>
    private long NeuronSteps => (long)Batch * Steps;

    private long Parameters => Layers.Sum(layer => layer.Parameters);

    private bool IsDense => Activities is null;

    private double Spike => IsDense ? Float : Bit;

    /// <summary>The forward pass.</summary>
    /// <param name="isTraining">Whether a backward pass follows, for which membranes (or one bit of them) are kept.</param>
    public IEnumerable<Phase> Forward(bool isTraining) => Each(at =>
    [
        at.Affine(at.Rows, at.Input.Fired, at.IsFirst ? Float : Spike, Float),
        at.Walk(Float * at.Rows + (isTraining ? 2 : 1) * Spike * NeuronSteps),
    ]);

    /// <summary>Forward, backward and the optimiser's step.</summary>
    public IEnumerable<Phase> Train() => [.. Forward(isTraining: true), .. Backward(), Optimise()];

    /// <summary>S-IBP: two bounds of currents, spikes and membranes.</summary>
    /// <param name="keepsMembranes">Whether linear bounds follow; the dense schedule writes them always.</param>
    public IEnumerable<Phase> Intervals(bool keepsMembranes) => Each(at =>
    [
        .. at.IsFirst || IsDense
            ? [at.Affine(at.Rows, 1, Float, Float), at.Affine(at.Rows, 1, Float, Float)]
            : new[] { at.Affine(at.Rows, at.Input.Certain + at.Input.Unstable, 2 * Spike, 2 * Float) },
        at.Walk(2 * Float * at.Rows + 2 * Spike * NeuronSteps + (keepsMembranes || IsDense ? 2 * Float * NeuronSteps : 0)),
    ]);

    /// <summary>S-CROWN on given membranes' bounds, every rival's coefficients through every layer.</summary>
    public IEnumerable<Phase> Lines() =>
    [
        .. Each(at =>
        [
            at.Walk(Float * (Rivals * NeuronSteps * at.Own.Live + 2 * NeuronSteps + Rivals * at.Rows * at.LiveRows)),
            at.Affine(Rivals * at.Rows, at.LiveRows, Float, Float * at.LiveRows),
        ]),
        new(4.0 * Rivals * Batch * Layers[0].Inputs, Float * Rivals * Batch * Layers[0].Inputs),
    ];

    /// <summary>A natural and an S-CROWN pass with gradients, and the optimiser's step.</summary>
    public IEnumerable<Phase> CertifiedTrain() =>
    [
        .. Forward(isTraining: true), .. Intervals(keepsMembranes: true), .. Lines(), .. LinesBackward(), .. IntervalsBackward(),
        .. Backward(), Optimise(),
    ];

    private IEnumerable<Phase> Backward() => Each(at =>
    [
        at.Walk(Spike * NeuronSteps + Float * NeuronSteps + Float * at.Rows),
        at.Affine(at.Rows, at.Input.Fired, at.IsFirst ? Float : Spike, Float),
        .. PullBack(at, times: 1),
    ]);

    private IEnumerable<Phase> IntervalsBackward() => Each(at =>
    [
        at.Walk(6 * Float * NeuronSteps + 2 * Float * at.Rows),
        .. at.IsFirst || IsDense
            ? [at.Affine(at.Rows, 1, Float, Float), at.Affine(at.Rows, 1, Float, Float)]
            : new[] { at.Affine(at.Rows, at.Input.Certain + at.Input.Unstable, 2 * Spike, 2 * Float) },
        .. PullBack(at, times: 2),
    ]);

    private IEnumerable<Phase> LinesBackward() => Each(at =>
    [
        at.Affine(Rivals * at.Rows, at.LiveRows, Float, Float * at.LiveRows),
        at.Affine(Rivals * at.Rows, at.LiveRows, Float, Float * at.LiveRows),
        at.Walk(Float * (Rivals * at.Rows * at.LiveRows + 2 * Rivals * NeuronSteps * at.Own.Live + 4 * NeuronSteps)),
    ]);

    // Gradients are dense; the first layer's input needs none.
    private static IEnumerable<Phase> PullBack(Layer at, int times) =>
        at.IsFirst ? [] : Enumerable.Repeat(at.Affine(at.Rows, 1, Float, Float), times);

    /// <summary>SGD with momentum: weight, gradient and momentum read, weight and momentum written.</summary>
    private Phase Optimise() => new(4.0 * Parameters, 5 * Float * Parameters);

    private IEnumerable<Phase> Each(Func<Layer, IEnumerable<Phase>> phases) => Layers.SelectMany((size, i) => phases(new(
        size, IsFirst: i == 0, Rows: i == 0 ? Batch : NeuronSteps,
        i == 0 ? Activity.Dense : Activities?[i - 1] ?? Activity.Dense, Activities?[i] ?? Activity.Dense)));

    /// <summary>One layer; its affine rows are B samples for the first one, T * B for the others.</summary>
    private sealed record Layer(LayerSize Size, bool IsFirst, long Rows, Activity Input, Activity Own)
    {
        /// <summary>The share of affine rows' coefficients that are live; those of the first layer are sums over time.</summary>
        public double LiveRows => IsFirst ? 1 : Own.Live;

        /// <summary>Products with the weights; <paramref name="density"/> of them are useful.</summary>
        public Phase Affine(long rows, double density, double inputBytes, double outputBytes) => new(
            2.0 * rows * Size.Products * density,
            rows * (inputBytes * Size.Inputs + outputBytes * Size.Neurons) + Float * Size.Parameters);

        /// <summary>A walk over the neurons' memory.</summary>
        public Phase Walk(double bytes) => new(0, bytes * Size.Neurons);
    }
}
