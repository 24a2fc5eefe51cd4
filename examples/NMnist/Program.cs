using NMnist;
using SnnDsl.CommandLine;

// As examples/Mnist, for event recordings: the adversary flips spikes instead of shifting pixels.
return await SpikingCommandLine.Create("dotnet run -c Release --project examples/NMnist --", "Certifiably robust spiking networks for event recordings (N-MNIST).")
    .Model(seed => new NmnistFc(seed))
    .Model(seed => new NmnistConv(seed))
    .Model(seed => new NmnistPooled(seed))
    .Model(seed => new NmnistShallow(seed))
    .Model(seed => new NmnistIntegrated(seed))
    .Model(seed => new NmnistAdaptive(seed))
    .Model(seed => new NmnistTired(seed))
    .Data(new EventData("n-mnist") { Embedded = new(typeof(NmnistFc).Assembly, "Data/nmnist.zip") })
    .Demo(new() { Model = nameof(NmnistFc), Flips = 2, Epochs = 25, BatchSize = 20 })
    .RunAsync(args);
