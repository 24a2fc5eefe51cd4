namespace SnnDsl.Interchange;

/// <summary>Whose conventions a network was trained with.</summary>
public enum StateDictOrigin
{
    /// <summary>Not stated: taken from the neurons in the file where it has any.</summary>
    Unstated,

    /// <summary>snnTorch: neurons fire above the threshold, currents weigh 1.</summary>
    SnnTorch,

    /// <summary>SpikingJelly: neurons fire at the threshold, too.</summary>
    SpikingJelly,
}
