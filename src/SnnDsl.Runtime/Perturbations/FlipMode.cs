namespace SnnDsl.Perturbations;

/// <summary>Which entries of an event tensor an adversary may flip.</summary>
public enum FlipMode
{
    /// <summary>Any.</summary>
    Both,

    /// <summary>Zeros only: spikes are added.</summary>
    Insert,

    /// <summary>Ones only: spikes are removed.</summary>
    Delete,
}
