namespace SnnDsl;

/// <summary>How the last layer's outputs over time become logits. At most one, after the last layer.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public abstract class ReadoutAttribute : Attribute
{
    // Closed: the compiler knows its own readouts.
    private protected ReadoutAttribute()
    {
    }
}
