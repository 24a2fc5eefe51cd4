using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.Generator.Layers;

/// <summary>The mean of each channel: an average pool whose window is the image.</summary>
/// <remarks>Equality: name.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
internal sealed record GlobalAvgPool2dLayer(string Name) : Layer(Name)
{
    /// <summary>[GlobalAvgPool2d].</summary>
    public static LayerKind OwnKind { get; } = new("GlobalAvgPool2d", "pool", LayerRole.Affine, (name, _) => new GlobalAvgPool2dLayer(name));

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems)
    {
        if (input.IsVector)
        {
            problems.Report(ProblemIds.NeedsImage, Kind.Title, input.Text);
            return null;
        }

        return Shape.Image(input.Channels, 1, 1);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<LoweredLayer> Lower(Shape input) => new AdaptiveAvgPool2dLayer(Name, 1, 1).Lower(input);
}
