namespace SnnDsl.Generator.Model;

/// <summary>What a spike does to the membrane. The values are those of <c>SnnDsl.Reset</c>.</summary>
internal enum ResetKind
{
    /// <summary>r = u (1 - s) + v0 s.</summary>
    Hard,

    /// <summary>r = u - threshold s.</summary>
    Soft,

    /// <summary>r = u.</summary>
    None,
}
