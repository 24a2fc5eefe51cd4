using System.Diagnostics.CodeAnalysis;
using SnnDsl.Autograd;
using SnnDsl.Kernels;
using SnnDsl.Model;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnDsl.Networks;

/// <summary>
/// Neurons whose decay is learned, d = sigmoid(decay_logit): the module that holds the parameter. Float32 networks run with exactly the d that
/// <see cref="LearnedDecay.Decay(float)"/> says, on every machine, and so do their bounds and the checker.
/// </summary>
[SuppressMessage("Style", "IDE1006", Justification = "The fields' names are the parameters' names.")]
public sealed class LearnedNeurons : nn.Module
{
    private readonly string layer;
    private readonly LearnedDecay neuron;

    /// <summary>Creates them.</summary>
    /// <param name="layer">The layer's name, for messages.</param>
    /// <param name="equations">The neurons, as <see cref="LearnedDecay.ToString"/> writes them.</param>
    /// <param name="logit">Where the parameter begins.</param>
    /// <param name="shape">The parameter's shape: 1, or that of the neurons.</param>
    /// <exception cref="FormatException">The text is none of neurons with a learned decay.</exception>
    public LearnedNeurons(string layer, string equations, float logit, params long[] shape)
        : this(layer, equations, null, logit, shape)
    {
    }

    /// <summary>Creates them with weights of the spikes that come back.</summary>
    /// <param name="layer">The layer's name, for messages.</param>
    /// <param name="equations">The neurons, as <see cref="LearnedDecay.ToString"/> writes them.</param>
    /// <param name="recurrent">The weights of the spikes of the step before, [N, N] or [N]; null where none come back.</param>
    /// <param name="logit">Where the parameter begins.</param>
    /// <param name="shape">The parameter's shape: 1, or that of the neurons.</param>
    /// <exception cref="FormatException">The text is none of neurons with a learned decay.</exception>
    // TorchSharp finds the fields by reflection: without this, trimming and Native AOT take them away.
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicFields, typeof(LearnedNeurons))]
    public LearnedNeurons(string layer, string equations, AffineWeights? recurrent, float logit, params long[] shape)
        : base(nameof(LearnedNeurons))
    {
        (this.layer, this.recurrent) = (layer, recurrent);
        neuron = LearnedDecay.Read(equations) ?? throw new FormatException($"No decay is learned in {equations}.");
        decay_logit = new Parameter(full(shape, logit, ScalarType.Float32));
        RegisterComponents();
    }

    /// <summary>a, [1] or the neurons' shape.</summary>
    public Parameter decay_logit;

    /// <summary>The weights of the spikes of the step before; null where none come back.</summary>
    public readonly AffineWeights? recurrent;

    /// <summary>The neurons with the decays and weights that the parameters say now; gradients go through them.</summary>
    public SpikingLayer Layer =>
        new(layer, neuron, new DecayFunction().Apply(decay_logit)[0], recurrent is null ? null : RecurrentNeurons.MapOf(recurrent));

    private sealed class DecayFunction : AutogradFunction
    {
        protected internal override Tensor[] Forward(Tensor?[] inputs)
        {
            var logits = inputs[0]!;
            var values = logits.detach().cpu().contiguous();
            var decays = logits.dtype == ScalarType.Float32
                ? tensor([.. values.data<float>().Select(LearnedDecay.Decay)], values.shape)
                : tensor([.. values.to(ScalarType.Float64).data<double>().Select(LearnedDecay.Decay)], values.shape).to(logits.dtype);
            decays = decays.to(logits.device);
            Save(decays);
            return [decays];
        }

        protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] gradients) =>
            [gradients[0] * saved[0]! * saved[0]!.neg().add(1)];
    }
}
