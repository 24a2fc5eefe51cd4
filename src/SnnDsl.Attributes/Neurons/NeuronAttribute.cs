namespace SnnDsl;

/// <summary>
/// Neurons of one's own, one for each value of the affine layer before them: a type states their equations, see <see cref="INeuron"/>.
/// <code>
/// Integrate(I[t])                               the states begin at 0
/// s[t] = 1 if Fires, else 0
/// Spike() after a spike; else Silence(), where the type is an ISilentNeuron
/// </code>
/// </summary>
/// <remarks>What can be certified of such a network: docs/neurons.md.</remarks>
/// <param name="neuron">The neurons' type, in the source of the same project.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class NeuronAttribute(Type neuron) : SpikingAttribute
{
    /// <summary>The neurons' type.</summary>
    public Type Neuron => neuron;
}
