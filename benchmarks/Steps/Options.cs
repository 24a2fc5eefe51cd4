using System.Globalization;
using SnnDsl.Benchmarks.Cases;
using SnnDsl.Kernels;

namespace SnnDsl.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    /// <summary>How to call the harness.</summary>
    public const string Usage =
        """
        dotnet run -c Release --project benchmarks/Steps -- [options]

        Without options: the headline, less than ten minutes on two cores (T = 10; batch 128, or 32 for bounds of conv, or 1 for
        inference; the single layer; peak memory).

          --json FILE        write the results to FILE, after every case anew
          --markdown FILE    measure nothing: print the tables of a FILE that --json wrote
          --quick            the headline, which is what happens without options too
          --all              every size: batches 1, 32, 128 and T = 3, 10; an hour
          --cases A,B        forward, train, s-ibp, s-crown, certified-train, inference, layer, memory (default: all of these);
                             csnn, accuracy, endurance, certified-endurance (minutes each, only when named)
          --models A,B       fc, conv (default: both; accuracy, endurance: fc)
          --state A,B        trained, initial: weights that certified training left, or started from (default: trained)
          --batches N,M      these batches instead of the headline's
          --steps N,M        these numbers of time steps instead of 10
          --precision P      float32 or bf16: in which numbers fused code takes the products of gradients (default: float32)
          --threads N        threads of torch (default: torch's own choice)
          --epochs N         accuracy: epochs of each run (default: 5)
          --seeds N          accuracy: runs of each code (default: 3)
          --data FOLDER      accuracy: whole MNIST instead of the embedded digits
          --runs N           endurance: training steps (default: 10000)

        Weights for --state trained are embedded. To make them anew: --make-weights MODEL FILE EPOCHS.
        """;

    /// <summary>The default precision's name.</summary>
    public const string Float32 = "float32";

    /// <summary>The other one's.</summary>
    public const string BFloat16 = "bf16";

    private static readonly string[] Usual = [.. StepCase.All.Select(step => step.Name), LayerCase.Name, MemoryCase.Name];

    public string? Json { get; private init; }

    public string? Markdown { get; private init; }

    public bool Help { get; private init; }

    public IReadOnlyList<string> Cases { get; private init; } = Usual;

    /// <summary>Null where every case takes its own choice.</summary>
    public IReadOnlyList<string>? Models { get; private init; }

    public IReadOnlyList<string> States { get; private init; } = [Subject.Trained];

    /// <summary>Null for the headline's batch of each case.</summary>
    public IReadOnlyList<int>? Batches { get; private init; }

    public IReadOnlyList<int> Steps { get; private init; } = [10];

    /// <summary>Of the products of gradients.</summary>
    public GradientPrecision Precision { get; private init; }

    public int? Threads { get; private init; }

    public int Epochs { get; private init; } = 5;

    public int Seeds { get; private init; } = 3;

    public string? Data { get; private init; }

    public int Runs { get; private init; } = 10_000;

    /// <summary>Reads the command line.</summary>
    /// <exception cref="ArgumentException">It asks for something that there is not.</exception>
    public static Options Parse(IEnumerable<string> arguments)
    {
        var options = new Options();
        var rest = new Queue<string>(arguments);
        while (rest.TryDequeue(out string? name))
        {
            options = name switch
            {
                "--json" => options with { Json = Value() },
                "--markdown" => options with { Markdown = Value() },
                "--quick" => options,
                "--all" => options with { Batches = [1, 32, 128], Steps = [3, 10] },
                "--cases" => options with { Cases = Names([.. Usual, CsnnCase.Name, AccuracyCase.Name, EnduranceCase.Natural, EnduranceCase.Certified]) },
                "--models" => options with { Models = Names(["fc", "conv"]) },
                "--state" => options with { States = Names([Subject.Trained, Subject.Initial]) },
                "--batches" => options with { Batches = Numbers() },
                "--steps" => options with { Steps = Numbers() },
                "--precision" => options with { Precision = Names([Float32, BFloat16])[0] == BFloat16 ? GradientPrecision.BFloat16 : default },
                "--threads" => options with { Threads = Numbers()[0] },
                "--epochs" => options with { Epochs = Numbers()[0] },
                "--seeds" => options with { Seeds = Numbers()[0] },
                "--data" => options with { Data = Value() },
                "--runs" => options with { Runs = Numbers()[0] },
                "--help" or "-h" => options with { Help = true },
                _ => throw new ArgumentException($"There is no option '{name}': --help lists them."),
            };

            string Value() => rest.TryDequeue(out string? value) ? value : throw new ArgumentException($"{name} needs a value.");

            string[] Names(string[] known)
            {
                string[] names = Value().Split(',');
                return names.FirstOrDefault(one => !known.Contains(one)) is { } unknown
                    ? throw new ArgumentException($"{name} does not know '{unknown}': choose from {string.Join(", ", known)}.")
                    : names;
            }

            int[] Numbers() => [.. Value().Split(',').Select(text =>
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
                    ? number
                    : throw new ArgumentException($"{name} takes whole numbers of at least 1, but got '{text}'."))];
        }

        return options;
    }
}
