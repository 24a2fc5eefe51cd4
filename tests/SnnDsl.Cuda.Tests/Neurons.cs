using SnnDsl.Generator.Emission.Kernels;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Tests.Kernels;
using SnnDsl.Kernels;

namespace SnnDsl.Cuda.Tests;

/// <summary>The kinds of neurons under test, by a name that a test's report can show.</summary>
internal static class Neurons
{
    private static readonly Dictionary<string, NeuronKernel> s_examples = typeof(Neurons).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(NeuronKernel)) && type.Namespace == "SnnDsl.Emitted")
        .OrderBy(type => type.FullName, StringComparer.Ordinal)
        .ToDictionary(type => type.Name, type => (NeuronKernel)Activator.CreateInstance(type)!);

    private static readonly Dictionary<string, NeuronModel> s_models = EmittedKernels.Models.Distinct().ToDictionary(Name);

    /// <summary>What the networks of the examples emit: every kind of their neurons once.</summary>
    public static TheoryData<string> Examples { get; } = [.. s_examples.Keys];

    /// <summary>Their names.</summary>
    public static IReadOnlyCollection<string> ExampleNames => s_examples.Keys;

    /// <summary>Both resets, reset values below and above the threshold, decays 0 to 1, all surrogates.</summary>
    public static TheoryData<string> Matrix { get; } = [.. s_models.Keys];

    /// <summary>All of them.</summary>
    public static TheoryData<string> All { get; } = [.. s_examples.Keys, .. s_models.Keys];

    /// <summary>The neurons of the networks of the paper.</summary>
    public const string Papers = "LifThreshold0_25Decay0_25HardTo0Rectangular1";

    /// <summary>A kernel that was compiled without its CUDA half.</summary>
    public static NeuronKernel WithoutText => EmittedKernels.Of(EmittedKernels.Models[0]);

    /// <summary>The C# kernels of a kind, and the CUDA text.</summary>
    public static (NeuronKernel Kernel, string Text) Of(string name) => s_examples.TryGetValue(name, out var kernel)
        ? (kernel, kernel.CudaText!)
        : (EmittedKernels.Of(s_models[name]), CudaKernelEmitter.Emit(s_models[name]));

    private static string Name(NeuronModel n) => FormattableString.Invariant(
        $"{n.Reset}{n.ResetValue} th {n.Threshold} decay {n.Decay} {n.Surrogate} {n.SurrogateWidth}{(n.Detached ? " detached" : "")}");
}
