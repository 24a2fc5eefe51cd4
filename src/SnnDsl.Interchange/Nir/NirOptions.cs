namespace SnnDsl.Interchange;

/// <summary>What a NIR graph does not say: it knows neither classes nor steps.</summary>
public sealed record NirOptions
{
    /// <summary>The class's name. Default: Network.</summary>
    public string ClassName { get; init; } = "Network";

    /// <summary>The class's namespace; null for none.</summary>
    public string? Namespace { get; init; }

    /// <summary>dt, the length of a step in seconds. Null takes what our own export noted, or 0.0001, as snnTorch writes.</summary>
    public double? TimeStep { get; init; }

    /// <summary>T, the number of steps. Null takes what our own export noted, or 10.</summary>
    public int? TimeSteps { get; init; }

    /// <summary>How inputs are encoded. Null takes what our own export noted, or direct.</summary>
    public Encoding? Encoding { get; init; }
}
