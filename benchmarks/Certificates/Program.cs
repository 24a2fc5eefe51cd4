using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using SnnDsl.Benchmarks.Certificates;
using SnnDsl.Benchmarks.Certificates.Promises;
using SnnDsl.Certification;

// Certifies trained networks in every way that there is, each way in a process of its own so that its peak memory is its own, and
// writes one table and one picture. See docs/certificates.md.
var folder = new Option<string>("--data") { Description = "Where the folders mnist and fashion-mnist lie.", Required = true };
var known = new Option<string[]>("--from") { Description = "Take these files of --json instead of measuring.", AllowMultipleArgumentsPerToken = true };
var networks = Names("--networks", "Which networks.", Subject.All.Select(subject => subject.Name));
var ways = Names("--ways", "Which ways.", Way.All.Select(way => way.Name));
var count = new Option<int>("--count") { Description = "How many test samples.", DefaultValueFactory = _ => 200 };
var limit = new Option<double>("--time-limit") { Description = "Seconds a sample, for auto and bab.", DefaultValueFactory = _ => 10 };
var restarts = new Option<int>("--restarts") { Description = "Starts of the attack.", DefaultValueFactory = _ => 50 };
var attackSteps = new Option<int>("--attack-steps") { Description = "Gradient steps that each start takes.", DefaultValueFactory = _ => 20 };
var records = new Option<string?>("--records") { Description = "A folder for the records; a run that was stopped goes on with what is there." };
var json = new Option<string?>("--json") { Description = "Write all figures." };
var plot = new Option<string?>("--plot") { Description = "Draw certified share against time, PNG or SVG; {0} stands for the network." };
var promises = new Option<bool>("--promises") { Description = "Check instead what certificates promise, records and time limits, on the networks of the examples." };
var examples = Names("--examples", "With --promises: which networks.", Example.All.Select(example => example.Name));
var weights = new Option<string>("--weights") { Description = "With --promises: where their weights lie.", DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "Weights") };
var later = new Option<bool>("--later") { Description = "With --promises: write records alone; the same call without it goes on." };
var limits = new Option<double[]>("--limits") { Description = "With --promises: seconds a sample.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [0.2, 0.5, 2] };
var cost = new Option<int>("--cost") { Description = "Compare rounding-safe bounds with plain ones instead, so often in turn." };
var methods = new Option<string[]>("--methods") { Description = "Which methods --cost compares.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["s-ibp", "s-crown", "auto"] };
var only = new Option<bool>("--in-this-process") { Hidden = true };
var root = new RootCommand("What each method certifies, and what it costs.")
{
    folder, networks, ways, count, limit, restarts, attackSteps, records, json, plot, known, promises, examples, weights, later, limits, cost, methods, only,
};
root.SetAction(arguments =>
{
    if (arguments.GetValue(promises))
    {
        bool kept = Matrix.Run(
            arguments.GetRequiredValue(folder), arguments.GetRequiredValue(weights), arguments.GetRequiredValue(examples), arguments.GetValue(count),
            arguments.GetRequiredValue(limits), arguments.GetValue(records) ?? Path.Combine("runs", "promises"), arguments.GetValue(later));
        return kept ? 0 : 1;
    }

    var settings = new Settings(
        arguments.GetRequiredValue(folder), arguments.GetValue(count), TimeSpan.FromSeconds(arguments.GetValue(limit)),
        arguments.GetValue(restarts), arguments.GetValue(attackSteps), arguments.GetValue(records));
    var chosen = (
        from network in arguments.GetValue(networks)!
        from way in arguments.GetValue(ways)!
        select (Subject: Subject.All.Single(subject => subject.Name == network), Way: Way.All.Single(entry => entry.Name == way))).ToArray();
    if (arguments.GetValue(cost) is > 0 and var rounds)
    {
        Console.WriteLine(Cost.Head);
        foreach (var (name, method) in from name in arguments.GetValue(networks)! from method in arguments.GetValue(methods)! select (name, method))
        {
            Console.WriteLine(Cost.Of(Subject.All.Single(subject => subject.Name == name), CertificationMethodNames.Parse(method), settings, rounds));
        }

        return 0;
    }

    if (arguments.GetValue(only))
    {
        var (subject, way) = chosen.Single();
        Console.WriteLine(JsonSerializer.Serialize(way.Run(subject, settings) with { PeakMegabytes = PeakMegabytes() }));
        return 0;
    }

    var measured = (arguments.GetValue(known) ?? [])
        .SelectMany(file => JsonSerializer.Deserialize<Measurement[]>(File.ReadAllText(file))!).ToList();
    foreach (var (subject, way) in measured.Count > 0 ? [] : chosen)
    {
        measured.Add(InAnotherProcess(arguments.Tokens.Select(token => token.Value), subject, way));
        Console.WriteLine(Table.Line(measured[^1]));
        if (arguments.GetValue(json) is { } path)
        {
            File.WriteAllText(path, JsonSerializer.Serialize(measured, new JsonSerializerOptions { WriteIndented = true, IndentSize = 1 }));
        }
    }

    Console.WriteLine();
    Console.WriteLine(Table.Of(measured));
    if (arguments.GetValue(plot) is { } picture)
    {
        foreach (var group in measured.GroupBy(one => one.Network))
        {
            Pareto.Draw([.. group], string.Format(System.Globalization.CultureInfo.InvariantCulture, picture, group.Key));
        }
    }

    return 0;
});
return root.Parse(args).Invoke();

static Option<string[]> Names(string name, string description, IEnumerable<string> all)
{
    string[] known = [.. all];
    var option = new Option<string[]>(name)
    {
        Description = $"{description} [default: all: {string.Join("; ", known)}]",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => known,
    };
    return option.AcceptOnlyFromAmong(known);
}

static double PeakMegabytes()
{
    using var process = Process.GetCurrentProcess();
    return process.PeakWorkingSet64 / 1e6;
}

static Measurement InAnotherProcess(IEnumerable<string> given, Subject subject, Way way)
{
    // What is given later wins: the names of one network and one way.
    string[] names = ["--networks", "--ways", "--json", "--plot"];
    var rest = new List<string>();
    bool skip = false;
    foreach (string token in given)
    {
        skip = token.StartsWith("--", StringComparison.Ordinal) ? names.Contains(token) : skip;
        if (!skip)
        {
            rest.Add(token);
        }
    }

    var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
    if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
    {
        // Started as 'dotnet Certificates.dll'.
        start.ArgumentList.Add(typeof(Way).Assembly.Location);
    }

    foreach (string argument in rest.Concat(["--networks", subject.Name, "--ways", way.Name, "--in-this-process"]))
    {
        start.ArgumentList.Add(argument);
    }

    using var process = Process.Start(start)!;
    string output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return process.ExitCode == 0
        ? JsonSerializer.Deserialize<Measurement>(output)!
        : throw new InvalidOperationException($"{subject.Name}, {way.Name} ended with exit code {process.ExitCode}; its error stands above.");
}
