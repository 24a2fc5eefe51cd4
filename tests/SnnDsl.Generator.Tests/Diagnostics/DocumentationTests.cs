using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using SnnDsl.Generator.Diagnostics;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Diagnostics;

/// <summary>Descriptors, their help pages, the index and the release notes say the same.</summary>
public partial class DocumentationTests
{
    private static readonly string s_repository = Path.GetFullPath(Path.Combine(
        typeof(DocumentationTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "ProjectFolder").Value!,
        "..", ".."));

    private static readonly string s_pages = Path.Combine(s_repository, "docs", "diagnostics");

    public static TheoryData<string> Ids { get; } = new(Descriptors.All.Select(descriptor => descriptor.Id).Order(StringComparer.Ordinal));

    /// <summary>A fault of the generator has no example, and one for an older C# cannot be compiled with the others.</summary>
    public static TheoryData<string> IdsWithExamples { get; } = new(Descriptors.All
        .Select(descriptor => descriptor.Id).Where(id => id is not (ProblemIds.EmissionFailed or ProblemIds.LanguageVersion)).Order(StringComparer.Ordinal));

    [Fact]
    public void EveryIdHasADescriptor()
    {
        var ids = typeof(ProblemIds).GetFields().Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal);
        Assert.Equal(ids, new NetworkAnalyzer().SupportedDiagnostics.Select(descriptor => descriptor.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryPageBelongsToADescriptor() => Assert.Equal(
        Descriptors.All.Select(descriptor => $"{descriptor.Id}.md").Append("README.md").Order(StringComparer.Ordinal),
        Directory.GetFiles(s_pages).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Ids))]
    public void ThePageNamesWhatItIsAbout(string id)
    {
        var descriptor = Descriptors.Get(id);
        string page = Page(id);
        Assert.StartsWith($"# {id}: {descriptor.Title}\n\n{descriptor.DefaultSeverity}. ", page, StringComparison.Ordinal);
        Assert.Equal($"https://github.com/snndsl/snndsl/blob/main/docs/diagnostics/{id}.md", descriptor.HelpLinkUri);
        Assert.Equal("SnnDsl", descriptor.Category);
        Assert.True(descriptor.IsEnabledByDefault);
    }

    [Theory]
    [MemberData(nameof(IdsWithExamples))]
    public async Task TheExampleTriggersItAndTheFixDoesNot(string id)
    {
        string[] examples = [.. CodeBlock().Matches(Page(id)).Select(match => match.Groups[1].Value)];
        Assert.Equal(2, examples.Length);
        // With what is emitted, as in a user's project: code that uses a network means nothing without it.
        var (bad, good) = (Compiler.Generate(Compiler.Compile(examples[0])), Compiler.Generate(Compiler.Compile(examples[1])));
        Assert.Equal([id], (await Compiler.Analyze(bad.Compilation)).Select(diagnostic => diagnostic.Id).Distinct());
        Assert.Empty(await Compiler.Analyze(good.Compilation));
        Assert.Equal(id == ProblemIds.NoSpikingNetwork || Descriptors.IsError(id), bad.Files.All(Compiler.IsOutline));
        Assert.NotEmpty(good.Files);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void TheIndexAndTheReleaseNotesListIt(string id)
    {
        var descriptor = Descriptors.Get(id);
        string index = File.ReadAllText(Path.Combine(s_pages, "README.md"));
        Assert.Contains($"| [{id}]({id}.md) | {descriptor.DefaultSeverity} | {descriptor.Title} |\n", index, StringComparison.Ordinal);
        Assert.Contains($"{id} | SnnDsl | {descriptor.DefaultSeverity} | {descriptor.Title}\n", Releases(), StringComparison.Ordinal);
    }

    [Fact]
    public void TheReleaseNotesListNothingElse() => Assert.Equal(
        Descriptors.All.Count(), Releases().Split('\n').Count(line => line.StartsWith("SNN", StringComparison.Ordinal)));

    private static string Page(string id) => File.ReadAllText(Path.Combine(s_pages, $"{id}.md"));

    private static string Releases()
    {
        string folder = Path.Combine(s_repository, "src", "SnnDsl.Generator");
        return File.ReadAllText(Path.Combine(folder, "AnalyzerReleases.Shipped.md"))
            + File.ReadAllText(Path.Combine(folder, "AnalyzerReleases.Unshipped.md"));
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
