using SnnDsl.Data;

namespace SnnDsl.CommandLine;

/// <summary>DVS128 Gesture, as its archive unpacks: AEDAT 3.1 recordings, their trials and the two lists.</summary>
/// <param name="name">What <c>--dataset</c> and records call it.</param>
/// <param name="pool">How many pixels across make one cell: a divisor of 128.</param>
public sealed class DvsGestureData(string name = "dvs-gesture", int pool = 1) : FileData(name)
{
    /// <inheritdoc/>
    protected override string Expects => "FOLDER with trials_to_train.txt, trials_to_test.txt and the recordings";

    /// <inheritdoc/>
    public override bool HoldsSpikes => true;

    /// <inheritdoc/>
    public override IReadOnlyList<long>? InputShape => [2, 128 / pool, 128 / pool];

    /// <inheritdoc/>
    internal override IReadOnlyList<string>? PublishedNames => DvsGestureDataset.ClassNames;

    /// <inheritdoc/>
    internal override int? StatedClasses => 11;

    /// <inheritdoc/>
    protected override Dataset LoadFiles(string path, string split, int steps) => DvsGestureDataset.Load(path, steps, split, pool, Name);
}
