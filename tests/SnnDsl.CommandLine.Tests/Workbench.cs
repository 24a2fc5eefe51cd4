using System.Buffers.Binary;
using System.Text.Json;
using SnnDsl.Serialization;
using TorchSharp;

namespace SnnDsl.CommandLine.Tests;

/// <summary>A folder with tiny data sets, and the host with its console captured.</summary>
public sealed class Workbench : IDisposable
{
    public const int Images = 40;
    public const int Recordings = 4;

    public Workbench()
    {
        torch.set_num_threads(1);
        Root = Directory.CreateTempSubdirectory("snndsl-cli-").FullName;
        WriteImages();
        WriteRecordings();
    }

    public string Root { get; }

    public string ImageFolder => In("images");

    public string EventFolder => In("events");

    public string In(string name) => Path.Combine(Root, name);

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>Runs a command.</summary>
    public Task<Outcome> Run(params string[] arguments) => Run(CancellationToken.None, null, arguments);

    /// <summary>Runs a command whose every line of output is seen as it is written.</summary>
    public async Task<Outcome> Run(CancellationToken cancellation, Action<string>? seen, params string[] arguments)
    {
        using var output = new WatchedWriter(seen);
        using var error = new StringWriter();
        int code = await Host().RunAsync(arguments, output, error, cancellation);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command on the images with the image network.</summary>
    public Task<Outcome> OnImages(string command, params string[] more) =>
        Run([command, "--model", nameof(TinyImages), "--data", ImageFolder, .. more]);

    /// <summary>Untrained weights of a network, in a file.</summary>
    public string UntrainedWeights(torch.nn.Module network, string name = "untrained.safetensors")
    {
        string path = In(name);
        Weights.Save(network, path);
        network.Dispose();
        return path;
    }

    public static JsonElement Json(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.Clone();
    }

    /// <summary>The command line of the tiny networks.</summary>
    internal static SpikingCommandLine Host() => SpikingCommandLine.Create("tiny", "Tiny networks.")
        .Model(seed => new TinyImages(seed))
        .Model(seed => new TinyPoisson(seed))
        .Model(seed => new TinyEvents(seed))
        .Data(new ImageData("sides", classes: 2) { ClassNames = ["bright left", "bright right, whatever its shade"] })
        .Data(new EventData("dots"));

    /// <summary>Images that are bright on the left (class 0) or on the right (class 1), in shades that differ.</summary>
    private void WriteImages()
    {
        Directory.CreateDirectory(ImageFolder);
        foreach (string prefix in new[] { "train", "t10k" })
        {
            var images = new byte[16 + Images * 16];
            var labels = new byte[8 + Images];
            Header(images, 0x803, Images, 4, 4);
            Header(labels, 0x801, Images);
            for (int i = 0; i < Images; i++)
            {
                int label = i % 2;
                labels[8 + i] = (byte)label;
                for (int pixel = 0; pixel < 16; pixel++)
                {
                    bool bright = pixel % 4 / 2 == label;
                    images[16 + i * 16 + pixel] = (byte)((bright ? 200 : 10) + (i * 7 + pixel * 3) % 40);
                }
            }

            File.WriteAllBytes(Path.Combine(ImageFolder, $"{prefix}-images-idx3-ubyte"), images);
            File.WriteAllBytes(Path.Combine(ImageFolder, $"{prefix}-labels-idx1-ubyte"), labels);
        }
    }

    /// <summary>Recordings of one moving dot, the digit chosen by its row.</summary>
    private void WriteRecordings()
    {
        foreach (string split in new[] { "Train", "Test" })
        {
            for (int i = 0; i < Recordings; i++)
            {
                string folder = Path.Combine(EventFolder, split, $"{i % 2}");
                Directory.CreateDirectory(folder);
                var events = new List<byte>();
                for (int step = 0; step < 30; step++)
                {
                    // x, y, then one bit of polarity and 23 bits of time in microseconds.
                    int time = step * 1000;
                    events.AddRange([(byte)step, (byte)(i % 2 * 17 + step % 10), (byte)(0x80 | time >> 16), (byte)(time >> 8), (byte)time]);
                }

                File.WriteAllBytes(Path.Combine(folder, $"{i + 1:00000}.bin"), [.. events]);
            }
        }
    }

    private static void Header(byte[] file, params int[] numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 * i), numbers[i]);
        }
    }

    /// <summary>What a command returned and wrote.</summary>
    public sealed record Outcome(int Code, string Output, string Error)
    {
        /// <summary>Asserts success, and shows the error where there was none.</summary>
        public Outcome Succeeded()
        {
            Assert.True(Code == ExitCodes.Success, $"exit code {Code}: {Error}{Output}");
            Assert.Equal("", Error);
            return this;
        }

        /// <summary>Asserts bad input: exit code 2, and on standard error sentences with these words and no stack trace.</summary>
        public void Refused(params string[] words)
        {
            Assert.True(Code == ExitCodes.BadInput, $"exit code {Code}: {Error}{Output}");
            string sentence = Error.Split('\n')[0];
            Assert.EndsWith(".", sentence);
            Assert.DoesNotContain("   at ", Error);
            Assert.DoesNotContain("Exception", Error);
            Assert.DoesNotContain("(Parameter", Error);
            Assert.All(words, word => Assert.Contains(word, sentence));
        }
    }

    private sealed class WatchedWriter(Action<string>? seen) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            seen?.Invoke(value ?? "");
        }
    }
}
