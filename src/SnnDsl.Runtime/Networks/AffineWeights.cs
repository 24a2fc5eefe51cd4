using System.Diagnostics.CodeAnalysis;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnDsl.Networks;

/// <summary>The trained values of one affine layer, under the names that PyTorch gives them: weight and bias.</summary>
[SuppressMessage("Style", "IDE1006", Justification = "The fields' names are the parameters' names.")]
public sealed class AffineWeights : nn.Module
{
    /// <summary>Creates weights uniform in [-1/sqrt(n), 1/sqrt(n)], n being the inputs of one output.</summary>
    /// <param name="generator">Where the numbers come from; torch's global random state is neither read nor moved.</param>
    /// <param name="hasBias">Whether there is a bias, one value for each output or output channel.</param>
    /// <param name="shape">[outputs, inputs...].</param>
    // TorchSharp finds both by reflection: without this, trimming and Native AOT take them away.
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicFields, typeof(AffineWeights))]
    public AffineWeights(Generator generator, bool hasBias, params long[] shape)
        : this(generator, shape[0], hasBias, shape)
    {
    }

    /// <summary>Creates weights whose first dimension are not the outputs, as those of a transposed convolution, from n = the values of a first index, as PyTorch does.</summary>
    /// <param name="generator">As above.</param>
    /// <param name="outputs">How many outputs or output channels.</param>
    /// <param name="hasBias">Whether there is a bias, one value for each of them.</param>
    /// <param name="shape">The weight's.</param>
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicFields, typeof(AffineWeights))]
    public AffineWeights(Generator generator, long outputs, bool hasBias, params long[] shape)
        : base(nameof(AffineWeights))
    {
        weight = new Parameter(empty(shape));
        bias = hasBias ? new Parameter(empty(outputs)) : null;
        Initialisation.Uniform(weight, bias, generator);
        RegisterComponents();
    }

    /// <summary>[outputs, inputs], [output channels, input channels of a group, kernel...] or, transposed, [input channels, output channels, kernel, kernel].</summary>
    public readonly Parameter weight;

    /// <summary>[outputs], or null.</summary>
    public readonly Parameter? bias;
}
