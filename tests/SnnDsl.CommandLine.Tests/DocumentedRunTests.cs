using System.Diagnostics;

namespace SnnDsl.CommandLine.Tests;

/// <summary>What the README and docs tell people to type does what it says: a page's command lines run in order, each page in a folder and a process of its own.</summary>
public class DocumentedRunTests
{
    /// <summary>Pages with lines that are run.</summary>
    public static TheoryData<string> Pages => [.. DocumentedCommands.Pages.Where(page => new DocumentedPage(page).Lines.Count > 0)];

    [Fact]
    public void MostLinesRun()
    {
        Assert.True(DocumentedCommands.Pages.Sum(page => new DocumentedPage(page).Lines.Count) > 60);
        Assert.All(DocumentedPage.NotRun, reason => Assert.True(reason.Value.Count > 0, $"no line is kept from running because of {reason.Key}"));
    }

    [Theory, MemberData(nameof(Pages))]
    public async Task RunsInOrder(string page)
    {
        string folder = Directory.CreateTempSubdirectory("snndsl-docs-").FullName;
        try
        {
            DocumentedPage.Furnish(folder);
            using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(DocumentedRunTests).Assembly.Location, "page", page])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == ExitCodes.Success, $"{await output}\n{await error}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
