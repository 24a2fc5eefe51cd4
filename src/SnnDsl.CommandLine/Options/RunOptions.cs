using System.CommandLine;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;

namespace SnnDsl.CommandLine.Options;

/// <summary>How a long run is kept, shared and ended.</summary>
internal sealed class RunOptions
{
    private readonly Option<string> records = new("--records")
    {
        HelpName = "FILE",
        Description = "Write a record of every sample (JSON Lines) as soon as it is settled, counterexamples and proofs beside it.",
    };

    private readonly Option<bool> resume = new("--resume") { Description = "Go on with --records, if it is there: what is recorded is skipped." };
    private readonly Option<bool> force = new("--force") { Description = "Replace --records." };
    private readonly Option<Shard?> shard = new("--shard")
    {
        HelpName = "I/N",
        Description = "Only every N-th sample, from the I-th on, I from 0 to N - 1: N processes share the samples, and merge joins their records.",
        CustomParser = result =>
        {
            string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (Evaluation.Shard.TryParse(text) is not { } found)
            {
                result.AddError($"--shard is '{text}', but of N shards it must be one from 0/N to N-1/N, such as 0/8.");
                return null;
            }

            return found;
        },
    };

    private readonly Option<double?> runLimit = Choice.Number<double>(
        "--run-limit", "S", "End after so many seconds in all; what is not done is unknown, and --resume goes on.",
        value => value is > 0 and < 1e9 ? null : "it must be a number of seconds above 0");

    private readonly Option<double?> memoryLimit = Choice.Number<double>(
        "--memory-limit", "GB", "End when the process takes more memory than this; what is not done is unknown, and --resume goes on.",
        value => value is > 0 and < 1e6 ? null : "it must be a number of gigabytes above 0");

    public IEnumerable<Option> All => [records, resume, force, shard, runLimit, memoryLimit];

    /// <summary>The record file's path, if one is stated.</summary>
    public string? Path(ParseResult arguments) => arguments.GetValue(records);

    /// <summary>Which samples.</summary>
    public Shard Shard(ParseResult arguments) => arguments.GetValue(shard) ?? Evaluation.Shard.Whole;

    /// <summary>Refuses what cannot be, before hours of work are spent.</summary>
    public void Check(ParseResult arguments)
    {
        string? path = Path(arguments);
        OutputFile.Check(path, "--records");
        if (path is null && (arguments.GetValue(resume) || arguments.GetValue(force)))
        {
            throw new UsageException("--resume and --force are about a file of records: give --records FILE with them.");
        }

        if (arguments.GetValue(resume) && arguments.GetValue(force))
        {
            throw new UsageException("--resume goes on with the records and --force replaces them: give one of them.");
        }

        if (path is not null && File.Exists(path) && !arguments.GetValue(resume) && !arguments.GetValue(force))
        {
            throw new UsageException($"'{path}' exists already: give --force to replace it, another file, or, with the options that began it, --resume to go on with it.");
        }
    }

    /// <summary>Opens the record file.</summary>
    /// <typeparam name="TRecord">The kind of record.</typeparam>
    /// <returns>Null if none is stated.</returns>
    public RecordFile<TRecord>? Open<TRecord>(ParseResult arguments, CertificationSetting setting)
        where TRecord : SampleRecord, IRecordKind
    {
        if (Path(arguments) is not { } path)
        {
            return null;
        }

        if (arguments.GetValue(force))
        {
            RecordFolders.Delete(path);
        }

        return arguments.GetValue(resume) ? RecordFile<TRecord>.Resume(path, setting) : RecordFile<TRecord>.Create(path);
    }

    /// <summary>Runs; where it fails before its first record, no empty file is left in the way of the next run.</summary>
    public static T Kept<TRecord, T>(RecordFile<TRecord>? file, Func<T> run)
        where TRecord : SampleRecord, IRecordKind
    {
        try
        {
            return run();
        }
        catch when (file is { Records.Count: 0 })
        {
            file.Dispose();
            File.Delete(file.Path);
            throw;
        }
    }

    /// <summary>Ends the run at its limits.</summary>
    public RunLimits Limits(ParseResult arguments, CancellationToken cancellation) =>
        new(arguments.GetValue(runLimit), arguments.GetValue(memoryLimit), cancellation);
}
