using SnnDsl.Certification.Search.Inputs;

namespace SnnDsl.Certification.Search;

/// <summary>The part of a network that a set of inputs leaves open; everything else is settled and has become base currents.</summary>
/// <param name="Steps">T.</param>
/// <param name="Input">The set.</param>
/// <param name="Layers">The spiking layers.</param>
/// <param name="Margins">One for each rival, in ascending order.</param>
/// <param name="ReadsSpikes">Whether logits are firing rates.</param>
/// <param name="Guard">What a bound must exceed to be a certificate.</param>
internal sealed record OpenNetwork(int Steps, SearchSet Input, OpenLayer[] Layers, OpenMargin[] Margins, bool ReadsSpikes, double Guard);

/// <summary>A margin as a form on the open neurons of the last spiking layer.</summary>
/// <param name="Rival">The rival.</param>
/// <param name="OnSpikes">[T, count].</param>
/// <param name="Constant">What is settled.</param>
/// <param name="Own">The label's neuron among the open ones, -1 if it is settled; for firing rates.</param>
/// <param name="Other">The rival's.</param>
/// <param name="SettledCount">Spikes of the label's settled neuron less those of the rival's; for firing rates.</param>
internal sealed record OpenMargin(int Rival, double[] OnSpikes, double Constant, int Own, int Other, int SettledCount);
