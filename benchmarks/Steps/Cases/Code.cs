namespace SnnDsl.Benchmarks.Cases;

/// <summary>The three ways to compute the same network.</summary>
internal enum Code
{
    /// <summary>One time step after the other, op by op, autograd: how SNN code is written today.</summary>
    Eager,

    /// <summary>The multi-step schedule (affine layers once over all steps), neurons op by op.</summary>
    Plain,

    /// <summary>What the compiler emits, as users run it.</summary>
    Fused,
}
