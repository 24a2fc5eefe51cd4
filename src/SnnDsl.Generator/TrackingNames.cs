namespace SnnDsl.Generator;

/// <summary>The names of the generator's steps, by which tests ask why a step ran.</summary>
internal static class TrackingNames
{
    /// <summary>Declaration to <see cref="Model.NetworkSpec"/>.</summary>
    public const string Spec = nameof(Spec);

    /// <summary>Spec to <see cref="Planning.ShapedNetwork"/>.</summary>
    public const string Shapes = nameof(Shapes);

    /// <summary>Shapes to <see cref="Planning.NetworkPlan"/>.</summary>
    public const string Plan = nameof(Plan);

    /// <summary>Plan to <see cref="Planning.KernelPlan"/>.</summary>
    public const string KernelPlan = nameof(KernelPlan);

    /// <summary>Plans of kernels to each <see cref="Planning.PlannedKernel"/> once.</summary>
    public const string Kernels = nameof(Kernels);

    /// <summary>Plan to the files about layers.</summary>
    public const string LayerFiles = nameof(LayerFiles);

    /// <summary>Kernels to their files.</summary>
    public const string KernelFiles = nameof(KernelFiles);

    /// <summary>All of them, in order.</summary>
    public static IReadOnlyList<string> All { get; } = [Spec, Shapes, Plan, KernelPlan, Kernels, LayerFiles, KernelFiles];
}
