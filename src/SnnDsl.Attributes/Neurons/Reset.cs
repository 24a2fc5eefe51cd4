namespace SnnDsl;

/// <summary>What a spike does to the membrane.</summary>
public enum Reset
{
    /// <summary>The membrane is set to the reset value: r = u (1 - s) + v0 s.</summary>
    Hard,

    /// <summary>The threshold is subtracted: r = u - threshold s.</summary>
    Soft,

    /// <summary>Nothing: the membrane goes on as it is, and a neuron above its threshold keeps firing.</summary>
    None,
}
