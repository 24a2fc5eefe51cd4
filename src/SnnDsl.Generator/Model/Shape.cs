namespace SnnDsl.Generator.Model;

/// <summary>The sizes of one sample, without batch and time: a vector [N] or an image [C, H, W].</summary>
/// <remarks>Equality: the same number of dimensions and the same sizes.</remarks>
/// <param name="Sizes">One or three sizes, outermost first.</param>
internal sealed record Shape(EquatableArray<int> Sizes)
{
    /// <summary>A vector of <paramref name="features"/> values.</summary>
    public static Shape Vector(int features) => new([features]);

    /// <summary>Channels x height x width.</summary>
    public static Shape Image(int channels, int height, int width) => new([channels, height, width]);

    /// <summary>Whether this is a vector.</summary>
    public bool IsVector => Sizes.Count == 1;

    /// <summary>The channels of an image.</summary>
    public int Channels => Sizes[0];

    /// <summary>The rows of an image.</summary>
    public int Height => Sizes[1];

    /// <summary>The columns of an image.</summary>
    public int Width => Sizes[2];

    /// <summary>How many values; <see cref="long.MaxValue"/> if they are too many to count.</summary>
    public long Elements => Sizes.Aggregate(1L, (product, size) => Saturating.Multiply(product, size));

    /// <summary>"784" or "64x14x14".</summary>
    public string Text => string.Join("x", Sizes.Select(size => Numbers.Plain(size)));

    /// <summary>"784" or "64, 14, 14": the sizes as emitted arguments.</summary>
    public string Arguments => string.Join(", ", Sizes.Select(size => Numbers.Plain(size)));

    /// <summary>"784", or "64x14x14 = 12544".</summary>
    public string TextWithElements => IsVector ? Text : $"{Text} = {Numbers.Plain(Elements)}";

    /// <inheritdoc/>
    public override string ToString() => Text;
}
