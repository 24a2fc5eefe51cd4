namespace SnnDsl.Bounds;

/// <summary>Interval bounds of a spiking layer over all time steps.</summary>
/// <param name="Spikes">Zeros and ones, [T, B, ...]: lower is 1 where a neuron must fire, upper is 1 where it may.</param>
/// <param name="Membranes">The membrane before the reset, [T, B, ...].</param>
public readonly record struct NeuronIntervals(Interval Spikes, Interval Membranes);
