using Microsoft.CodeAnalysis;

namespace SnnDsl.Generator.Tests.Harness;

/// <summary>Holds marked-up sources against what the analyzer and the generator make of them.</summary>
public static class Expect
{
    /// <summary>
    /// Exactly the marked diagnostics, before and after the generator ran (editors see both), with these messages in source order;
    /// files are emitted if and only if nothing is an error, and the generator says the same where a build ends before analyzers are asked.
    /// </summary>
    public static async Task Diagnostics(string marked, params string[] messages)
    {
        var source = MarkedSource.Parse(marked.ReplaceLineEndings("\n"));
        var compilation = Compiler.Compile(source.Text);
        var (output, files, reported) = Compiler.Run(compilation);
        var before = await Compiler.Analyze(compilation);
        foreach (var found in new[] { before, files.Count == 0 ? before : await Compiler.Analyze(output) })
        {
            Assert.Equal(
                MarkedSource.Mark(source.Text, source.Expected),
                MarkedSource.Mark(source.Text, found.Select(diagnostic => (diagnostic.Id, diagnostic.Location.SourceSpan))));
            Assert.Equal(messages, found.Select(diagnostic => diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)));
        }

        EmitsUnlessBroken(compilation, before, files);
        OutlinesAddNothing(compilation, output, before);
        Assert.Empty(Compiler.Run(compilation, isEditor: true).Reported);
        if (reported.Length > 0)
        {
            Assert.Contains(output.GetDeclarationDiagnostics(), Compiler.IsError);
            Assert.Equal(Texts(before.Where(Compiler.IsError)), Texts(reported));
        }
    }

    /// <summary>What is emitted for a broken declaration brings no error, but that there is another half of a class that is not partial.</summary>
    public static void OutlinesAddNothing(Compilation compilation, Compilation output, IReadOnlyList<Diagnostic> found)
    {
        HashSet<string> known = [.. Texts(compilation.GetDiagnostics().Where(Compiler.IsError))];
        bool partial = !found.Any(diagnostic => diagnostic.Id is "SNN001" or "SNN002");
        string[] errors = [.. Texts(output.GetDiagnostics().Where(diagnostic => Compiler.IsError(diagnostic) && (partial || diagnostic.Id != "CS0260")))];
        Assert.All(errors, text => Assert.Contains(text, known));
    }

    private static IEnumerable<string> Texts(IEnumerable<Diagnostic> diagnostics) =>
        diagnostics.Select(diagnostic => diagnostic.ToString()).Order(StringComparer.Ordinal);

    /// <summary>
    /// Files come if and only if the analyzer finds no error. Where the source does not compile either way is right: the generator emits
    /// as long as it can read the declaration.
    /// </summary>
    public static void EmitsUnlessBroken(
        Compilation compilation, IReadOnlyList<Diagnostic> found, IReadOnlyList<GeneratedSourceResult> files)
    {
        bool refused = found.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        bool declared = compilation.SyntaxTrees.Any(tree => tree.ToString().Contains("SpikingNetwork"));
        if (files.Any(file => !Compiler.IsOutline(file)))
        {
            Assert.True(declared && !refused);
        }
        else if (declared && !refused && files.Count == 0)
        {
            Assert.Contains(compilation.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        }
    }

    /// <summary>The same for a network whose other attributes follow [SpikingNetwork].</summary>
    public static Task InNetwork(string attributes, params string[] messages) =>
        Diagnostics($"[SpikingNetwork]\n{attributes}\npublic sealed partial class Net;\n", messages);
}
