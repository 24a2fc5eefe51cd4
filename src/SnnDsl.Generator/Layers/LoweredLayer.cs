using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>
/// A layer of the engine's own language, which forward pass, backward pass, every bound, records and the checker know: affine maps and
/// threshold neurons. Declared layers lower to these; a simple one is one itself.
/// </summary>
/// <remarks>Equality: as of <see cref="Layer"/>.</remarks>
/// <param name="Name">The layer's name.</param>
internal abstract record LoweredLayer(string Name) : Layer(Name)
{
    /// <summary>The neurons of a spiking layer that has kernels of its own; null for the others.</summary>
    public virtual NeuronModel? Neuron => null;

    /// <summary>How many numbers a neuron keeps from step to step; 0 for layers that do not fire.</summary>
    public virtual int States => Neuron is null ? 0 : 1;

    /// <summary>The member that holds the neurons of a spiking layer.</summary>
    public virtual string Neurons => Name;

    /// <summary>How its kernel slides over an image; null for layers that have none.</summary>
    public virtual Window? Slides => null;

    /// <summary>What stands for the gradient of a spike: "Rectangular, width 1"; null for layers that do not fire.</summary>
    public virtual string? Surrogate => Neuron is { } neuron ? SurrogateText(neuron.Surrogate, neuron.SurrogateWidth) : null;

    /// <summary>
    /// How many weights its values meet in one step if none of them is zero: those of the layer's input, or of spikes that come back. What has no weights
    /// of its own costs what the weights behind it do.
    /// </summary>
    public virtual long CountOperations(Shape input, Shape output) => 0;

    /// <inheritdoc/>
    public override IReadOnlyList<LoweredLayer> Lower(Shape input) => [this];

    /// <summary>One line that names the layer with its shapes: "Conv2d 1x28x28 -> 64x14x14, kernel 3, stride 2, padding 1".</summary>
    public abstract string Title(Shape input, Shape output);

    /// <summary>What the layer computes, as mathematics in one line.</summary>
    public abstract string Equation(Shape input, Shape output);

    /// <summary>The kind and every constant, in a fixed order, for <see cref="Planning.NetworkPlan.Architecture"/>; null for a layer that is nothing where the network does not train.</summary>
    public abstract string? Describe();

    /// <summary>
    /// What makes more currents of the layer's own spikes of the step before, for <see cref="Planning.NetworkPlan.Architecture"/>; null for nothing.
    /// </summary>
    public virtual string? Feedback => null;

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
    /// <param name="input">The local that holds the interval of its input; of a layer that <see cref="EquationsLayer.SumsOverSets"/>, the set of inputs and the map from there.</param>
    /// <param name="writer">Where to.</param>
    /// <returns>The local or expression that holds the interval of its output.</returns>
    public abstract string EmitIntervals(PlannedLayer at, string input, CodeWriter writer);

    /// <summary>Emits the step backwards of a linear form: the local <c>form</c>, on the layer's output, becomes one on its input.</summary>
    public abstract void EmitBack(PlannedLayer at, CodeWriter writer);

    /// <summary>A surrogate as text.</summary>
    /// <param name="surrogate">The surrogate.</param>
    /// <param name="width">Its width.</param>
    protected static string SurrogateText(SurrogateKind surrogate, float width) =>
        surrogate == SurrogateKind.StraightThrough ? $"{surrogate}" : $"{surrogate}, width {Numbers.Plain(width)}";
}
