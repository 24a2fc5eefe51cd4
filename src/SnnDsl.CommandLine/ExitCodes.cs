namespace SnnDsl.CommandLine;

/// <summary>What the program returns.</summary>
public static class ExitCodes
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>An error that nobody foresaw.</summary>
    public const int Failure = 1;

    /// <summary>Options, data or weights that cannot be used; nothing was overwritten.</summary>
    public const int BadInput = 2;

    /// <summary>A limit ended the run, or a shard is missing: what is done is recorded, the rest is not.</summary>
    public const int Incomplete = 3;

    /// <summary>verify found records that claim what is not so.</summary>
    public const int Rejected = 4;

    /// <summary>Stopped by Ctrl-C (128 + SIGINT); the last checkpoint and all records are whole.</summary>
    public const int Cancelled = 130;
}
