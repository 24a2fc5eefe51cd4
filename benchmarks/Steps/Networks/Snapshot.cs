using System.Buffers.Binary;
using System.IO.Compression;
using System.Reflection;
using SnnDsl.Networks;
using SnnDsl.Training;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Networks;

/// <summary>
/// Trained weights on the grid of 1/1024 as 16-bit numbers, gzip: the benchmarks measure the same network whatever became of the code
/// that trained it.
/// </summary>
internal static class Snapshot
{
    /// <summary>Weights are whole multiples of 1 / this.</summary>
    public const int Grid = 1024;

    /// <summary>Puts the weights that this program embeds into a network.</summary>
    /// <exception cref="InvalidDataException">They are of another network.</exception>
    public static void Load(SpikingModule network, string model)
    {
        using var stream = new GZipStream(
            Assembly.GetExecutingAssembly().GetManifestResourceStream($"Networks/{model}.weights.gz")!, CompressionMode.Decompress);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var (name, parameter) in network.named_parameters())
        {
            var bytes = new byte[sizeof(short) * parameter.numel()];
            if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
                throw new InvalidDataException($"The weights of {model} end within {name}: make them anew with --make-weights.");

            var values = new float[parameter.numel()];
            for (int i = 0; i < values.Length; i++)
                values[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(sizeof(short) * i)) / (float)Grid;

            parameter.copy_(tensor(values, parameter.shape));
        }

        if (stream.ReadByte() >= 0)
            throw new InvalidDataException($"There are more weights than {model} has: make them anew with --make-weights.");
    }

    /// <summary>
    /// Trains a network with certification on the embedded digits, and writes its weights: one natural epoch, then the recipe's, over
    /// half of the time steps.
    /// </summary>
    public static void Make(SpikingModule network, string path, double epsilon, int epochs)
    {
        var options = Recipes.Best(new RobustOptions { Epsilon = epsilon }, epochs, seed: 1) with
        {
            BatchSize = 64,
            WarmUp = new(1, 1e-3),
            Steps = network.Steps / 2,
        };
        new Trainer(network, Digits.Train, options).Run(progress: new Reporter());
        using var stream = new GZipStream(File.Create(path), CompressionLevel.SmallestSize);
        foreach (var parameter in network.parameters())
        {
            using var scope = NewDisposeScope();
            var values = (parameter.detach() * (float)Grid).round().data<float>().ToArray();
            var bytes = new byte[sizeof(short) * values.Length];
            for (int i = 0; i < values.Length; i++)
                BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(sizeof(short) * i), checked((short)values[i]));

            stream.Write(bytes);
        }
    }

    private sealed class Reporter : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.EndOfEpoch)
            {
                Console.Error.WriteLine(FormattableString.Invariant(
                    $"epoch {value.Epoch}: accuracy {value.Accuracy:P1}, bounded {value.Bounded ?? 0:P1} at {value.Size:0.000}"));
            }
        }
    }
}
