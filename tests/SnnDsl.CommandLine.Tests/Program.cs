namespace SnnDsl.CommandLine.Tests;

/// <summary>The tiny networks' command line as a process of its own, which tests start and kill; or the command lines of a page, in the current folder.</summary>
internal static class Program
{
    private static Task<int> Main(string[] arguments) =>
        arguments is ["page", var page] ? new DocumentedPage(page).RunAsync() : Workbench.Host().RunAsync(arguments);
}
