using SnnDsl.Networks;
using TorchSharp.Modules;

namespace SnnDsl.Attacks;

/// <summary>Gradients are wanted with respect to the input alone: the weights' own would cost time and stay behind.</summary>
internal sealed class FrozenWeights : IDisposable
{
    private readonly List<Parameter> frozen;

    public FrozenWeights(SpikingModule network)
    {
        frozen = [.. network.parameters().Where(weight => weight.requires_grad)];
        frozen.ForEach(weight => weight.requires_grad = false);
    }

    /// <inheritdoc/>
    public void Dispose() => frozen.ForEach(weight => weight.requires_grad = true);
}
