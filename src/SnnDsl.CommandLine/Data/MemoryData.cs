using SnnDsl.Data;

namespace SnnDsl.CommandLine;

/// <summary>Data that a function of one's own gives: made, measured, or read from files that only it knows.</summary>
/// <example>
/// <code>
/// .Data(new MemoryData("valves", (split, steps) => Dataset.FromTensors(inputs, labels, split: split)))
/// </code>
/// </example>
public sealed class MemoryData : DataSource
{
    private readonly Func<string?, string, int, Dataset> load;

    /// <summary>Data that the program makes, or knows where to find; <c>--data</c> is refused.</summary>
    /// <param name="name">What <c>--dataset</c> and records call it.</param>
    /// <param name="load">
    /// Gives a split: <c>train</c> or <c>test</c>, and T. It gives the same samples whenever it is asked, or <c>verify</c> rejects what
    /// <c>certify</c> wrote.
    /// </param>
    public MemoryData(string name, Func<string, int, Dataset> load)
        : base(name) => (this.load, TakesPath) = ((_, split, steps) => load(split, steps), false);

    /// <summary>Data of which <c>--data</c> says where they lie, or which.</summary>
    /// <param name="name">What <c>--dataset</c> and records call it.</param>
    /// <param name="load">Gives a split: what <c>--data</c> says or null, <c>train</c> or <c>test</c>, and T; as above, the same whenever it is asked.</param>
    public MemoryData(string name, Func<string?, string, int, Dataset> load)
        : base(name) => (this.load, TakesPath) = (load, true);

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
    public override bool TakesPath { get; }

    /// <inheritdoc/>
    public override Dataset Load(string? path, string split, int steps) => load(path, split, steps);
}
