using System.IO.Compression;
using System.Reflection;
using System.Text.RegularExpressions;
using SnnDsl.Data;
using static SnnDsl.CommandLine.Tests.DocumentedCommands;

namespace SnnDsl.CommandLine.Tests;

/// <summary>
/// A page's command lines, run one after the other in a folder by the programs that they name: word by word as they stand, but on few samples, for one epoch and
/// with short limits. Files that a reader has by then and no line before has written are made first.
/// </summary>
/// <param name="page">The page's name.</param>
internal sealed partial class DocumentedPage(string page)
{
    private const string Mnist = "examples/Mnist", Recordings = "examples/NMnist", Own = "";

    // What is not run, and why. Each line of it is some line of a page.
    private static readonly (Regex Line, string Reason)[] s_notRun =
    [
        (Suite(), "the tests that it names are run as tests"),
        (Script(), "hours of mutants and fuzzing"),
        (Template(), "tests/Consumer/run.sh does it, with the packed packages"),
        (OwnLoop(), "tests/Consumer/run.sh does it, with the page's files"),
        (Benchmark(), "hours of measurements"),
        (WholeProgram(), "a demonstration of minutes: DemoCommand has tests of its own, and tests/Consumer/run.sh runs the program of one file"),
        (Container(), "a container's volume"),
        (Stated(), "a file of SpikingJelly's, which StateDictTests writes and reads"),
        (Pictures(), "pictures of an open sample and of a counterexample, which two samples need not have: ReportTests makes both"),
    ];

    // What a command is given where its line says otherwise or nothing, so that it takes a second.
    private static readonly Dictionary<string, (string Option, string Value)[]> s_short = new()
    {
        ["train"] = [("--epochs", "1"), ("--threads", "1")],
        ["certify"] = [("--count", "2"), ("--time-limit", "0.3"), ("--threads", "1")],
        ["radius"] = [("--count", "2"), ("--time-limit", "0.1"), ("--tolerance", "0.1"), ("--threads", "1")],
        ["attack"] = [("--count", "2"), ("--threads", "1")],
        ["smooth"] = [("--count", "2"), ("--samples", "50"), ("--threads", "1")],
    };

    // What three dots behind a command stand for.
    private static readonly string[] s_standing = ["--model", "--weights", "--data", "--epsilon", "--records"];

    private readonly Dictionary<string, string[]> said = [];

    /// <summary>The reasons for which lines are not run, each with the lines of all pages that it keeps from running.</summary>
    public static IReadOnlyDictionary<string, List<string>> NotRun => s_notRun.ToDictionary(
        entry => entry.Reason, entry => Pages.SelectMany(DocumentedCommands.Of).Where(line => ReasonFor(line) == entry.Reason).ToList());

    /// <summary>The page's lines that are run.</summary>
    public IReadOnlyList<string> Lines => [.. DocumentedCommands.Of(page).Where(line => ReasonFor(line) is null)];

    /// <summary>Makes the data sets of a page's folder, a few samples of those that travel with the examples, and files of other libraries.</summary>
    /// <param name="folder">The folder.</param>
    public static void Furnish(string folder)
    {
        foreach (string set in new[] { "mnist", "fashion-mnist" })
        {
            string target = Directory.CreateDirectory(Path.Combine(folder, "DIR", set)).FullName;
            foreach (string file in Directory.GetFiles(Path.Combine(Repository, Mnist, "Data", set)))
            {
                Cut(file, Path.Combine(target, Path.GetFileNameWithoutExtension(file)), file.Contains("train", StringComparison.Ordinal) ? 96 : 12);
            }
        }

        File.CreateSymbolicLink(Path.Combine(folder, "mnist"), Path.Combine(folder, "DIR", "mnist"));
        using (var all = ZipFile.OpenRead(Path.Combine(Repository, Recordings, "Data", "nmnist.zip")))
        using (var few = ZipFile.Open(Path.Combine(folder, "DIR", "nmnist.zip"), ZipArchiveMode.Create))
        {
            foreach (var entry in all.Entries.Where(entry => entry.FullName.StartsWith("Train", StringComparison.Ordinal)).Take(24)
                .Concat(all.Entries.Where(entry => entry.FullName.StartsWith("Test", StringComparison.Ordinal)).Take(6)))
            {
                using Stream from = entry.Open(), to = few.CreateEntry(entry.FullName).Open();
                from.CopyTo(to);
            }
        }

        foreach (string name in new[] { "model.pth", "leaky.pt" })
        {
            File.Copy(Path.Combine(Repository, "tests", "Consumer", "leaky.pt"), Path.Combine(folder, name));
        }

        File.Copy(Path.Combine(Repository, "tests", "SnnDsl.Interchange.Tests", "TestData", "snntorch.nir"), Path.Combine(folder, "net.nir"));
    }

    /// <summary>Runs the lines in the current folder, and says each on the console.</summary>
    /// <returns>The exit code of the first line that fails, or 0.</returns>
    public async Task<int> RunAsync()
    {
        foreach (string line in Lines)
        {
            var (program, words) = Read(line);
            Console.WriteLine($"> {line}");
            int code = await Make(program, words);
            code = code == ExitCodes.Success ? await Start(program, words) : code;
            if (code != ExitCodes.Success)
            {
                Console.WriteLine($"exit code {code}");
                return code;
            }
        }

        return ExitCodes.Success;
    }

    private static string? ReasonFor(string line) => s_notRun.FirstOrDefault(entry => entry.Line.IsMatch(line)).Reason;

    // The program that a line names, and its words as a reader types them.
    private (string Program, string[] Words) Read(string line)
    {
        string[] all = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int dashes = Array.IndexOf(all, "--");
        var (program, words) = all switch
        {
            ["dotnet", "run", ..] => (After(all, "--project") ?? Own, all[(dashes + 1)..]),
            ["M" or "N", .. var rest] => (Regex.Match(TextOf(page), $@"`{all[0]}` (?:stands )?for `dotnet run -c Release --project (\S+) --`").Groups[1].Value, rest),
            ["mnist" or "./Mnist", .. var rest] => (Mnist, rest),
            _ => (Mnist, all),
        };
        words = [.. Filled(words)];
        said[words[0]] = words;
        return (program, Shortened(program, words));
    }

    // What readers put in for names and for what is left out.
    private IEnumerable<string> Filled(string[] words)
    {
        string model = After(words, "--model") ?? "FcDirect";
        for (int i = 0; i < words.Length; i++)
        {
            string before = i == 0 ? "" : words[i - 1], word = words[i].Trim('"').Split('|')[0];
            if (word == "..." && before.Length > 0 && !before.StartsWith("--", StringComparison.Ordinal))
            {
                // What the line before said of the same command; where there is none, what it must have.
                string[] own = words[(i + 1)..];
                string[] standing = said.GetValueOrDefault(before) ?? ["--model", "FcDirect", "--weights", "fc.safetensors", "--data", "DIR/mnist", "--epsilon", "0.1"];
                foreach (string option in s_standing.Where(option => standing.Contains(option) && !own.Contains(option)))
                {
                    yield return option;
                    yield return After(standing, option)!;
                }

                continue;
            }

            if (word.Contains('*', StringComparison.Ordinal))
            {
                foreach (string file in Directory.GetFiles(".", word).Order(StringComparer.Ordinal))
                {
                    yield return file;
                }

                continue;
            }

            yield return Variable().Replace(word, "0") switch
            {
                "..." when before == "--dataset" => "mnist",
                "..." or "DIR" => model.StartsWith("Nmnist", StringComparison.Ordinal) ? "DIR/nmnist.zip" : $"DIR/{After(words, "--dataset") ?? "mnist"}".Replace("...", "mnist", StringComparison.Ordinal),
                "FILE" => $"{model}.safetensors",
                "FILE.jsonl" => $"{model}.jsonl",
                "OUT" => "out.json",
                "E" => "0.1",
                "K" => "1",
                var other => other,
            };
        }
    }

    private static string[] Shortened(string program, string[] words)
    {
        if (program is Mnist or Recordings && !words.Contains("--data") && (words.Contains("--weights") || words[0] == "train") && words[0] != "export")
        {
            words = [.. words, "--data", program == Mnist ? "DIR/mnist" : "DIR/nmnist.zip"];
        }

        foreach (var (option, value) in s_short.GetValueOrDefault(words[0]) ?? [])
        {
            if (option == "--time-limit" && After(words, "--method") is ("s-ibp" or "s-crown" or "s-crown-paper"))
            {
                // A single pass has none.
                continue;
            }

            int at = Array.IndexOf(words, option);
            words = at < 0 ? [.. words, option, value] : [.. words[..(at + 1)], value, .. words[(at + 2)..]];
        }

        return words;
    }

    // Weights, metrics of their training and records that the line reads; what it writes is not there yet, unless it goes on with it.
    private async Task<int> Make(string program, string[] words)
    {
        bool reads = words[0] is "verify" or "report" or "merge" or "export";
        foreach (string option in (string[])["--out", "--onnx", "--nir", "--json", "--html", .. reads ? Array.Empty<string>() : ["--records"]])
        {
            if (After(words, option) is { } file && File.Exists(file) && !words.Contains("--resume"))
            {
                File.Delete(file);
            }
        }

        string model = After(words, "--model") ?? (program == Own ? nameof(Classifier) : "FcDirect");
        string weights = After(words, "--weights") ?? "fc.safetensors";
        string[] of = ["--model", model, .. Same(words, "--dataset"), .. Same(words, "--data")];
        string[] records = words[0] is "report" or "merge"
            ? [.. words[1..].TakeWhile(word => !word.StartsWith("--", StringComparison.Ordinal))]
            : reads && After(words, "--records") is { } one ? [one] : [];
        List<string[]> trainings = [];
        if (!File.Exists(weights) && (words.Contains("--weights") || records.Any(file => !File.Exists(file))))
        {
            trainings.Add(["--out", weights]);
        }

        if (After(words, "--before") is { } before && !File.Exists(before))
        {
            trainings.Add(["--out", before]);
        }

        if (reads && After(words, "--metrics") is { } metrics && !File.Exists(metrics))
        {
            trainings.Add(["--out", $"{metrics}.safetensors", "--metrics", metrics]);
        }

        foreach (string[] training in trainings)
        {
            int code = await Start(program, Shortened(program, ["train", .. of, .. training]));
            if (code != ExitCodes.Success)
            {
                return code;
            }
        }

        foreach (string file in records.Where(file => !File.Exists(file)))
        {
            string size = Size().Match(file) is { Success: true } number ? number.Value : "0.1";
            string[] change = program == Recordings || program.EndsWith("OwnData", StringComparison.Ordinal) ? ["--flips", "1"] : ["--epsilon", size];
            string command = file.Contains("radi", StringComparison.Ordinal) ? "radius" : "certify";
            int code = await Start(program, Shortened(program, [command, .. of, "--weights", weights, .. change, "--records", file]));
            if (code != ExitCodes.Success)
            {
                return code;
            }
        }

        return ExitCodes.Success;
    }

    private static string[] Same(string[] words, string option) => After(words, option) is { } value ? [option, value] : [];

    private static Task<int> Start(string program, string[] words)
    {
        if (program == Own)
        {
            return SpikingCommandLine.Create("dotnet run --").Model(seed => new Classifier(seed)).Data(new MemoryData("seat", (_, split, _) => Seats(split))).RunAsync(words);
        }

        // As it was built beside the tests: its own Main, in this process.
        string configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar))!);
        string framework = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var built = Assembly.LoadFrom(Path.Combine(Repository, program, "bin", configuration, framework, $"{Path.GetFileName(program)}.dll"));
        return Task.FromResult((int)built.EntryPoint!.Invoke(null, [words])!);
    }

    // Four sensors of a chair, as on docs/start.md: who leans left, and who right.
    private static Dataset Seats(string split)
    {
        var random = new Random(split == "train" ? 1 : 2);
        float[] values = [.. Enumerable.Range(0, 160).Select(i => (i % 4 / 2 == i / 4 % 2 ? 0.6f : 0.1f) + (0.3f * random.NextSingle()))];
        return Dataset.FromTensors(
            TorchSharp.torch.tensor(values, [40, 4]), TorchSharp.torch.tensor(Enumerable.Range(0, 40).Select(i => i % 2L).ToArray()), "seat", split);
    }

    // The first so many images or labels of an IDX file.
    private static void Cut(string from, string to, int count)
    {
        using var source = new GZipStream(File.OpenRead(from), CompressionMode.Decompress);
        bool images = from.Contains("images", StringComparison.Ordinal);
        var file = new byte[(images ? 16 : 8) + (count * (images ? 784 : 1))];
        source.ReadExactly(file);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4), count);
        File.WriteAllBytes(to, file);
    }

    [GeneratedRegex(@"^((SNNDSL_\S+|nice -n [0-9]+) +)*dotnet test ")]
    private static partial Regex Suite();

    [GeneratedRegex("^eng/")]
    private static partial Regex Script();

    [GeneratedRegex("^(dotnet new|cd) ")]
    private static partial Regex Template();

    [GeneratedRegex("^dotnet run -- loop$")]
    private static partial Regex OwnLoop();

    [GeneratedRegex("^(nice -n [0-9]+ )?dotnet run .*benchmarks/")]
    private static partial Regex Benchmark();

    [GeneratedRegex(@"^dotnet run -c Release (--project )?examples/\S+$")]
    private static partial Regex WholeProgram();

    [GeneratedRegex(" /data/")]
    private static partial Regex Container();

    [GeneratedRegex("--neuron ")]
    private static partial Regex Stated();

    [GeneratedRegex("--heat-map")]
    private static partial Regex Pictures();

    [GeneratedRegex(@"\$[A-Z_]+")]
    private static partial Regex Variable();

    [GeneratedRegex(@"0\.[0-9]+")]
    private static partial Regex Size();
}
