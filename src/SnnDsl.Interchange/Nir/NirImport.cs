using static TorchSharp.torch;

namespace SnnDsl.Interchange;

/// <summary>A NIR graph as a network of this project: the declaration, and the weights that go with it. Dispose it: it owns the weights.</summary>
/// <param name="declaration">The C# file.</param>
/// <param name="weights">The tensors by the names that the declared network gives them.</param>
public sealed class NirImport(string declaration, IReadOnlyList<(string Name, Tensor Tensor)> weights) : IDisposable
{
    /// <summary>The C# file: a partial class with attributes.</summary>
    public string Declaration { get; } = declaration;

    /// <summary>The tensors by the names that the declared network gives them.</summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> Weights { get; } = weights;

    /// <summary>Disposes the weights.</summary>
    public void Dispose()
    {
        foreach (var (_, tensor) in Weights)
        {
            tensor.Dispose();
        }
    }
}
