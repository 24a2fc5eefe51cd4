using System.CommandLine;
using SnnDsl.Evaluation;
using SnnDsl.Serialization;

namespace SnnDsl.Benchmarks.Paper;

/// <summary>The command.</summary>
internal static class Experiments
{
    /// <summary>Runs it.</summary>
    /// <param name="args">Its arguments.</param>
    /// <param name="output">Where the table goes.</param>
    /// <param name="log">Where it says what goes on.</param>
    /// <returns>0 if every job that was asked for has ended.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter log)
    {
        var data = new Option<string>("--data") { Description = "Where the folders mnist, fashion-mnist and nmnist lie.", Required = true };
        var folder = new Option<string>("--out") { Description = "Where weights and records go: a run that was stopped goes on with what is there.", DefaultValueFactory = _ => Path.Combine("runs", "paper") };
        var jobs = new Option<string[]>("--jobs") { Description = "Only jobs whose names begin so; --list shows them.", AllowMultipleArgumentsPerToken = true };
        var list = new Option<bool>("--list") { Description = "Name the jobs, and which have ended." };
        var table = new Option<bool>("--table") { Description = "Run nothing: write the table of what has ended." };
        var shard = new Option<string?>("--shard") { Description = "I/N: only every N-th job, from the I-th on, for N machines." };
        var count = new Option<int?>("--count") { Description = "Only the first N training and test samples. [default: all]" };
        var epochs = new Option<int?>("--epochs") { Description = "How many epochs. [default: the network's own]" };
        var limit = new Option<double>("--time-limit") { Description = "Seconds a sample, for auto.", DefaultValueFactory = _ => 1 };
        var seed = new Option<long>("--seed") { Description = "The seed of everything that is drawn.", DefaultValueFactory = _ => 1 };
        var root = new RootCommand("Natural against certified training: accuracy, attack error and certified error of the whole grid.") { data, folder, jobs, list, table, shard, count, epochs, limit, seed };
        int ended = 0;
        root.SetAction(arguments =>
        {
            var settings = new Settings(
                arguments.GetRequiredValue(data), arguments.GetValue(folder)!, arguments.GetValue(count), arguments.GetValue(epochs), arguments.GetValue(limit), arguments.GetValue(seed));
            string[] begins = arguments.GetValue(jobs) ?? [];
            var chosen = Job.All.Where(job => begins.Length == 0 || begins.Any(job.Name.StartsWith)).ToArray();
            if (chosen.Length == 0)
            {
                log.WriteLine($"No job begins with {string.Join(" or ", begins)}: --list names them.");
                return 1;
            }

            if (arguments.GetValue(shard) is { } part)
            {
                if (Shard.TryParse(part) is not { } which)
                {
                    log.WriteLine($"'{part}' is no part: give I/N, as 0/4.");
                    return 1;
                }

                chosen = [.. which.Positions(chosen.Length).Select(place => chosen[place])];
            }

            bool runs = !arguments.GetValue(list) && !arguments.GetValue(table);
            if (runs && !settings.Fits)
            {
                log.WriteLine($"'{settings.Out}' was begun with another --count, --epochs, --time-limit or --seed: give those again, or another --out.");
                return 1;
            }

            if (runs)
            {
                settings.Keep();
            }

            List<string> rows = [];
            foreach (var job in chosen)
            {
                var run = new JobRun(job, settings, log.WriteLine);
                if ((run.Known ?? (runs ? run.Run() : null)) is { } outcome)
                {
                    ended++;
                    rows.Add(outcome.Row(job));
                    log.WriteLine(outcome.ToLine());
                }

                if (arguments.GetValue(list))
                {
                    output.WriteLine($"{job.Name}{(run.Known is null ? "" : "  (ended)")}");
                }
            }

            if (!arguments.GetValue(list))
            {
                output.WriteLine(Outcome.Head);
                rows.ForEach(output.WriteLine);
                if (runs)
                {
                    AtomicFile.WriteText(Path.Combine(settings.Out, "outcomes.jsonl"), string.Concat(Job.All.Select(job => new JobRun(job, settings, log.WriteLine).Known).OfType<Outcome>().Select(outcome => outcome.ToLine() + "\n")));
                }
            }

            return 0;
        });
        return root.Parse(args).Invoke(new() { Output = output, Error = log });
    }
}
