namespace SnnDsl.Training;

/// <summary>How the learning rate falls in the course of a run, after its warm-up.</summary>
public enum RateSchedule
{
    /// <summary>
    /// The rate as it is, and <see cref="TrainingOptions.LateFactor"/> times it in the last <see cref="TrainingOptions.LateShare"/> of the run.
    /// </summary>
    Late,

    /// <summary>Half a period of a cosine, from the rate to nothing (Loshchilov and Hutter 2017, without restarts).</summary>
    Cosine,
}
