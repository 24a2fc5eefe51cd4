using OwnData;
using SnnDsl.CommandLine;
using SnnDsl.Perturbations;

// Figures without the command line: dotnet run -c Release --project examples/OwnData -- figures pictures
if (args is ["figures", var folder])
{
    using var network = new VibrationFc(seed: 1);
    using var sample = Vibration.Load("test").Inputs(0);
    Figures.Network(network.Description).Save(Path.Combine(folder, "network.svg"));
    Figures.Spikes(network, sample, "lif1", new LInfinity(0.05)).Save(Path.Combine(folder, "spikes.png"));
    Figures.Membranes(network, sample, "lif2", new LInfinity(0.05)).Save(Path.Combine(folder, "membranes.png"));
    return 0;
}

// Networks on data of one's own. Two data sets are made here, in code: Vibration and Clicks. The others are files; --data says where.
// A network's data set is the first whose shape fits, or the one that --dataset names:
//   dotnet run -c Release --project examples/OwnData -- train --model VibrationFc --certified --epsilon 0.05
//   dotnet run -c Release --project examples/OwnData -- certify --model ClicksFc --weights runs/ClicksFc.safetensors --flips 1
//   dotnet run -c Release --project examples/OwnData -- train --model CifarConv --data cifar-10-batches-bin
return await SpikingCommandLine.Create("dotnet run -c Release --project examples/OwnData --", "Certifiably robust spiking networks on data of one's own.")
    .Model(seed => new VibrationFc(seed))
    .Model(seed => new ClicksFc(seed))
    .Model(seed => new CifarConv(seed))
    .Model(seed => new GestureConv(seed))
    .Model(seed => new SpokenDigitsFc(seed))
    .Model(seed => new ClicksRecurrent(seed))
    .Model(seed => new SpokenDigitsRecurrent(seed))
    .Data(new MemoryData("vibration", (split, steps) => Vibration.Load(split)) { Shape = [64] })
    .Data(new MemoryData("clicks", (split, steps) => Clicks.Load(split, steps)) { Spikes = true, Shape = [16] })
    .Data(new CifarData("cifar-10"))
    .Data(new ImageFolderData("pictures"))
    .Data(new NumpyData("arrays"))
    .Data(new DvsGestureData(pool: 4))
    .Data(new HeidelbergData("shd", pool: 5))
    .Demo(new() { Model = nameof(VibrationFc), Epsilon = 0.05, Epochs = 20, BatchSize = 50 })
    .RunAsync(args);
