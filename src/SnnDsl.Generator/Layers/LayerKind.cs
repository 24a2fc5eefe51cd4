using SnnDsl.Generator.Parsing;

namespace SnnDsl.Generator.Layers;

/// <summary>A kind of layer: how its attribute is known and read. One static instance a kind, in that kind's file.</summary>
/// <param name="title">"Conv2d": the attribute's name in the namespace SnnDsl, without its suffix.</param>
/// <param name="namePrefix">The prefix of default names: "conv" gives conv1, conv2, ...</param>
/// <param name="role">What its layers do.</param>
/// <param name="read">Reads an attribute's arguments, given the layer's name.</param>
/// <param name="parts">What is added to the layer's name for layers that it lowers to beside the one of its own name.</param>
internal sealed class LayerKind(
    string title, string namePrefix, LayerRole role, Func<string, AttributeArguments, Layer> read, params string[] parts)
{
    /// <summary>"Conv2d".</summary>
    public string Title => title;

    /// <summary>"SnnDsl.Conv2dAttribute".</summary>
    public string AttributeName => $"SnnDsl.{title}Attribute";

    /// <summary>"conv".</summary>
    public string NamePrefix => namePrefix;

    /// <summary>What its layers do.</summary>
    public LayerRole Role => role;

    /// <summary>Whether its layers are affine maps with weights and a bias, which others can be folded into.</summary>
    public bool HasWeights { get; init; }

    /// <summary>Whether its layers read channels x length, which are images of one row.</summary>
    public bool OfSequences { get; init; }

    /// <summary>Whether its layers act on the pixels themselves, so that none may stand before them.</summary>
    public bool BeginsNetwork { get; init; }

    /// <summary>Whether no neurons may follow its layers.</summary>
    public bool EndsNeurons { get; init; }

    /// <summary>The names of the layers that one of a given name lowers to.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="readsInput">Whether it reads the input as it is.</param>
    public IEnumerable<string> NamesOf(string name, bool readsInput) =>
        parts.Concat(readsInput && role == LayerRole.Spiking ? [EncoderPart] : []).Select(part => name + part).Prepend(name);

    /// <summary>What is added to the name of neurons that encode the input, for the map that makes currents of it.</summary>
    public const string EncoderPart = "Input";

    /// <summary>Makes the layer that an attribute declares; what is wrong with the arguments goes to their reporter.</summary>
    public Layer Read(string name, AttributeArguments arguments) => read(name, arguments);
}
