using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SnnDsl.Generator.Tests.Docs;

/// <summary>Packages that docs tell readers to add are those that this repository is built with, libtorch by the property that its own projects go by.</summary>
public partial class PackageVersionTests
{
    private static readonly string s_repository = Path.GetFullPath(Path.Combine(
        typeof(PackageVersionTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "ProjectFolder").Value!, "..", ".."));

    [Fact]
    public void DocsNameTheVersionsOfThisRepository()
    {
        var versions = Load("Directory.Packages.props").Descendants("PackageVersion").ToDictionary(item => item.Attribute("Include")!.Value, item => item.Attribute("Version")!.Value);
        string own = Load("Directory.Build.props").Descendants("Version").Single().Value;
        var stated = Directory.GetFiles(Path.Combine(s_repository, "docs"), "*.md").SelectMany(page => Package().Matches(File.ReadAllText(page)))
            .Select(match => (Id: match.Groups["id"].Value, Version: match.Groups["version"].Value)).ToList();
        Assert.True(stated.Count >= 8, $"{stated.Count} packages");
        Assert.All(stated, package => Assert.Equal(package.Id.StartsWith("SnnDsl", StringComparison.Ordinal) ? own : versions[package.Id], package.Version));
    }

    [Fact]
    public void OneBlockBringsLibTorchHereInNewProjectsAndInDocs()
    {
        // By backend, the packages and the systems that they are for.
        static IEnumerable<string> Packages(XElement project) => project.Descendants("ItemGroup").Where(group => group.Attribute("Condition") is not null).SelectMany(group =>
            group.Elements("PackageReference").Select(item => $"{group.Attribute("Condition")!.Value}: {item.Attribute("Include")!.Value} {item.Attribute("Condition")!.Value}"));

        string template = Path.Combine("src", "SnnDsl.Templates", "content", "snn", "SpikingApp.csproj");
        string block = XmlBlock().Match(File.ReadAllText(Path.Combine(s_repository, "docs", "start.md"))).Groups[1].Value;
        var ours = Packages(Load(Path.Combine("eng", "LibTorch.targets"))).ToList();
        Assert.Equal(5, ours.Count);
        Assert.Equal(ours, Packages(Load(template)));
        Assert.Equal(ours, Packages(XElement.Parse($"<Project>{block}</Project>")));
    }

    private static XElement Load(string file) => XElement.Load(Path.Combine(s_repository, file));

    [GeneratedRegex("""(?:<PackageReference Include="(?<id>[^"]+)" Version="(?<version>[^"]+)")|(?:#:package (?<id>\S+)@(?<version>\S+))""")]
    private static partial Regex Package();

    [GeneratedRegex("```xml\n(<PropertyGroup>\n  <SnnDslBackend.*?)```", RegexOptions.Singleline)]
    private static partial Regex XmlBlock();
}
