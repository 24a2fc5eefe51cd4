using SnnDsl.Soundness.Tests.Networks;

// The engine is chosen for the whole process, and torch's threads are shared: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace SnnDsl.Soundness.Tests;

/// <summary>Which networks run on which platforms.</summary>
public static class Cases
{
    /// <summary>Every network.</summary>
    public static TheoryData<string> Networks => [.. Subject.Networks.Select(type => type.Name)];

    /// <summary>Every network on every platform of the CPU.</summary>
    public static TheoryData<string, string> NetworksByPlatform => OnPlatforms(Subject.Networks);

    /// <summary>Every network on a graphics card, fused and plain.</summary>
    public static TheoryData<string, string> NetworksOnCuda => OnCuda(Subject.Networks);

    /// <summary>Some networks on a graphics card, fused and plain.</summary>
    public static TheoryData<string, string> OnCuda(IEnumerable<Type> networks) =>
        Named(networks, nameof(Platform.Cuda), nameof(Platform.PlainCuda));

    /// <summary>Some networks on every platform of the CPU.</summary>
    public static TheoryData<string, string> OnPlatforms(IEnumerable<Type> networks) =>
        Named(networks, nameof(Platform.Double), nameof(Platform.Plain), nameof(Platform.Fused));

    private static TheoryData<string, string> Named(IEnumerable<Type> networks, params string[] platforms)
    {
        TheoryData<string, string> data = [];
        foreach (var type in networks)
        {
            foreach (string platform in platforms)
            {
                data.Add(type.Name, platform);
            }
        }

        return data;
    }
}
