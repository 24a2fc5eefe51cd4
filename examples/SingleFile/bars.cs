#:project ../../src/SnnDsl.Runtime
#:property UsesLibTorch=true
#:property PublishAot=false

// A program of one file: a network, its data, training for robustness and certificates. dotnet run -c Release examples/SingleFile/bars.cs
// Outside of this repository the first lines are packages: #:package SnnDsl@0.1.0 and #:package libtorch-cpu-linux-x64@2.10.0.
using SnnDsl;
using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Perturbations;
using SnnDsl.Training;
using static TorchSharp.torch;

using var network = new Bars(seed: 1);
Console.WriteLine(network.Description.Architecture);
new Trainer(network, Pictures("train", 240), Recipes.Best(new() { Epsilon = 0.05 }, epochs: 12, seed: 1) with { BatchSize = 20, LearningRate = 5e-3 }).Run();
var result = new Certifier(network, new LInfinity(0.05), CertificationMethod.Auto).Run(Pictures("test", 60)).Summary;
Console.WriteLine($"{result.Samples} pictures: {result.Accuracy:P1} right, {result.CertifiedAccuracy:P1} certified against 0.05 on every pixel.");

// One bright row of 5 x 5 pixels, which is the class, and noise.
static Dataset Pictures(string split, int count)
{
    var random = new Random(split == "train" ? 1 : 2);
    var pixels = new float[count, 25];
    for (int i = 0; i < count; i++)
    {
        for (int k = 0; k < 25; k++)
        {
            pixels[i, k] = (k / 5 == i % 5 ? 0.8f : 0.05f) + (0.15f * random.NextSingle());
        }
    }

    using Tensor inputs = tensor(pixels), labels = arange(count) % 5;
    return Dataset.FromTensors(inputs, labels, "bars", split);
}

/// <summary>Tells five rows apart.</summary>
[SpikingNetwork(TimeSteps = 4)]
[Input(25)]
[Linear(32, Name = "fc1")]
[Lif]
[Linear(5, Name = "fc2")]
[Lif]
public sealed partial class Bars;
