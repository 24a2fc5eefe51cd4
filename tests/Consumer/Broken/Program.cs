using SnnDsl;
using SnnDsl.Networks;
using static TorchSharp.torch;

using var network = new Net(seed: 1);
SpikingModule module = network;
using var logits = network.forward(rand(2, 4));
Console.WriteLine($"{module.Description.Classes} {network.state_dict().Count} {network.Weights["fc1"].Weight.shape.Length}");

[SpikingNetwork]
[Input(4)]
#if LAYER
[Linaer(8)]
#else
[Linear(8)]
#endif
#if ARGUMENT
[Lif(Treshold = 0.5)]
#elif CONSTANT
[Lif(Threshold = -1)]
#else
[Lif]
#endif
[Linear(2)]
[Lif]
#if PARTIAL
public sealed class Net;
#else
public sealed partial class Net;
#endif
