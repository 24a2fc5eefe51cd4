using SnnDsl.Generator.Parsing;

namespace SnnDsl.Generator.Layers;

/// <summary>A kind of layer: how its attribute is known and read. One static instance a kind, in that kind's file.</summary>
/// <param name="title">"Conv2d": the attribute's name in the namespace SnnDsl, without its suffix.</param>
/// <param name="namePrefix">The prefix of default names: "conv" gives conv1, conv2, ...</param>
/// <param name="role">What its layers do.</param>
/// <param name="read">Reads an attribute's arguments, given the layer's name.</param>
internal sealed class LayerKind(string title, string namePrefix, LayerRole role, Func<string, AttributeArguments, Layer> read)
{
    /// <summary>"Conv2d".</summary>
    public string Title => title;

    /// <summary>"SnnDsl.Conv2dAttribute".</summary>
    public string AttributeName => $"SnnDsl.{title}Attribute";

    /// <summary>"conv".</summary>
    public string NamePrefix => namePrefix;

    /// <summary>What its layers do.</summary>
    public LayerRole Role => role;

    /// <summary>Makes the layer that an attribute declares; what is wrong with the arguments goes to their reporter.</summary>
    public Layer Read(string name, AttributeArguments arguments) => read(name, arguments);
}
