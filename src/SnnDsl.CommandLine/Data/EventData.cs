using SnnDsl.Data;

namespace SnnDsl.CommandLine;

/// <summary>Event recordings in <c>.bin</c> files, as N-MNIST is published: a folder or a zip.</summary>
/// <param name="name">What <c>--dataset</c> calls it.</param>
public sealed class EventData(string name) : DataSource(name)
{
    internal override string Expects => "FOLDER-OR-ZIP with Train/<digit>/<number>.bin and Test/...";

    internal override bool Fits(Encoding encoding) => encoding == Encoding.Spikes;

    private protected override Dataset LoadFiles(string path, string split, int steps) => EventDataset.Load(path, steps, split);

    private protected override Dataset LoadEmbedded(EmbeddedFiles files, string split, int steps)
    {
        using var zip = files.Open();
        return EventDataset.FromZip(zip, steps, split);
    }
}
