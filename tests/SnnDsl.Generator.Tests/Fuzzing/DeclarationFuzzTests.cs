using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SnnDsl.Generator.Tests.Harness;
using Xunit.Abstractions;

namespace SnnDsl.Generator.Tests.Fuzzing;

/// <summary>
/// Random declarations through the generator, hundreds in one compilation: nothing throws, what is emitted can be parsed, and it compiles
/// wherever the declaration does by itself. docs/testing.md says how to run many.
/// </summary>
public partial class DeclarationFuzzTests(ITestOutputHelper output)
{
    private const int Batch = 50;

    /// <summary>What once broke the emitted code or the generator, or took other networks' files.</summary>
    public static TheoryData<string> Corpus { get; } =
    [
        "[SpikingNetwork, Input(2), Linear(2), Lif] partial class N : object;",
        "[SpikingNetwork, Input(2), Linear(2), Lif] partial class @var;",
        "class nint; [SpikingNetwork, Input(1, 4, 4), AvgPool2d(2), Lif, Flatten, Linear(2), MembraneReadout] partial class Net;",
        "[SpikingNetwork, Input(2), Linear(2), Lif] partial class Net { class var; class nint; }",
        "[SpikingNetwork, Input(2), Linear(2), Lif] partial class",
        "namespace { [SpikingNetwork, Input(2), Linear(2), Lif] partial class Net; }",
        "[SpikingNetwork, Input(2), Linear(2), Lif(SurrogateWidth = 1e-39)] partial class Net;",
        "[SpikingNetwork, Input(2), Linear(2), Lif(SurrogateWidth = 3e38, Surrogate = Surrogate.FastSigmoid)] partial class Net;",
        "[SpikingNetwork, Input(1, 9, 9), Conv2d(2, Kernel = 3, Stride = int.MaxValue), Lif, Flatten, Linear(2), Lif] partial class Net;",
        "namespace A.Nets { [SpikingNetwork, Input(2), Linear(2), Lif] partial class Net; } namespace A.nets { [SpikingNetwork, Input(2), Linear(2), Lif] partial class Net; }",
        "partial class O { [SpikingNetwork, Input(2), Linear(2), Lif] partial class Net; } partial struct O { [SpikingNetwork, Input(2), Linear(2), Lif] partial class Net; }",
        "[System.CodeDom.Compiler.GeneratedCode(\"a\", \"1\"), SpikingNetwork, Input(2), Linear(2), Lif] partial class Net;",
        "[SpikingNetwork, Input(4), Linear(3), MaxPool2d(2), Lif] partial class Net;",
        "[SpikingNetwork, Input(2), Linear(2), Lif] partial class e\u0301;",
    ];

    [Theory]
    [MemberData(nameof(Corpus))]
    public async Task WhatOnceBroke(string declaration) => Assert.Equal("", await FaultOf([$"namespace N0 {{ {declaration} }}"]));

    [Fact]
    public async Task RandomDeclarations()
    {
        int count = int.Parse(Environment.GetEnvironmentVariable("SNNDSL_FUZZ_DECLARATIONS") ?? "100", CultureInfo.InvariantCulture);
        int first = int.Parse(Environment.GetEnvironmentVariable("SNNDSL_FUZZ_SEED") ?? "1", CultureInfo.InvariantCulture) * 1_000_000;
        var clock = Stopwatch.StartNew();
        List<string> faults = [];
        for (int done = 0; done < count; done += Batch)
        {
            string[] sources = [.. Enumerable.Range(done, Math.Min(Batch, count - done)).Select(i => new RandomDeclaration(first + i).Text($"N{i - done}"))];
            if (await FaultOf(sources) is { Length: > 0 } fault)
            {
                faults.Add(await Narrow(sources) ?? fault);
            }
        }

        string report = $"{count} declarations, {_emitted} files emitted, {faults.Count} batches with a fault, {clock.Elapsed.TotalSeconds:0} s";
        output.WriteLine(report);
        if (Environment.GetEnvironmentVariable("SNNDSL_FUZZ_LOG") is { } log)
        {
            await File.WriteAllTextAsync(log, string.Join("\n\n", faults.Prepend(report)));
        }

        Assert.True(_emitted > count / 2, report);
        Assert.Empty(faults);
    }

    private int _emitted;

    /// <summary>The first single declaration that fails alone; null where it takes several.</summary>
    private async Task<string?> Narrow(string[] sources)
    {
        foreach (string source in sources)
        {
            if (await FaultOf([source]) is { Length: > 0 } fault)
            {
                return $"{fault}\n{source}";
            }
        }

        return null;
    }

    private async Task<string> FaultOf(string[] sources)
    {
        var compilation = Compiler.Compile(sources);
        var driver = CSharpGeneratorDriver.Create([new SpikingNetworkGenerator().AsSourceGenerator()], parseOptions: Compiler.ParseOptions)
            .RunGeneratorsAndUpdateCompilation(compilation, out var whole, out var reported);
        var result = driver.GetRunResult().Results.Single();
        if (result.Exception is not null || (reported.Length > 0 && !whole.GetDeclarationDiagnostics().Any(IsError)))
        {
            return $"{result.Exception}{string.Join('\n', reported)}";
        }

        _emitted += result.GeneratedSources.Count(file => !Compiler.IsOutline(file));
        var unreadable = result.GeneratedSources.FirstOrDefault(file => file.SyntaxTree.GetDiagnostics().Any(IsError));
        if (unreadable.SyntaxTree is not null)
        {
            return $"{unreadable.HintName}: {unreadable.SyntaxTree.GetDiagnostics().First(IsError)}";
        }

        var found = await Compiler.Analyze(compilation);
        if (found.FirstOrDefault(diagnostic => diagnostic.Id == "AD0001") is { } thrown)
        {
            return thrown.ToString();
        }

        // Errors in a declaration, the compiler's or ours, excuse those in what is emitted for it, and for no other.
        var excused = compilation.GetDiagnostics().Concat(found).Where(IsError).Select(diagnostic => NumberOf(diagnostic, sources)).ToHashSet();
        var error = WithoutWarnings(whole).GetDiagnostics().FirstOrDefault(diagnostic => IsError(diagnostic) && !excused.Contains(NumberOf(diagnostic, sources)));
        return error?.ToString() ?? "";
    }

    /// <summary>The same without what can give warnings alone, nullability and comments: its errors are found three times as fast.</summary>
    private static Compilation WithoutWarnings(Compilation whole)
    {
        var options = Compiler.ParseOptions.WithDocumentationMode(DocumentationMode.None);
        var trees = whole.SyntaxTrees.Select(tree => tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal)
            ? CSharpSyntaxTree.ParseText(tree.ToString().Replace("#nullable enable", "#nullable disable"), options, tree.FilePath)
            : tree);
        return whole.RemoveAllSyntaxTrees().AddSyntaxTrees(trees);
    }

    private static bool IsError(Diagnostic diagnostic) => diagnostic.Severity == DiagnosticSeverity.Error;

    // A source by its place; an emitted file by the namespace that its name starts with. -1 for what stands nowhere.
    private static int NumberOf(Diagnostic diagnostic, string[] sources)
    {
        string path = diagnostic.Location.SourceTree?.FilePath ?? "";
        int source = Array.FindIndex([.. Enumerable.Range(0, sources.Length)], i => Compiler.NameOf(i) == path);
        return source >= 0 ? source : Emitted().Match(path) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : -1;
    }

    [GeneratedRegex(@"(?:^|[/\\])N(\d+)\.")]
    private static partial Regex Emitted();
}
