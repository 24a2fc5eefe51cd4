namespace SnnDsl.Generator;

/// <summary>The names of the generator's steps, by which tests ask why a step ran.</summary>
internal static class TrackingNames
{
    /// <summary>Class to <see cref="Parsing.Declaration"/>.</summary>
    public const string Declaration = nameof(Declaration);

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

    /// <summary>Declarations, and specs whose layers do not fit, to <see cref="Parsing.Refusal"/>.</summary>
    public const string Refusal = nameof(Refusal);

    /// <summary>Refusals to the outlines of their classes.</summary>
    public const string Outline = nameof(Outline);

    /// <summary>The steps of a network that is emitted, in order.</summary>
    public static IReadOnlyList<string> All { get; } = [Declaration, Spec, Shapes, Plan, KernelPlan, Kernels, LayerFiles, KernelFiles];
}
