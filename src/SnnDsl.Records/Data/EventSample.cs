namespace SnnDsl.Data;

/// <summary>A labelled recording of events, for <see cref="Dataset.FromEvents"/>.</summary>
/// <param name="Events">Its events, in any order.</param>
/// <param name="Label">Its class, from 0.</param>
public sealed record EventSample(SensorEvent[] Events, long Label);
