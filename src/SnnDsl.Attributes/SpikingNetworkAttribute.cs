namespace SnnDsl;

/// <summary>
/// Declares a spiking neural network: the compiler emits the other half of the partial class, a TorchSharp
/// <c>nn.Module&lt;Tensor, Tensor&gt;</c> with forward pass, surrogate-gradient backward pass and sound bounds.
/// </summary>
/// <remarks>
/// The layers follow as further attributes, in order, as in the architecture table of a paper:
/// <code>
/// [SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Direct)]
/// [Input(1, 28, 28)]
/// [Flatten]
/// [Linear(512, Name = "fc1")]
/// [Lif(Threshold = 0.25, Decay = 0.25)]
/// [Linear(10, Name = "fc2")]
/// [Lif]
/// public sealed partial class Classifier;
/// </code>
/// </remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SpikingNetworkAttribute : Attribute
{
    /// <summary>The number of time steps T that the network runs for, at least 1. Default: 10.</summary>
    public int TimeSteps { get; set; } = 10;

    /// <summary>How an input becomes a sequence of T inputs. Default: <see cref="Encoding.Direct"/>.</summary>
    public Encoding Encoding { get; set; } = Encoding.Direct;
}
