using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Readouts;

namespace SnnDsl.Generator.Model;

/// <summary>A network as it was declared: every argument is valid by itself, shapes are not known yet.</summary>
/// <remarks>
/// Equality: every value below, layers in order. Where in the source they stood is not part of it, so an edit that moves the
/// declaration without changing it leaves every later step cached.
/// </remarks>
/// <param name="Class">Where the emitted half belongs.</param>
/// <param name="IsMarkedGenerated">Whether the user's half has [GeneratedCode] already, which may stand once on a class.</param>
/// <param name="SpellsTypes">Whether a type of the user's own is called var or nint there, so that emitted locals must state their types.</param>
/// <param name="SpellsNames">Whether something of the user's own has the short name of a type that emitted code names, so that it must name them in full.</param>
/// <param name="TimeSteps">T, at least 1.</param>
/// <param name="Encoding">How an input becomes T inputs.</param>
/// <param name="Input">The shape of one input sample.</param>
/// <param name="Layers">The layers in order, at least one.</param>
/// <param name="Sources">By layer, which layers it reads, all before it; -1 is the input.</param>
/// <param name="Readout">How the last layer's outputs become logits.</param>
internal sealed record NetworkSpec(
    DeclaredClass Class,
    bool IsMarkedGenerated,
    bool SpellsTypes,
    bool SpellsNames,
    int TimeSteps,
    InputEncoding Encoding,
    Shape Input,
    EquatableArray<Layer> Layers,
    EquatableArray<EquatableArray<int>> Sources,
    Readout Readout);
