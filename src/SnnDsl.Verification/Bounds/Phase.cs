namespace SnnDsl.Verification.Bounds;

/// <summary>What is known, or assumed, of one neuron at one step.</summary>
internal enum Phase : sbyte
{
    /// <summary>No spike: u is at most the threshold.</summary>
    Silent = -1,

    /// <summary>It may fire or not.</summary>
    Open = 0,

    /// <summary>A spike: u is above the threshold.</summary>
    Fires = 1,
}
