using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.Generator.Layers;

/// <summary>
/// A declared layer. One sealed record a kind says everything that the compiler knows of that kind: how its attribute is read, its shape
/// rule, and what it lowers to.
/// </summary>
/// <remarks>Equality: the same kind with the same name and arguments; shapes are not part of a layer.</remarks>
/// <param name="Name">The layer's name: a C# identifier, unique in the network, the prefix of its parameters.</param>
internal abstract record Layer(string Name)
{
    /// <summary>Its kind.</summary>
    public abstract LayerKind Kind { get; }

    /// <summary>The shape rule.</summary>
    /// <param name="input">What the layer before it gives.</param>
    /// <param name="problems">Takes the reason if the layer does not fit.</param>
    /// <returns>What this layer gives, or null if it does not fit.</returns>
    public abstract Shape? Infer(Shape input, ProblemReporter problems);

    /// <summary>The shape rule of a layer that reads several.</summary>
    /// <param name="inputs">What the layers that it reads give, in order.</param>
    /// <param name="problems">Takes the reason if the layer does not fit.</param>
    /// <returns>What this layer gives, or null if it does not fit.</returns>
    public virtual Shape? Infer(IReadOnlyList<Shape> inputs, ProblemReporter problems) => Infer(inputs[0], problems);

    /// <summary>How many trained numbers the layer has.</summary>
    public virtual long CountParameters(Shape input, Shape output) => 0;

    /// <summary>
    /// The layers of the engine's own language that do what this one declares, in order: most often one, in the one form that is emitted and
    /// described, so that equal functions have equal texts.
    /// </summary>
    /// <param name="input">What the layer before it gives; the layer fits it.</param>
    public abstract IReadOnlyList<LoweredLayer> Lower(Shape input);
}
