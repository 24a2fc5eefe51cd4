namespace SnnDsl.Cuda.Tests.OnTheGpu;

/// <summary>The engine is chosen for the whole process: these tests run alone.</summary>
[CollectionDefinition(nameof(NetworkTests), DisableParallelization = true)]
public sealed class NetworkCollection;
