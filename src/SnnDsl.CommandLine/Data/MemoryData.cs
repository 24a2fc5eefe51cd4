using SnnDsl.Data;

namespace SnnDsl.CommandLine;

/// <summary>Data that a function of one's own gives: made, measured, or read from files that only it knows.</summary>
/// <example>
/// <code>
/// .Data(new MemoryData("valves", (path, split, steps) => Dataset.FromTensors(inputs, labels, split: split)))
/// </code>
/// </example>
/// <param name="name">What <c>--dataset</c> and records call it.</param>
/// <param name="load">
/// Gives a split: what <c>--data</c> says or null, <c>train</c> or <c>test</c>, and T. It gives the same samples whenever it is asked,
/// or <c>verify</c> rejects what <c>certify</c> wrote.
/// </param>
public sealed class MemoryData(string name, Func<string?, string, int, Dataset> load) : DataSource(name)
{
    /// <summary>Whether it holds recorded spikes ([T, ...]) instead of pixels or features.</summary>
    public bool Spikes { get; init; }

    /// <summary>
    /// The shape of one input without time, such as [64] or [3, 32, 32], where a host with several data sets shall find the one that
    /// fits a network; none: any.
    /// </summary>
    public long[]? Shape { get; init; }

    /// <inheritdoc/>
    public override bool HoldsSpikes => Spikes;

    /// <inheritdoc/>
    public override IReadOnlyList<long>? InputShape => Shape;

    /// <inheritdoc/>
    public override Dataset Load(string? path, string split, int steps) => load(path, split, steps);
}
