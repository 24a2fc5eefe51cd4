using Microsoft.CodeAnalysis;

namespace SnnDsl.Generator.Tests.Harness;

/// <summary>Holds marked-up sources against what the analyzer and the generator make of them.</summary>
public static class Expect
{
    /// <summary>
    /// Exactly the marked diagnostics, before and after the generator ran (editors see both), with these messages in source order;
    /// and files are emitted if and only if nothing is an error.
    /// </summary>
    public static async Task Diagnostics(string marked, params string[] messages)
    {
        var source = MarkedSource.Parse(marked.ReplaceLineEndings("\n"));
        var compilation = Compiler.Compile(source.Text);
        var (output, files) = Compiler.Generate(compilation);
        var before = await Compiler.Analyze(compilation);
        foreach (var found in new[] { before, files.Count == 0 ? before : await Compiler.Analyze(output) })
        {
            Assert.Equal(
                MarkedSource.Mark(source.Text, source.Expected),
                MarkedSource.Mark(source.Text, found.Select(diagnostic => (diagnostic.Id, diagnostic.Location.SourceSpan))));
            Assert.Equal(messages, found.Select(diagnostic => diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)));
        }

        EmitsUnlessBroken(compilation, before, files);
    }

    /// <summary>
    /// Files come if and only if the analyzer finds no error. Where the source does not compile either way is right: the generator emits
    /// as long as it can read the declaration.
    /// </summary>
    public static void EmitsUnlessBroken(
        Compilation compilation, IReadOnlyList<Diagnostic> found, IReadOnlyList<GeneratedSourceResult> files)
    {
        bool refused = found.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        bool declared = compilation.SyntaxTrees.Any(tree => tree.ToString().Contains("SpikingNetwork"));
        if (files.Count != 0)
        {
            Assert.True(declared && !refused);
        }
        else if (declared && !refused)
        {
            Assert.Contains(compilation.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        }
    }

    /// <summary>The same for a network whose other attributes follow [SpikingNetwork].</summary>
    public static Task InNetwork(string attributes, params string[] messages) =>
        Diagnostics($"[SpikingNetwork]\n{attributes}\npublic sealed partial class Net;\n", messages);
}
