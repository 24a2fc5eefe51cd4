namespace SnnDsl.Certification.Search;

/// <summary>What a split tells apart.</summary>
internal enum SplitKind
{
    /// <summary>A neuron-step: silent, or fires.</summary>
    Spike,

    /// <summary>The train of a constant current: one of the first of all trains, or a later one.</summary>
    Train,

    /// <summary>A pixel: at most a value, or at least.</summary>
    Pixel,

    /// <summary>An entry of a recording: as it is, or flipped.</summary>
    Entry,
}

/// <summary>A split of a set of inputs into two that cover it.</summary>
/// <param name="Kind">What it tells apart.</param>
/// <param name="Layer">The spiking layer, for spikes.</param>
/// <param name="Step">The step, for spikes and entries.</param>
/// <param name="Unit">The neuron among the layer's open ones, or the input's entry.</param>
/// <param name="Number">The last train of the first side, for trains.</param>
/// <param name="Value">Where a pixel is split.</param>
internal readonly record struct Split(SplitKind Kind, int Layer, int Step, int Unit, int Number, double Value)
{
    /// <summary>A neuron-step.</summary>
    public static Split Spike(int layer, int step, int neuron) => new(SplitKind.Spike, layer, step, neuron, 0, 0);

    /// <summary>A train.</summary>
    public static Split Train(int neuron, int train) => new(SplitKind.Train, 0, 0, neuron, train, 0);

    /// <summary>A pixel.</summary>
    public static Split Pixel(int entry, double value) => new(SplitKind.Pixel, 0, 0, entry, 0, value);

    /// <summary>An entry of a recording.</summary>
    public static Split Entry(int step, int entry) => new(SplitKind.Entry, 0, step, entry, 0, 0);
}
