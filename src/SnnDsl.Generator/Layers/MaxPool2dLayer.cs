using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.Generator.Layers;

/// <summary>
/// The maximum over squares of spikes. The maximum of bits is 1 where their sum, a whole number, is above any threshold in (0, 1): it lowers
/// to a sum and to neurons without memory.
/// </summary>
/// <remarks>Equality: name, window, whether of sequences.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="Window">What the maximum is of.</param>
/// <param name="OfSequences">Whether it was declared for channels x length.</param>
internal sealed record MaxPool2dLayer(string Name, Window Window, bool OfSequences = false) : Layer(Name)
{
    private const string SumPart = "Sum";

    // Of the lines under a maximum that U of its spikes may set, s >= (u - threshold) / (U - threshold) is the better the lower the threshold
    // is, and at 0 the hull; over it stands s <= 1 wherever U > 2 threshold. Rounding in bounds stays far from 1/256.
    private static readonly NeuronModel s_neurons = new(1f / 256, 0, ResetKind.Hard, 0, SurrogateKind.StraightThrough, 1);

    /// <summary>[MaxPool2d].</summary>
    public static LayerKind OwnKind { get; } = new("MaxPool2d", "pool", LayerRole.SpikePool, Read, SumPart);

    /// <summary>[MaxPool1d].</summary>
    public static LayerKind OfSequencesKind { get; } = new("MaxPool1d", "pool", LayerRole.SpikePool, ReadOfSequences, SumPart) { OfSequences = true };

    /// <inheritdoc/>
    public override LayerKind Kind => OfSequences ? OfSequencesKind : OwnKind;

    private static Layer Read(string name, AttributeArguments arguments)
    {
        int kernel = arguments.Size("kernel");
        return new MaxPool2dLayer(name, Window.Square(kernel, arguments.PoolStride(kernel), arguments.PoolPadding(kernel)));
    }

    private static Layer ReadOfSequences(string name, AttributeArguments arguments)
    {
        int kernel = arguments.Size("kernel");
        return new MaxPool2dLayer(name, Window.OfSequence(Slide.Even(kernel, arguments.PoolStride(kernel), arguments.PoolPadding(kernel))), OfSequences: true);
    }

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems) => Window.Pool(Kind, input, problems);

    /// <inheritdoc/>
    public override IReadOnlyList<LoweredLayer> Lower(Shape input) =>
    [
        .. new SumPool2dLayer(Name + SumPart, Window, LeadsToMaximum: true).Lower(input),
        new LifLayer(Name, s_neurons),
    ];
}
