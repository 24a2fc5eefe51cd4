using System.Globalization;
using System.Text.Json;
using Microsoft.CodeAnalysis.CSharp;
using SnnDsl.Benchmarks.CompileTime;
using static System.FormattableString;

const string Usage =
    """
    dotnet run -c Release --project benchmarks/CompileTime -- [--json FILE] [--runs N]

    Times the generator on networks of 20 layers, on SEW-ResNet18 and on a project of 50 networks, its code compiled already: without an incremental cache, after a
    keystroke in the declaring file, after one elsewhere; and a whole build of a project of 100 networks, a fortieth as often.
    """;

string? json = null;
int runs = 200;
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--json" when i + 1 < args.Length:
            json = args[++i];
            break;
        case "--runs" when i + 1 < args.Length && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0:
            (runs, i) = (number, i + 1);
            break;
        default:
            Console.Error.WriteLine(Usage);
            return args[i] is "--help" or "-h" ? 0 : 1;
    }
}

var many = Declarations.Project(100);
var networks = new[]
{
    ("alike", Declarations.Alike, new string[0]), ("all different", Declarations.AllDifferent, []), ("SEW-ResNet18", Declarations.SewResNet18, []),
    ("one of 50", many[0], [.. many.Skip(1).Take(49)]),
}.Select(entry =>
{
    var bench = new Bench(entry.Item2, runs, entry.Item3);
    return new
    {
        Network = entry.Item1,
        Layers = Declarations.Layers(entry.Item2),
        Results = new[]
        {
            bench.Cold(),
            bench.Keystroke("keystroke in a comment of that file", Declarations.InComment),
            bench.Keystroke("keystroke in a layer's size", Declarations.InNumber),
            bench.Elsewhere(),
        },
    };
}).Append(new
{
    Network = "100 of them",
    Layers = Declarations.Layers(many[0]),
    Results = new[] { new Bench(many[0], Math.Max(1, runs / 40), [.. many.Skip(1)]).Build() },
}).ToList();

var roslyn = typeof(CSharpCompilation).Assembly.GetName().Version!;
Console.WriteLine(Invariant($"Roslyn {roslyn.ToString(3)}, {Bench.ReferenceCount} references, {Environment.ProcessorCount} cores, {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC; medians of {runs} runs."));
Console.WriteLine();
Console.WriteLine("| network | layers | case | ms | of it Roslyn alone | p99 ms | allocated kB | emitted anew | characters |");
Console.WriteLine("|---|---:|---|---:|---:|---:|---:|---:|---:|");
foreach (var network in networks)
{
    foreach (var result in network.Results)
    {
        Console.WriteLine(Invariant($"| {network.Network} | {network.Layers} | {result.Case} | {result.Milliseconds:0.00} | {result.RoslynMilliseconds:0.00} | {result.P99Milliseconds:0.00} | {result.AllocatedKilobytes:0} | {result.OutputsEmittedAnew} | {result.Characters} |"));
    }
}

if (json is not null)
{
    var options = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };
    File.WriteAllText(json, JsonSerializer.Serialize(new { Roslyn = roslyn.ToString(3), Cores = Environment.ProcessorCount, Runs = runs, Networks = networks }, options) + "\n");
}

return networks.SelectMany(network => network.Results).Any(result => result.Case.EndsWith("elsewhere", StringComparison.Ordinal) && result.OutputsEmittedAnew > 0) ? 1 : 0;
