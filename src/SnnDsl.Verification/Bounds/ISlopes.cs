namespace SnnDsl.Verification.Bounds;

/// <summary>Chooses the slope of the line that stands for an open neuron. Any slope gives a sound bound; good ones give a high bound.</summary>
internal interface ISlopes
{
    /// <summary>The slope for a neuron that may fire or not.</summary>
    double Of(in Meeting meeting);
}
