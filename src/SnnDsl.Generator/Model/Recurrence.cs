namespace SnnDsl.Generator.Model;

/// <summary>Which spikes of the step before come back to a layer's currents.</summary>
internal enum Recurrence
{
    /// <summary>None.</summary>
    None,

    /// <summary>Those of all its neurons, to each.</summary>
    Full,

    /// <summary>Each neuron's own, to itself.</summary>
    Diagonal,
}
