using SnnDsl.CommandLine;
using SpikingApp;

// Without arguments: trains naturally and for robustness, attacks and certifies both, and compares. Everything else: --help.
return await SpikingCommandLine.Create("dotnet run --", "Spiking networks whose answers can be proved.")
#if (events)
    .Model(seed => new Clicks(seed))
    .Data(new MemoryData("clicks", (split, steps) => ClickData.Load(split, steps)) { Spikes = true })
    .Demo(new() { Model = nameof(Clicks), Flips = 1, Epochs = 60, BatchSize = 20 })
#else
    .Model(seed => new Shapes(seed))
    .Data(new MemoryData("shapes", (split, steps) => ShapeData.Load(split)))
    .Demo(new() { Model = nameof(Shapes), Epsilon = 0.05, Epochs = 20, BatchSize = 20 })
#endif
    .RunAsync(args);
