using System.Diagnostics.CodeAnalysis;
using SnnDsl.Affine;
using SnnDsl.Kernels;
using SnnDsl.Model;
using static TorchSharp.torch;

namespace SnnDsl.Networks;

/// <summary>Neurons whose spikes come back one step later, through weights that are learned: the module that holds these.</summary>
[SuppressMessage("Style", "IDE1006", Justification = "The fields' names are the parameters' names.")]
public sealed class RecurrentNeurons : nn.Module
{
    private readonly string layer;
    private readonly NeuronEquations equations;

    /// <summary>Creates them.</summary>
    /// <param name="layer">The layer's name, for messages.</param>
    /// <param name="equations">The neurons, as <see cref="NeuronEquations.ToString"/> writes them.</param>
    /// <param name="recurrent">The weights, without a bias: [N, N], or [N] where each neuron's spikes come back to itself alone.</param>
    /// <exception cref="FormatException">The text is none of neurons.</exception>
    // TorchSharp finds the field by reflection: without this, trimming and Native AOT take it away.
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicFields, typeof(RecurrentNeurons))]
    public RecurrentNeurons(string layer, string equations, AffineWeights recurrent)
        : base(nameof(RecurrentNeurons))
    {
        (this.layer, this.equations, this.recurrent) = (layer, NeuronEquations.Parse(equations), recurrent);
        RegisterComponents();
    }

    /// <summary>The weights of the spikes of the step before.</summary>
    public readonly AffineWeights recurrent;

    /// <summary>The neurons with the weights of this moment; gradients go through them.</summary>
    public SpikingLayer Layer => new(layer, equations, MapOf(recurrent));

    /// <summary>What weights make of the spikes of the step before.</summary>
    /// <param name="recurrent">[N, N], or [N].</param>
    internal static AffineMap MapOf(AffineWeights recurrent) =>
        recurrent.weight.dim() == 1 ? new DiagonalMap(recurrent.weight) : new LinearMap(recurrent.weight, null);
}
