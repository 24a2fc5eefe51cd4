using SnnDsl.Networks;

namespace SnnDsl.Interchange;

/// <summary>Puts a network into the mode in which it is deployed, until this is disposed of.</summary>
internal sealed class Deployed : IDisposable
{
    private readonly SpikingModule network;
    private readonly bool trained;

    public Deployed(SpikingModule network)
    {
        (this.network, trained) = (network, network.training);
        network.eval();
    }

    public void Dispose() => network.train(trained);
}
