using System.Globalization;
using SnnDsl.Benchmarks.Cases;

namespace SnnDsl.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    /// <summary>How to call the harness.</summary>
    public const string Usage =
        """
        dotnet run -c Release --project benchmarks/Steps -- [options]

          --json FILE        write the results to FILE, after every case anew
          --markdown FILE    measure nothing: print the table of a FILE that --json wrote
          --quick            T = 10 only, and of the batches only the largest that a case covers
          --cases A,B        forward, train, s-ibp, s-crown, certified-train, inference (default: all of these), layer
          --models A,B       fc, conv (default: both)
          --batches N,M      default: 1,32,128
          --steps N,M        numbers of time steps (default: 3,10)
          --threads N        threads of torch (default: torch's own choice)
        """;

    public string? Json { get; private init; }

    public string? Markdown { get; private init; }

    public bool Quick { get; private init; }

    public bool Help { get; private init; }

    public IReadOnlyList<string> Cases { get; private init; } = [.. StepCase.All.Select(step => step.Name)];

    public IReadOnlyList<string> Models { get; private init; } = ["fc", "conv"];

    public IReadOnlyList<int> Batches { get; private init; } = [1, 32, 128];

    public IReadOnlyList<int> Steps { get; private init; } = [3, 10];

    public int? Threads { get; private init; }

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
                "--quick" => options with { Quick = true, Steps = [10] },
                "--cases" => options with { Cases = Names([.. StepCase.All.Select(step => step.Name), LayerCase.Name]) },
                "--models" => options with { Models = Names(["fc", "conv"]) },
                "--batches" => options with { Batches = Numbers() },
                "--steps" => options with { Steps = Numbers() },
                "--threads" => options with { Threads = Numbers()[0] },
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
