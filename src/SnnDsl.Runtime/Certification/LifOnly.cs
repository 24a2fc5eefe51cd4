using SnnDsl.Networks;

namespace SnnDsl.Certification;

/// <summary>What is derived for LIF neurons alone asks here first, so that a network with others is refused before any work, by the layer's name.</summary>
internal static class LifOnly
{
    /// <summary>Refuses a network that has other neurons.</summary>
    /// <param name="network">The network.</param>
    /// <param name="what">What is derived for LIF neurons alone, in the plural.</param>
    /// <param name="instead">What can be done instead.</param>
    /// <exception cref="NotSupportedException">A layer has other neurons.</exception>
    public static void Require(SpikingModule network, string what, string instead)
    {
        if (network.Stages.Spiking.FirstOrDefault(stage => !stage.Neurons.IsFused) is { } other)
        {
            throw other.Neurons.NotLif(what, instead);
        }
    }
}
