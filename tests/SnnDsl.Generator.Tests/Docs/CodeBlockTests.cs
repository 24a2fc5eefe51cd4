using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Docs;

/// <summary>Every block of C# in the README and in docs compiles; what it shows of emitted code is emitted.</summary>
public partial class CodeBlockTests
{
    private const string Usings =
        """
        using System.IO; using System.Linq; using System.Threading.Tasks; using SnnDsl.Attacks; using SnnDsl.Bounds; using SnnDsl.Certification; using SnnDsl.CommandLine; using SnnDsl.Data;
        using SnnDsl.Evaluation; using SnnDsl.Exact; using SnnDsl.Networks; using SnnDsl.Perturbations; using SnnDsl.Training; using static TorchSharp.torch;
        """;

    // What a reader has by then: the README's network, images with their labels, a data set.
    private const string Known =
        """

        [SpikingNetwork, Input(1, 28, 28), Flatten, Linear(10), Lif]
        public sealed partial class FcDirect;
        [SpikingNetwork, Input(64), Linear(3), Lif]
        public sealed partial class VibrationFc;
        public static class Vibration
        {
            public static SnnDsl.Data.Dataset Load(string split) => throw new System.ArgumentException(split);
        }
        """;

    private static readonly (string Type, string Name)[] s_given =
        [("FcDirect", "network"), ("Tensor", "images"), ("Tensor", "image"), ("Tensor", "labels"), ("SnnDsl.Data.Dataset", "data"), ("string[]", "args")];

    private static readonly string s_repository = Path.GetFullPath(Path.Combine(
        typeof(CodeBlockTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "ProjectFolder").Value!, "..", ".."));

    /// <summary>A page, and which of its blocks.</summary>
    public static TheoryData<string, int> Blocks
    {
        get
        {
            TheoryData<string, int> all = [];
            foreach (string page in Pages())
            {
                for (int i = 0; i < Of(page).Count; i++)
                {
                    all.Add(page, i);
                }
            }

            return all;
        }
    }

    [Theory, MemberData(nameof(Blocks))]
    public void CompilesOrIsEmitted(string page, int block)
    {
        string code = Of(page)[block];
        if (Ellipsis().IsMatch(code))
        {
            IsEmitted(code);
            return;
        }

        var compilation = Compiler.Compile(Program(page, block)).AddReferences(Directory.GetFiles(AppContext.BaseDirectory, "SnnDsl.*.dll")
            .Where(path => Path.GetFileName(path) is "SnnDsl.CommandLine.dll" or "SnnDsl.Interchange.dll" or "SnnDsl.Datasets.dll" or "SnnDsl.Verification.dll" or "SnnDsl.Exact.dll")
            .Select(path => MetadataReference.CreateFromFile(path)));
        var errors = Compiler.Generate(compilation).Compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
        Assert.True(errors.Count == 0, $"{string.Join('\n', errors)}\n{code}");
    }

    // Statements become a method that is given what they do not declare.
    private static string Program(string page, int block)
    {
        var root = Parse(Of(page)[block]);
        var before = Before(page, block);
        var statements = root.Members.OfType<GlobalStatementSyntax>().Select(member => member.Statement).ToList();
        string types = string.Concat(root.Members.Where(member => member is not GlobalStatementSyntax).Select(member => member.ToFullString()));
        var own = statements.SelectMany(statement => statement.DescendantNodes()).OfType<VariableDeclaratorSyntax>().Select(local => local.Identifier.ValueText).ToHashSet();
        string parameters = string.Join(", ", s_given.Where(given => !own.Contains(given.Name)).Select(given => $"{given.Type} {given.Name}"));
        string declared = string.Join('\n', root.Members.Concat(before).OfType<BaseTypeDeclarationSyntax>().Select(type => type.Identifier.ValueText));
        string known = declared.Contains("FcDirect", StringComparison.Ordinal) ? "" : Known;
        string body = string.Concat(statements.Select(statement => statement.ToFullString()));
        string end = statements.Exists(statement => statement is ReturnStatementSyntax) ? "" : "\nreturn 0;";
        string method = statements.Count == 0 ? "" : $"\nstatic class Block {{ static async Task<int> Run({parameters}) {{ await Task.CompletedTask;\n{body}{end} }} }}";
        string usings = string.Join('\n', root.Usings.Concat(before.SelectMany(type => type.SyntaxTree.GetCompilationUnitRoot().Usings)).Select(line => line.ToString()).Distinct());
        return $"{Usings}\n{usings}\n{types}\n{string.Concat(before.Select(type => type.ToFullString()))}\n{method}\n{known}";
    }

    // The types of blocks before it that it names, and those that they name: a reader has them by then.
    private static List<BaseTypeDeclarationSyntax> Before(string page, int block)
    {
        var root = Parse(Of(page)[block]);
        Dictionary<string, BaseTypeDeclarationSyntax> there = [];
        foreach (string code in Of(page).Take(block).Where(code => !Ellipsis().IsMatch(code)))
        {
            foreach (var type in Parse(code).Members.OfType<BaseTypeDeclarationSyntax>())
            {
                there[type.Identifier.ValueText] = type;
            }
        }

        foreach (var own in root.Members.OfType<BaseTypeDeclarationSyntax>())
        {
            there.Remove(own.Identifier.ValueText);
        }

        List<BaseTypeDeclarationSyntax> named = [];
        var open = new Queue<SyntaxNode>([root]);
        while (open.TryDequeue(out var at))
        {
            foreach (string name in at.DescendantNodes().OfType<IdentifierNameSyntax>().Select(name => name.Identifier.ValueText))
            {
                if (there.Remove(name, out var type))
                {
                    named.Add(type);
                    open.Enqueue(type);
                }
            }
        }

        return named;
    }

    private static CompilationUnitSyntax Parse(string code) => CSharpSyntaxTree.ParseText(Directive().Replace(code, ""), Compiler.ParseOptions).GetCompilationUnitRoot();

    // Line by line, but for what is left out and for full names.
    private static void IsEmitted(string code)
    {
        string readme = Of("README.md").First(block => block.Contains("class FcDirect", StringComparison.Ordinal));
        var emitted = Compiler.Generate(Compiler.Compile(readme)).Files.SelectMany(file => FullName().Replace(file.SourceText.ToString(), "").Split('\n')).Select(line => line.Trim()).ToHashSet();
        Assert.All(code.Split('\n').Select(line => line.Trim()).Where(line => line is not ("" or "...")), line => Assert.Contains(line, emitted));
    }

    private static IEnumerable<string> Pages() => Directory.GetFiles(Path.Combine(s_repository, "docs"), "*.md").Select(path => $"docs/{Path.GetFileName(path)}").Append("README.md").Order(StringComparer.Ordinal);

    private static List<string> Of(string page) => [.. CodeBlock().Matches(File.ReadAllText(Path.Combine(s_repository, page))).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^#:.*$", RegexOptions.Multiline)]
    private static partial Regex Directive();

    [GeneratedRegex(@"^\s*\.\.\.$", RegexOptions.Multiline)]
    private static partial Regex Ellipsis();

    [GeneratedRegex(@"global::(?:\w+\.)*")]
    private static partial Regex FullName();
}
