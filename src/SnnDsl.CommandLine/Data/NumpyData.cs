using SnnDsl.Data;

namespace SnnDsl.CommandLine;

/// <summary>Arrays in NumPy's files; <see cref="NumpyDataset"/> says under which names.</summary>
/// <param name="name">What <c>--dataset</c> and records call it.</param>
/// <param name="classes">The number of classes; none: as many as <see cref="DataSource.ClassNames"/>, or the highest label of the split and one.</param>
public sealed class NumpyData(string name, int? classes = null) : FileData(name)
{
    /// <summary>Whether inputs are recorded spikes [N, T, ...] of 0 and 1.</summary>
    public bool Spikes { get; init; }

    /// <summary>
    /// The shape of one input without time, such as [64] or [3, 32, 32], where a host with several data sets shall find the one that
    /// fits a network; none: any.
    /// </summary>
    public long[]? Shape { get; init; }

    /// <summary>Whether images are [N, H, W, C], as in Keras, instead of [N, C, H, W].</summary>
    public bool ChannelsLast { get; init; }

    /// <inheritdoc/>
    protected override string Expects => "FILE.npz with x_train, y_train, x_test and y_test, or a FOLDER of such .npy files";

    /// <inheritdoc/>
    public override bool HoldsSpikes => Spikes;

    /// <inheritdoc/>
    public override IReadOnlyList<long>? InputShape => Shape;

    /// <inheritdoc/>
    internal override int? StatedClasses => classes;

    private int? Count => classes ?? ClassNames?.Count;

    /// <inheritdoc/>
    protected override Dataset LoadFiles(string path, string split, int steps) => Spikes
        ? NumpyDataset.LoadSpikes(path, split, Name, Count)
        : NumpyDataset.Load(path, split, Name, Count, ChannelsLast);

    /// <inheritdoc/>
    protected override Dataset LoadEmbedded(EmbeddedFiles files, string split, int steps)
    {
        using var npz = files.Open();
        return Spikes ? NumpyDataset.SpikesFromStream(npz, split, Name, Count) : NumpyDataset.FromStream(npz, split, Name, Count, ChannelsLast);
    }
}
