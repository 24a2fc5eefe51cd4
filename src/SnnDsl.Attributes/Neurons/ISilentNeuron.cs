namespace SnnDsl;

/// <summary>A neuron of one's own in which a step without a spike does something, too.</summary>
public interface ISilentNeuron : INeuron
{
    /// <summary>What a step without a spike does with the states, after it.</summary>
    void Silence();
}
