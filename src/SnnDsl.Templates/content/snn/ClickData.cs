using SnnDsl.Data;

namespace SpikingApp;

/// <summary>Events of 16 microphones in microseconds. Made from a seed: certificates are checked on the same ones again.</summary>
public static class ClickData
{
    private const int Microphones = 16, Duration = 100_000;

    /// <summary>200 recordings to train on, or 60 to test on, binned into the network's time steps.</summary>
    public static Dataset Load(string split, int steps)
    {
        var random = new Random(split == "train" ? 1 : 2);
        var recordings = Enumerable.Range(0, split == "train" ? 200 : 60).Select(i => Record(i % 2, random));
        return Dataset.FromEvents(recordings, [Microphones], steps, "clicks", split, classes: 2, window: new(0, Duration));
    }

    // From left to right (class 0) or from right to left (class 1), among four stray events.
    private static EventSample Record(int label, Random random)
    {
        List<SensorEvent> events = [];
        for (int i = 0; i < Microphones; i++)
        {
            int arrival = (Duration * i / Microphones) + random.Next(Duration / Microphones);
            events.Add(new(arrival, label == 0 ? i : Microphones - 1 - i));
        }

        for (int stray = 0; stray < 4; stray++)
        {
            events.Add(new(random.Next(Duration), random.Next(Microphones)));
        }

        return new([.. events], label);
    }
}
