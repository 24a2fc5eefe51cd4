namespace SnnDsl.Verification.Bounds;

/// <summary>Chooses the slope of the line that stands for an open neuron. Any slope gives a sound bound; good ones give a high bound.</summary>
internal interface ISlopes
{
    /// <summary>Whether slopes are chosen even where nothing weighs on a neuron.</summary>
    bool Always { get; }

    /// <summary>The slope; null where what the neuron does is known and is to be taken as it is.</summary>
    double? Of(in Meeting meeting);

    /// <summary>The slope of one line for the whole train of a neuron with a constant current; null for a line at each step.</summary>
    double? OfTrain(in TrainMeeting meeting);
}
