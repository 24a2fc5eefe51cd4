using SnnDsl.Networks;

namespace SnnDsl.Certification;

/// <summary>What is derived for chains of LIF neurons alone asks here first, so that another network is refused before any work, by the layer's name.</summary>
internal static class LifOnly
{
    /// <summary>Whether a network is a chain of LIF neurons.</summary>
    /// <param name="network">The network.</param>
    public static bool Is(SpikingModule network) => network.Stages.IsChain && network.Stages.Neurons.All(neurons => neurons.IsFused);

    /// <summary>Refuses a network that has other neurons, or is no chain.</summary>
    /// <param name="network">The network.</param>
    /// <param name="what">What is derived for LIF neurons alone, in the plural.</param>
    /// <param name="instead">What can be done instead.</param>
    /// <exception cref="NotSupportedException">A layer has other neurons, or the layers are a graph.</exception>
    public static void Require(SpikingModule network, string what, string instead)
    {
        var stages = network.Stages;
        if (stages.Neurons.FirstOrDefault(neurons => !neurons.IsFused) is { } other)
        {
            throw other.NotLif(what, instead);
        }

        if (!stages.IsChain)
        {
            throw new NotSupportedException(
                $"The layers of {network.Description.Name} are a graph, and {what} are derived for chains alone, in which every layer reads the one before it: {instead}.");
        }
    }
}
