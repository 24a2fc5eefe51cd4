using SnnDsl.Affine;
using SnnDsl.Kernels;

namespace SnnDsl.Networks;

/// <summary>A spiking layer and the affine map that leads to it.</summary>
/// <param name="Map">From the layer before (or the input) to the neurons' currents, with the current weights.</param>
/// <param name="Neurons">The neurons.</param>
public sealed record NetworkStage(AffineMap Map, SpikingLayer Neurons);
