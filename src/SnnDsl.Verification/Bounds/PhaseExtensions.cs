namespace SnnDsl.Verification.Bounds;

/// <summary>What phases say of each other.</summary>
internal static class PhaseExtensions
{
    /// <summary>Whether one says that a neuron fires and the other that it is silent.</summary>
    public static bool Contradicts(this Phase one, Phase other) => one != Phase.Open && other == (Phase)(-(int)one);
}
