using static TorchSharp.torch;

namespace SnnDsl.Serialization;

/// <summary>The content of a safetensors file. Disposing it disposes its tensors.</summary>
/// <param name="tensors">The tensors, on the CPU, in the order in which the header names them.</param>
/// <param name="metadata">The header's free text, by key; empty if there is none.</param>
public sealed class SafeTensorsFile(OrderedDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata) : IDisposable
{
    /// <summary>The tensors, on the CPU, in the order in which the header names them.</summary>
    public OrderedDictionary<string, Tensor> Tensors { get; } = tensors;

    /// <summary>The header's free text, by key; empty if there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; } = metadata;

    /// <summary>Disposes all tensors.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in Tensors.Values) tensor.Dispose();
    }
}
