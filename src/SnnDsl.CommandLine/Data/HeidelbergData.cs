using SnnDsl.Data;

namespace SnnDsl.CommandLine;

/// <summary>Spoken digits (SHD) or commands (SSC) as spikes of 700 channels, in HDF5.</summary>
/// <param name="name">What <c>--dataset</c> and records call it.</param>
/// <param name="commands">Whether it is SSC.</param>
/// <param name="pool">How many neighbouring channels make one cell: a divisor of 700.</param>
/// <param name="seconds">How much of each recording is binned.</param>
public sealed class HeidelbergData(string name = "shd", bool commands = false, int pool = 1, double seconds = 1.4) : FileData(name)
{
    /// <inheritdoc/>
    protected override string Expects => commands ? "FOLDER with ssc_train.h5 and ssc_test.h5" : "FOLDER with shd_train.h5 and shd_test.h5";

    /// <inheritdoc/>
    public override bool HoldsSpikes => true;

    /// <inheritdoc/>
    public override IReadOnlyList<long>? InputShape => [HeidelbergDataset.Channels / pool];

    /// <inheritdoc/>
    internal override IReadOnlyList<string>? PublishedNames => commands ? null : HeidelbergDataset.DigitNames;

    /// <inheritdoc/>
    internal override int? StatedClasses => commands ? 35 : 20;

    /// <inheritdoc/>
    protected override Dataset LoadFiles(string path, string split, int steps) => commands
        ? HeidelbergDataset.LoadCommands(path, steps, split, pool, seconds, Name)
        : HeidelbergDataset.LoadDigits(path, steps, split, pool, seconds, Name);
}
