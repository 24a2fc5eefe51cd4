namespace SnnDsl.CommandLine.Tests;

/// <summary>The tiny networks' command line as a process of its own, which tests start and kill.</summary>
internal static class Program
{
    private static Task<int> Main(string[] arguments) => Workbench.Host().RunAsync(arguments);
}
