using SnnDsl.Benchmarks;
using SnnDsl.Benchmarks.Reporting;

try
{
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
    exception is ArgumentException or InvalidOperationException or InvalidDataException or IOException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}
