namespace SnnDsl;

/// <summary>
/// The vote of a population: groups of neighbouring neurons of the last layer stand for a class, and their mean is its value. [Voting(10)] makes
/// 11 classes of 110 neurons.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class VotingAttribute : LayerAttribute
{
    /// <summary>Averages groups of the last layer's values.</summary>
    /// <param name="size">How many neurons vote for a class; it divides the number of neurons.</param>
    public VotingAttribute(int size) => Size = size;

    /// <summary>How many neurons vote for a class.</summary>
    public int Size { get; }
}
