using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.Generator.Layers;

/// <summary>Integrate-and-fire neurons: leaky ones that do not leak.</summary>
/// <remarks>Equality: name and the neurons' constants.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="Constants">What the neurons of this layer are; their decay is 1.</param>
internal sealed record IfLayer(string Name, NeuronModel Constants) : Layer(Name)
{
    /// <summary>[If].</summary>
    public static LayerKind OwnKind { get; } = new("If", "if", LayerRole.Spiking, Read);

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    private static Layer Read(string name, AttributeArguments arguments) =>
        LifLayer.Make(OwnKind, name, arguments, 1, decay: 1, gain: 1) is var made && made is LifLayer lif ? new IfLayer(name, lif.Constants) : made;

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems) => input;

    /// <inheritdoc/>
    public override IReadOnlyList<LoweredLayer> Lower(Shape input) => [new LifLayer(Name, Constants)];
}
