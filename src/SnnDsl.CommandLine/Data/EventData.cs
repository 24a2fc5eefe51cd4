using SnnDsl.Data;

namespace SnnDsl.CommandLine;

/// <summary>Event recordings in <c>.bin</c> files, as N-MNIST is published: a folder or a zip.</summary>
/// <param name="name">What <c>--dataset</c> calls it.</param>
public sealed class EventData(string name) : FileData(name)
{
    /// <inheritdoc/>
    protected override string Expects => "FOLDER-OR-ZIP with Train/<digit>/<number>.bin and Test/...";

    /// <inheritdoc/>
    public override bool HoldsSpikes => true;

    /// <inheritdoc/>
    public override IReadOnlyList<long>? InputShape => [2, 34, 34];

    /// <inheritdoc/>
    internal override int? StatedClasses => 10;

    /// <inheritdoc/>
    protected override Dataset LoadFiles(string path, string split, int steps) => EventDataset.Load(path, steps, split);

    /// <inheritdoc/>
    protected override Dataset LoadEmbedded(EmbeddedFiles files, string split, int steps)
    {
        using var zip = files.Open();
        return EventDataset.FromZip(zip, steps, split);
    }
}
