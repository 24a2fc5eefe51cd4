namespace SnnDsl.Networks;

/// <summary>One step of a run.</summary>
/// <param name="Time">t, from 0 to T - 1.</param>
/// <param name="Layers">The spiking layers in order.</param>
public sealed record TraceStep(int Time, IReadOnlyList<LayerStep> Layers);
