namespace SnnDsl.Generator.Model;

/// <summary>What a step made of one network: a value, or a fault of ours; neither where the declaration is refused.</summary>
/// <remarks>Equality: value and fault.</remarks>
/// <typeparam name="T">What the step makes.</typeparam>
/// <param name="Value">What was made.</param>
/// <param name="Fault">Why it was not.</param>
internal sealed record Outcome<T>(T? Value, Fault? Fault)
    where T : class
{
    /// <summary>What the next step makes of the value; a fault stays what it is. An exception is told of this network, the others go on.</summary>
    /// <param name="network">The class's full metadata name.</param>
    /// <param name="step">The next step.</param>
    public Outcome<TNext> Then<TNext>(string network, Func<T, TNext?> step)
        where TNext : class
    {
        if (Value is null)
        {
            return new(null, Fault);
        }

        try
        {
            return new(step(Value), null);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return new(null, new Fault(network, fault.GetType().Name, fault.Message.Replace('\r', ' ').Replace('\n', ' ')));
        }
    }
}
