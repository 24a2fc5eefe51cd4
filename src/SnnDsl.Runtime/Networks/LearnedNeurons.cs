using System.Diagnostics.CodeAnalysis;
using SnnDsl.Autograd;
using SnnDsl.Kernels;
using SnnDsl.Model;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnDsl.Networks;

/// <summary>
/// Neurons whose decay is learned, d = sigmoid(decay_logit), and perhaps their threshold, exp(threshold_log): the module that holds the parameters. Float32 networks run with exactly the d that
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
        : this(layer, equations, logit, thresholdLog: null, shape)
    {
    }

    /// <summary>Creates them with a threshold that is learned, too, or with weights of the spikes that come back.</summary>
    /// <param name="layer">The layer's name, for messages.</param>
    /// <param name="equations">The neurons, as <see cref="LearnedDecay.ToString"/> writes them.</param>
    /// <param name="logit">Where the decay's parameter begins.</param>
    /// <param name="thresholdLog">Where the threshold's parameter begins; null where it is a constant.</param>
    /// <param name="shape">The parameters' shape: 1, or that of the neurons.</param>
    /// <param name="recurrent">The weights of the spikes of the step before, [N, N] or [N]; null where none come back.</param>
    /// <exception cref="FormatException">The text is none of neurons that learn this.</exception>
    // TorchSharp finds the fields by reflection: without this, trimming and Native AOT take them away.
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicFields, typeof(LearnedNeurons))]
    public LearnedNeurons(string layer, string equations, float logit, float? thresholdLog, long[] shape, AffineWeights? recurrent = null)
        : base(nameof(LearnedNeurons))
    {
        (this.layer, this.recurrent) = (layer, recurrent);
        neuron = LearnedDecay.Read(equations) is { } read && read.LearnsThreshold == thresholdLog.HasValue
            ? read
            : throw new FormatException($"{(thresholdLog.HasValue ? "No threshold" : "No decay alone")} is learned in {equations}.");
        decay_logit = new Parameter(HeldScalars.Full(shape, logit, ScalarType.Float32));
        threshold_log = thresholdLog is { } log ? new Parameter(HeldScalars.Full(shape, log, ScalarType.Float32)) : null;
        RegisterComponents();
    }

    /// <summary>a, [1] or the neurons' shape.</summary>
    public Parameter decay_logit;

    /// <summary>b, of the same shape; null where the threshold is a constant.</summary>
    public Parameter? threshold_log;

    /// <summary>The weights of the spikes of the step before; null where none come back.</summary>
    public readonly AffineWeights? recurrent;

    /// <summary>The neurons with the decays, thresholds and weights that the parameters say now; gradients go through them.</summary>
    public SpikingLayer Layer
    {
        get
        {
            var decay = new DecayFunction().Apply(decay_logit)[0];
            var inverse = threshold_log is null ? null : new InverseThresholdFunction().Apply(threshold_log)[0];
            var gain = !neuron.Scales ? inverse : inverse is null ? decay.TakenFrom(1) : (decay.TakenFrom(1)) * inverse;
            return new(layer, neuron, decay, gain, recurrent is null ? null : RecurrentNeurons.MapOf(recurrent));
        }
    }

    // The numbers that the model says, each computed by itself, so that they are the same everywhere.
    private static Tensor Map(Tensor parameter, Func<double, double> of)
    {
        var values = parameter.detach().cpu().contiguous().to(ScalarType.Float64);
        return tensor([.. values.data<double>().Select(of)], values.shape).to(parameter.dtype).to(parameter.device);
    }

    private sealed class DecayFunction : AutogradFunction
    {
        protected internal override Tensor[] Forward(Tensor?[] inputs)
        {
            var decays = Map(inputs[0]!, LearnedDecay.Decay);
            Save(decays);
            return [decays];
        }

        protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] gradients) =>
            [gradients[0] * saved[0]! * saved[0]!.TakenFrom(1)];
    }

    // Where b is cut off it gets no gradient.
    private sealed class InverseThresholdFunction : AutogradFunction
    {
        protected internal override Tensor[] Forward(Tensor?[] inputs)
        {
            var inverse = Map(inputs[0]!, LearnedDecay.InverseThreshold);
            var within = inputs[0]!.detach().abs().IsAtMost(LearnedDecay.GreatestLog);
            Save(inverse * within.to(inverse.dtype));
            return [inverse];
        }

        protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] gradients) => [gradients[0] * saved[0]!.neg()];
    }
}
