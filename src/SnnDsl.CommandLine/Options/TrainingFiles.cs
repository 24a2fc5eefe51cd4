namespace SnnDsl.CommandLine.Options;

/// <summary>Where a training run writes: its weights at the end, and until then its checkpoint beside them.</summary>
/// <param name="Weights">The weights.</param>
internal sealed record TrainingFiles(string Weights)
{
    /// <summary>The last complete epoch.</summary>
    public string Checkpoint { get; } = Path.ChangeExtension(Weights, ".checkpoint.safetensors");

    /// <summary>Refuses to lose what is there.</summary>
    /// <param name="resume">Whether a stopped run is taken up.</param>
    /// <param name="force">Whether what is there may go.</param>
    public void Check(bool resume, bool force)
    {
        OutputFile.Check(Weights, "--out");
        if (resume && force)
        {
            throw new UsageException("--resume goes on with a run and --force starts it afresh: give one of them.");
        }

        if (resume)
        {
            if (!File.Exists(Checkpoint))
            {
                throw new UsageException($"There is no checkpoint '{Checkpoint}' to resume: start the run without --resume.");
            }

            return;
        }

        if (!force && File.Exists(Weights))
        {
            throw new UsageException($"'{Weights}' exists already: give another --out, or --force to replace it.");
        }

        if (!force && File.Exists(Checkpoint))
        {
            throw new UsageException($"'{Checkpoint}' holds a run that was stopped: give --resume to go on with it, or --force to start afresh.");
        }
    }
}
