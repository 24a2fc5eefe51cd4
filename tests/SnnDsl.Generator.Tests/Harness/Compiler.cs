using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using SnnDsl.Generator.Diagnostics;
using SnnDsl.Generator.Emission;

namespace SnnDsl.Generator.Tests.Harness;

/// <summary>Compiles sources in memory as a user's project would: references, generator, analyzer.</summary>
public static class Compiler
{
    public const string FileName = "Network.cs";

    public static CSharpParseOptions ParseOptions { get; } =
        new(LanguageVersion.Latest, DocumentationMode.Diagnose);

    private static readonly ImmutableArray<MetadataReference> s_references = [.. References()];

    /// <summary>The strictest that a user's project can be.</summary>
    public static CSharpCompilation Compile(params string[] sources)
    {
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            checkOverflow: true,
            warningLevel: 9999,
            nullableContextOptions: NullableContextOptions.Enable,
            // Assemblies of several framework versions meet in the test host; the SDK unifies them in a real build.
            specificDiagnosticOptions: [new("CS1701", ReportDiagnostic.Suppress), new("CS1702", ReportDiagnostic.Suppress)]);
        var trees = sources.Select((source, i) => CSharpSyntaxTree.ParseText(source, ParseOptions, NameOf(i)));
        var usings = CSharpSyntaxTree.ParseText("global using SnnDsl;\nglobal using System;\n", ParseOptions, "Usings.cs");
        return CSharpCompilation.Create("User", trees.Append(usings), s_references, options);
    }

    /// <summary>The path of a source by its place among those compiled.</summary>
    public static string NameOf(int source) => source == 0 ? FileName : $"Other{source}.cs";

    public static GeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        [new SpikingNetworkGenerator().AsSourceGenerator()],
        parseOptions: ParseOptions,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>Runs the generator; it must not throw, and says something only where a build would end before analyzers do.</summary>
    public static (Compilation Compilation, IReadOnlyList<GeneratedSourceResult> Files) Generate(CSharpCompilation compilation)
    {
        var (output, files, reported) = Run(compilation);
        Assert.True(reported.IsEmpty || output.GetDeclarationDiagnostics().Any(IsError), string.Join('\n', reported));
        return (output, files);
    }

    /// <summary>Runs the generator; it must not throw.</summary>
    /// <param name="compilation">The project.</param>
    /// <param name="isEditor">Whether an editor asks, which builds for its own sake.</param>
    public static (Compilation Compilation, IReadOnlyList<GeneratedSourceResult> Files, ImmutableArray<Diagnostic> Reported) Run(
        CSharpCompilation compilation, bool isEditor = false)
    {
        var driver = Driver().WithUpdatedAnalyzerConfigOptions(new BuildProperties(isEditor))
            .RunGeneratorsAndUpdateCompilation(compilation, out var output, out var reported);
        var result = Assert.Single(driver.GetRunResult().Results);
        Assert.Null(result.Exception);
        return (output, result.GeneratedSources, reported);
    }

    /// <summary>Whether a file is the outline of a class whose declaration is refused.</summary>
    public static bool IsOutline(GeneratedSourceResult file) => file.HintName.EndsWith(".Outline.g.cs", StringComparison.Ordinal);

    /// <summary>Whether nothing is compiled.</summary>
    public static bool IsError(Diagnostic diagnostic) => diagnostic.Severity == DiagnosticSeverity.Error;

    /// <summary>The emitted files with the warnings that they turn off for the user's sake: in them there should be none.</summary>
    public static Compilation WithWarnings(Compilation output) => output.RemoveAllSyntaxTrees().AddSyntaxTrees(output.SyntaxTrees.Select(tree =>
        tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) && tree.ToString().Contains(EmittedFile.NoWarnings)
            ? CSharpSyntaxTree.ParseText(tree.ToString().Replace(EmittedFile.NoWarnings, ""), (CSharpParseOptions)tree.Options, tree.FilePath, System.Text.Encoding.UTF8)
            : tree));

    /// <summary>Runs the analyzers.</summary>
    public static async Task<ImmutableArray<Diagnostic>> Analyze(Compilation compilation)
    {
        var found = await compilation.WithAnalyzers([new NetworkAnalyzer(), new UsageAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        return [.. found.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start).ThenBy(diagnostic => diagnostic.Id)];
    }

    private sealed class BuildProperties(bool isEditor) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Properties(isEditor);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

        private sealed class Properties(bool isEditor) : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value)
            {
                value = isEditor && key == "build_property.DesignTimeBuild" ? "true" : null;
                return value is not null;
            }
        }
    }

    private static IEnumerable<MetadataReference> References()
    {
        string[] trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        string[] own = ["SnnDsl.Attributes", "SnnDsl.Model", "SnnDsl.Records", "SnnDsl.Runtime", "TorchSharp", "netstandard", "mscorlib"];
        return trusted
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal)
                || own.Contains(Path.GetFileNameWithoutExtension(path)))
            .Select(path => MetadataReference.CreateFromFile(path));
    }
}
