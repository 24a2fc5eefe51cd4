namespace SnnDsl.Generator.Emission.Kernels;

/// <summary>What a kernel's parameter is.</summary>
internal enum KernelParameterKind
{
    /// <summary>A buffer of float32 that is read.</summary>
    Input,

    /// <summary>A buffer of float32 that is written.</summary>
    Output,

    /// <summary>A stride or a position in a buffer.</summary>
    Index,

    /// <summary>A small count.</summary>
    Count,

    /// <summary>A float32 number.</summary>
    Number,

    /// <summary>Which lines a relaxation takes.</summary>
    Rule,
}
