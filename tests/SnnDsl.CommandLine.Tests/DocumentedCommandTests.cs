using System.Text.RegularExpressions;

namespace SnnDsl.CommandLine.Tests;

/// <summary>
/// Every command line of the README and of docs says what programs understand: their commands and options are there, and so are the projects, the networks, the
/// tests and the settings that they name. (Whether they run, too: <see cref="DocumentedRunTests"/>.)
/// </summary>
public class DocumentedCommandTests
{
    private static readonly string s_repository = DocumentedCommands.Repository;

    private static readonly string[] s_commands =
        ["train", "certify", "radius", "report", "merge", "verify", "attack", "smooth", "evaluate", "activity", "import", "export", "models", "completion"];

    /// <summary>A page, and a command line on it.</summary>
    public static TheoryData<string, string> Lines
    {
        get
        {
            TheoryData<string, string> all = [];
            foreach (string page in DocumentedCommands.Pages)
            {
                foreach (string line in DocumentedCommands.Of(page))
                {
                    all.Add(page, line);
                }
            }

            return all;
        }
    }

    [Fact]
    public void PagesHaveCommands() => Assert.True(Lines.Count > 60, $"{Lines.Count} lines");

    [Theory, MemberData(nameof(Lines))]
    public void IsUnderstood(string page, string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (string setting in words.TakeWhile(word => word.Contains('=', StringComparison.Ordinal)))
        {
            Assert.True(Sources("tests").Any(source => source.Contains($"\"{setting.Split('=')[0]}\"", StringComparison.Ordinal)), $"{page}: no test reads {setting}");
        }

        words = [.. words.SkipWhile(word => word.Contains('=', StringComparison.Ordinal))];
        words = words is ["nice", "-n", _, .. var calm] ? calm : words;
        int dashes = Array.IndexOf(words, "--");
        string? project = After(words, "--project");
        if (project is not null)
        {
            Assert.True(Directory.GetFiles(Path.Combine(s_repository, project), "*.csproj").Length == 1, $"{page}: {project} is no project");
        }

        switch (words)
        {
            case ["dotnet", "test", ..]:
                IsTest(page, words);
                break;
            case ["dotnet", "run", ..] when project?.StartsWith("benchmarks", StringComparison.Ordinal) == true:
                // Their programs are one file of options.
                string program = string.Concat(Directory.GetFiles(Path.Combine(s_repository, project), "*.cs").Select(File.ReadAllText));
                Assert.All(words[(dashes + 1)..].Where(word => word.StartsWith("--", StringComparison.Ordinal)), word => Assert.Contains($"\"{word}\"", program, StringComparison.Ordinal));
                break;
            case ["dotnet", "run", ..] when dashes < 0:
                Assert.All(words.Where(word => word.EndsWith(".cs", StringComparison.Ordinal)), file => Assert.True(File.Exists(Path.Combine(s_repository, file)), $"{page}: {file}"));
                break;
            case ["dotnet", "run", "--", var own] when DocumentedCommands.TextOf(page).Contains($"args is [\"{own}\"]", StringComparison.Ordinal):
                // What the page's program does by itself.
                break;
            case ["dotnet", "run", ..]:
                Understands(page, words[(dashes + 1)..]);
                break;
            case ["dotnet", "new", ..] or ["cd", ..]:
                break;
            case [var script, ..] when script.StartsWith("eng/", StringComparison.Ordinal):
                Assert.True(File.Exists(Path.Combine(s_repository, script)), $"{page}: {script}");
                break;
            case [var first, ..] when s_commands.Contains(first):
                Understands(page, words);
                break;
            default:
                Understands(page, words[1..]);
                break;
        }
    }

    private static void IsTest(string page, string[] words)
    {
        string[] projects = [.. words.Where(word => word.StartsWith("tests/", StringComparison.Ordinal))];
        Assert.All(projects, test => Assert.True(Directory.Exists(Path.Combine(s_repository, test)), $"{page}: {test}"));
        if (After(words, "--filter") is { } filter)
        {
            string[] names = filter.Trim('"').Split('~')[1].Split('.');
            var sources = Sources(projects.Single()).ToList();
            Assert.All(names, name => Assert.True(sources.Exists(source => source.Contains(name, StringComparison.Ordinal)), $"{page}: {name} is no test of {projects[0]}"));
        }
    }

    private static void Understands(string page, string[] words)
    {
        // What readers put in, and what is left out.
        words = [.. words.Where((word, i) => word != "..." || words[i - 1].StartsWith("--", StringComparison.Ordinal)).Select(word => word.Trim('"') switch
        {
            "..." => "mnist",
            "E" => "0.1",
            "K" => "1",
            var choice when choice.Contains('|', StringComparison.Ordinal) => choice.Split('|')[0],
            var shard when shard.StartsWith('$') => "0/8",
            var other => other,
        })];
        for (int i = 1; i < words.Length; i++)
        {
            if (words[i - 1] == "--model")
            {
                string model = words[i];
                Assert.True(
                    Sources("examples").Concat(DocumentedCommands.Pages.Select(DocumentedCommands.TextOf)).Any(source => Regex.IsMatch(source, $@"partial class {model}\b")) || model == "Classifier", $"{page}: there is no network {model}");
                words[i] = nameof(TinyImages);
            }
        }

        var program = SpikingCommandLine.Create("docs").Model(seed => new TinyImages(seed))
            .Data(new ImageData("mnist")).Data(new ImageData("fashion-mnist")).Data(new EventData("nmnist"));
        string[] errors = [.. program.Check(words)];
        // A line that leaves something out lacks what it must have.
        Assert.True(errors.All(error => error.Contains("is required", StringComparison.Ordinal)), $"{page}: {string.Join(' ', words)}: {string.Join(' ', errors)}");
    }

    private static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(Path.Combine(s_repository, folder), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText);

    private static string? After(string[] words, string option) => DocumentedCommands.After(words, option);
}
