using SnnDsl.Bounds;

namespace SnnDsl.Kernels.Derived;

/// <summary>Bounds of what neurons compute in all steps, each [T, B, ...].</summary>
/// <param name="Spikes">Lower is 1 where a neuron must fire, upper is 1 where it may.</param>
/// <param name="Membranes">What is compared with the threshold, w . y; of LIF neurons the membrane itself.</param>
/// <param name="States">y, state by state.</param>
internal sealed record NeuronBoxes(Interval Spikes, Interval Membranes, IReadOnlyList<Interval> States);
