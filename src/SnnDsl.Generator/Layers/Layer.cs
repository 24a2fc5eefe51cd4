using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>A declared layer. One sealed record a kind says everything that the compiler knows of that kind.</summary>
/// <remarks>Equality: the same kind with the same name and arguments; shapes are not part of a layer.</remarks>
/// <param name="Name">The layer's name: a C# identifier, unique in the network, the prefix of its parameters.</param>
internal abstract record Layer(string Name)
{
    /// <summary>Its kind.</summary>
    public abstract LayerKind Kind { get; }

    /// <summary>The neurons of a spiking layer that has kernels of its own; null for the others.</summary>
    public virtual NeuronModel? Neuron => null;

    /// <summary>How many numbers a neuron keeps from step to step; 0 for layers that do not fire.</summary>
    public virtual int States => Neuron is null ? 0 : 1;

    /// <summary>The shape rule.</summary>
    /// <param name="input">What the layer before it gives.</param>
    /// <param name="problems">Takes the reason if the layer does not fit.</param>
    /// <returns>What this layer gives, or null if it does not fit.</returns>
    public abstract Shape? Infer(Shape input, ProblemReporter problems);

    /// <summary>The same function on this input, in the one form that is emitted and described, so that equal functions have equal texts.</summary>
    /// <param name="input">What the layer before it gives; the layer fits it.</param>
    public virtual Layer Normalise(Shape input) => this;

    /// <summary>How many trained numbers the layer has.</summary>
    public virtual long CountParameters(Shape input, Shape output) => 0;

    /// <summary>One line that names the layer with its shapes: "Conv2d 1x28x28 -> 64x14x14, kernel 3, stride 2, padding 1".</summary>
    public abstract string Title(Shape input, Shape output);

    /// <summary>What the layer computes, as mathematics in one line.</summary>
    public abstract string Equation(Shape input, Shape output);

    /// <summary>The kind and every constant, in a fixed order, for <see cref="Planning.NetworkPlan.Architecture"/>.</summary>
    public abstract string Describe();

    /// <summary>Emits the fields and properties that the layer needs in the class.</summary>
    public abstract void EmitMembers(PlannedLayer at, CodeWriter writer);

    /// <summary>Emits the lines of the constructor that make the layer's weights from the local <c>random</c>.</summary>
    public virtual void EmitInitialisation(PlannedLayer at, CodeWriter writer)
    {
    }

    /// <summary>Emits the forward pass over all time steps.</summary>
    /// <param name="at">The layer in its place.</param>
    /// <param name="input">The local that holds its input.</param>
    /// <param name="writer">Where to.</param>
    /// <returns>The local that holds its output.</returns>
    public abstract string EmitForward(PlannedLayer at, string input, CodeWriter writer);

    /// <summary>Emits interval bounds over all time steps.</summary>
    /// <param name="at">The layer in its place.</param>
    /// <param name="input">The local that holds the interval of its input.</param>
    /// <param name="writer">Where to.</param>
    /// <returns>The local or expression that holds the interval of its output.</returns>
    public abstract string EmitIntervals(PlannedLayer at, string input, CodeWriter writer);

    /// <summary>Emits the step backwards of a linear form: the local <c>form</c>, on the layer's output, becomes one on its input.</summary>
    public abstract void EmitBack(PlannedLayer at, CodeWriter writer);
}
