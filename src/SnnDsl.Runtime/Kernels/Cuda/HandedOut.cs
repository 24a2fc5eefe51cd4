using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>
/// Gradients that a backward pass hands to torch. On CUDA it runs on a thread of torch's engine, where no DisposeScope collects the
/// wrappers: left to the finaliser they would hold device memory that the collector does not see, and one finalised before torch
/// has taken its own reference would be gone too early. So each thread holds what it handed out last until it hands out again.
/// </summary>
internal static class HandedOut
{
    [ThreadStatic]
    private static List<Tensor>? s_last;

    /// <summary>Holds gradients and releases those of this thread's backward pass before.</summary>
    /// <param name="gradients">For each argument of the function; null where there is none.</param>
    public static List<Tensor> Hold(params Tensor?[] gradients)
    {
        s_last?.ForEach(gradient => gradient?.Dispose());
        return s_last = [.. gradients.Select(gradient => gradient!)];
    }
}
