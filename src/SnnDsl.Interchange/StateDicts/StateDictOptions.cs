namespace SnnDsl.Interchange;

/// <summary>What a state dict does not say of itself.</summary>
public sealed record StateDictOptions
{
    /// <summary>
    /// New names, applied in order before anything else: of one tensor ("head.weight" to "fc1.weight") or of a whole module ("features.0" to "conv1").
    /// </summary>
    public IReadOnlyList<(string From, string To)> Renames { get; init; } = [];

    /// <summary>Which library's conventions the network was trained with. Default: what the file's neurons tell.</summary>
    public StateDictOrigin Origin { get; init; } = StateDictOrigin.Unstated;

    /// <summary>
    /// The <c>reset_delay</c> of snnTorch's neurons, which it does not save. It matters where a reset subtracts the threshold and something leaks: by default (true there)
    /// the threshold is subtracted after the leak, which no attribute says.
    /// </summary>
    public bool? ResetDelay { get; init; }

    /// <summary>
    /// SpikingJelly's neurons, whose constants its files do not hold, as the calls that made them: "LIFNode(tau=2.0, v_reset=None)", one for all layers or one for each in order. They are
    /// compared with the attributes; what a call leaves out is SpikingJelly's default. Default: none, and attributes are taken as they are.
    /// </summary>
    public IReadOnlyList<string> Neurons { get; init; } = [];

    /// <summary>
    /// Whether numbers may be rounded to the network's type, float64 to float32 most of all. Default: false, because a certificate is about the numbers that run.
    /// Narrower numbers (float16, bfloat16) are read exactly without it.
    /// </summary>
    public bool Convert { get; init; }
}
