using SnnDsl.Generator.Parsing;

namespace SnnDsl.Generator.Readouts;

/// <summary>A kind of readout: how its attribute is known and read.</summary>
/// <param name="title">"MeanReadout": the attribute's name in the namespace SnnDsl, without its suffix.</param>
/// <param name="read">Reads an attribute's arguments.</param>
internal sealed class ReadoutKind(string title, Func<AttributeArguments, Readout> read)
{
    /// <summary>"MeanReadout".</summary>
    public string Title => title;

    /// <summary>"SnnDsl.MeanReadoutAttribute".</summary>
    public string AttributeName => $"SnnDsl.{title}Attribute";

    /// <summary>Whether it integrates a last layer that does not fire, so that an affine layer must follow the last neurons; others take the mean of what there is.</summary>
    public bool IntegratesCurrents { get; init; }

    /// <summary>Makes the readout that an attribute declares.</summary>
    public Readout Read(AttributeArguments arguments) => read(arguments);
}
