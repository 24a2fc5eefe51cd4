namespace SnnDsl.Verification.Networks;

/// <summary>One layer of an architecture's text: <c>conv1=Conv2d(channels=64,kernel=3,...)->64x14x14</c>.</summary>
/// <param name="Name">The prefix of its weights' names.</param>
/// <param name="Kind">Linear, Conv2d, ConvTranspose2d, BatchNorm1d, BatchNorm2d, Normalize, AvgPool2d, AdaptiveAvgPool2d, SumPool2d, Flatten, Lif, Voting, Add, Concat, Delay, Neuron for equations, or Recurrent for what comes back of the neurons before it.</param>
/// <param name="Constants">Its constants by name.</param>
/// <param name="Output">The shape of what it gives for one sample and step.</param>
internal sealed record LayerSpec(string Name, string Kind, IReadOnlyDictionary<string, string> Constants, int[] Output)
{
    /// <summary>The layers that it reads, by name; null for the one before it.</summary>
    public IReadOnlyList<string>? Reads { get; init; }

    /// <summary>Kind and constants as they were written.</summary>
    public string Text { get; init; } = "";
}
