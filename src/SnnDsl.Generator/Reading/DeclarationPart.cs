namespace SnnDsl.Generator.Parsing;

/// <summary>The part of a declaration that a <see cref="Place"/> lies in.</summary>
internal enum DeclarationPart
{
    /// <summary>The name of the class.</summary>
    Class,

    /// <summary>A member that the user wrote, by its name.</summary>
    Member,

    /// <summary>The [SpikingNetwork] attribute.</summary>
    Network,

    /// <summary>An [Input] attribute.</summary>
    Input,

    /// <summary>A layer's attribute.</summary>
    Layer,

    /// <summary>A readout's attribute.</summary>
    Readout,

    /// <summary>An attribute that looks like a layer and is none.</summary>
    Stranger,
}
