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

    /// <summary>Some networks on every platform of the CPU.</summary>
    public static TheoryData<string, string> OnPlatforms(IEnumerable<Type> networks)
    {
        TheoryData<string, string> data = [];
        foreach (var type in networks)
        {
            data.Add(type.Name, nameof(Platform.Double));
            data.Add(type.Name, nameof(Platform.Plain));
            data.Add(type.Name, nameof(Platform.Fused));
        }

        return data;
    }
}
