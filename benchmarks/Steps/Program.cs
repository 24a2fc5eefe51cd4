using System.Globalization;
using SnnDsl.Benchmarks;
using SnnDsl.Benchmarks.Cases;
using SnnDsl.Benchmarks.Networks;
using SnnDsl.Benchmarks.Reporting;

try
{
    switch (args)
    {
        case ["--measure-memory", .. var what]:
            MemoryCase.Answer(what);
            return 0;
        case ["--make-weights", var model, var file, var epochs]:
            using (var network = Subject.CreateNetwork(model))
                Snapshot.Make(network, file, Subject.Epsilon, int.Parse(epochs, CultureInfo.InvariantCulture));

            return 0;
    }

    var options = Options.Parse(args);
    if (options.Help)
    {
        Console.WriteLine(Options.Usage);
        return 0;
    }

    var report = options.Markdown is { } path ? Report.Load(path) : new Harness(options).Run();
    foreach (string line in Table.Lines(report))
        Console.WriteLine(line);

    return 0;
}
catch (Exception exception) when (
    exception is ArgumentException or InvalidOperationException or InvalidDataException or IOException or FormatException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
