namespace SnnDsl.Generator.Emission.Kernels;

/// <summary>One parameter of a kernel.</summary>
/// <param name="Name">Its name, the same in every dialect.</param>
/// <param name="Kind">What it is; a dialect has a type for it.</param>
internal readonly record struct KernelParameter(string Name, KernelParameterKind Kind)
{
    /// <summary>Buffers that are read.</summary>
    public static KernelParameter[] Read(params string[] names) => Of(KernelParameterKind.Input, names);

    /// <summary>Buffers that are written.</summary>
    public static KernelParameter[] Written(params string[] names) => Of(KernelParameterKind.Output, names);

    /// <summary>Strides and positions.</summary>
    public static KernelParameter[] Index(params string[] names) => Of(KernelParameterKind.Index, names);

    /// <summary>The number of time steps.</summary>
    public static KernelParameter Steps { get; } = new("steps", KernelParameterKind.Count);

    private static KernelParameter[] Of(KernelParameterKind kind, string[] names) =>
        [.. names.Select(name => new KernelParameter(name, kind))];
}
