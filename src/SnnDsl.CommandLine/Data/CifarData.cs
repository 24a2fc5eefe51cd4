using SnnDsl.Data;

namespace SnnDsl.CommandLine;

/// <summary>CIFAR-10 or CIFAR-100 in their binary form.</summary>
/// <param name="name">What <c>--dataset</c> and records call it.</param>
/// <param name="fine">Whether it is CIFAR-100, with its 100 fine classes.</param>
public sealed class CifarData(string name = "cifar-10", bool fine = false) : FileData(name)
{
    /// <inheritdoc/>
    protected override string Expects => fine ? "FOLDER with train.bin and test.bin" : "FOLDER with data_batch_1.bin to data_batch_5.bin and test_batch.bin";

    /// <inheritdoc/>
    public override bool HoldsSpikes => false;

    /// <inheritdoc/>
    public override IReadOnlyList<long>? InputShape => [3, 32, 32];

    /// <inheritdoc/>
    internal override IReadOnlyList<string>? PublishedNames => fine ? null : CifarDataset.ClassNames;

    /// <inheritdoc/>
    internal override int? StatedClasses => fine ? 100 : 10;

    /// <inheritdoc/>
    protected override Dataset LoadFiles(string path, string split, int steps) =>
        fine ? CifarDataset.Load100(path, split, Name) : CifarDataset.Load(path, split, Name);
}
