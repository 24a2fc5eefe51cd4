using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;
using SnnDsl.CodeFixes;
using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.CodeFixes;

public class CodeFixTests
{
    private const string Layers = "[SpikingNetwork, Input(4), Linear(3), Lif]";

    [Theory]
    [InlineData("public sealed class Net;", "public sealed partial class Net;", "Make 'Net' partial")]
    [InlineData("class Net;", "partial class Net;", "Make 'Net' partial")]
    [InlineData("/* why */ class Net { }", "/* why */ partial class Net { }", "Make 'Net' partial")]
    public Task MakePartial(string before, string after, string title) =>
        Check(new MakePartialFix(), $"{Layers}\n{before}\n", $"{Layers}\n{after}\n", title);

    [Fact]
    public Task MakeContainersPartial() => Check(
        new MakePartialFix(),
        $"public static class A\n{{\n    // inner\n    struct B\n    {{\n        {Layers}\n        class Net;\n    }}\n}}\n",
        $"public static partial class A\n{{\n    // inner\n    partial struct B\n    {{\n        {Layers}\n        partial class Net;\n    }}\n}}\n",
        "Make 'Net' and 'B' and 'A' partial");

    [Theory]
    [InlineData(
        "// first\n[Conv2d(2)]\n[Lif]\n// second\n[Linear(3, Name = \"fc1\")] // why\n[Lif]",
        "// first\n[Conv2d(2)]\n[Lif]\n// second\n[Flatten]\n[Linear(3, Name = \"fc1\")] // why\n[Lif]")]
    [InlineData("[Conv2d(2), Lif, Linear(3), Lif]", "[Conv2d(2), Lif, Flatten, Linear(3), Lif]")]
    [InlineData("[Linear(3), Lif]", "[Flatten, Linear(3), Lif]")]
    [InlineData("[global::SnnDsl.Linear(3)]\n[Lif]", "[global::SnnDsl.Flatten]\n[global::SnnDsl.Linear(3)]\n[Lif]")]
    public Task InsertFlatten(string before, string after) => Check(
        new InsertFlattenFix(),
        $"[SpikingNetwork, Input(1, 4, 4)]\n{before}\npartial class Net;\n",
        $"[SpikingNetwork, Input(1, 4, 4)]\n{after}\npartial class Net;\n",
        "Insert [Flatten] before [Linear]");

    [Theory]
    [InlineData("using S = SnnDsl;", "[S.Linear(3)]", "[S.Flatten]")]
    [InlineData("using S = SnnDsl;", "[S::Linear(3)]", "[S::Flatten]")]
    [InlineData("using Fc = SnnDsl.LinearAttribute;", "[Fc(3)]", "[Flatten]")]
    [InlineData("using S = SnnDsl; using Fc = SnnDsl.LinearAttribute; class FlattenAttribute : Attribute;", "[Fc(3)]", "[S.Flatten]")]
    [InlineData("using Fc = SnnDsl.LinearAttribute; class FlattenAttribute : Attribute;", "[Fc(3)]", "[global::SnnDsl.Flatten]")]
    public Task InsertFlattenByANameThatMeansIt(string head, string linear, string flatten) => Check(
        new InsertFlattenFix(),
        $"{head}\n[SpikingNetwork, Input(1, 4, 4)]\n{linear}\n[Lif]\npartial class Net;\n",
        $"{head}\n[SpikingNetwork, Input(1, 4, 4)]\n{flatten}\n{linear}\n[Lif]\npartial class Net;\n",
        "Insert [Flatten] before [Linear]");

    [Theory]
    [InlineData("\t[Linear(3)]\r\n\t[Lif]\r\n", "\t[Flatten]\r\n\t[Linear(3)]\r\n\t[Lif]\r\n")]
    [InlineData("  /* why */ [Linear(3)] // so\r\n[Lif]\r\n", "  /* why */ [Flatten] [Linear(3)] // so\r\n[Lif]\r\n")]
    [InlineData("[Conv2d(2)] [Lif] [Linear(3)]\r\n[Lif]\r\n", "[Conv2d(2)] [Lif] [Flatten] [Linear(3)]\r\n[Lif]\r\n")]
    [InlineData("[Conv2d(2),\r\n Lif,\r\n Linear(3),\r\n Lif]\r\n", "[Conv2d(2),\r\n Lif,\r\n Flatten,\r\n Linear(3),\r\n Lif]\r\n")]
    public Task InsertFlattenAsTheFileIsWritten(string before, string after) => Check(
        new InsertFlattenFix(),
        $"[SpikingNetwork, Input(1, 4, 4)]\r\n{before}partial class Net;\r\n",
        $"[SpikingNetwork, Input(1, 4, 4)]\r\n{after}partial class Net;\r\n",
        "Insert [Flatten] before [Linear]");

    /// <summary>What another layer is called by default, makes of its name, or a member has, is not offered.</summary>
    [Theory]
    [InlineData("Linear(3, Name = \"fc1\"), Lif, Linear(3, Name = \"fc1\"), Lif, Linear(2)", "", "Linear(3, Name = \"fc2\")", "fc2")]
    [InlineData("Linear(3, Name = \"fc3\"), Lif, Linear(3, Name = \"fc3\"), Lif, Linear(2, Name = \"fc2Map\")", "", "Linear(3, Name = \"fc4\")", "fc4")]
    [InlineData("Linear(3, Name = \"a\"), Lif, Linear(3, Name = \"a\"), Lif, Linear(2)", "int a2Output, a3;", "Linear(3, Name = \"a4\")", "a4")]
    [InlineData("Linear(3, Name = \"a\"), Lif(Name = \"A2\"), Linear(3, Name = \"a\"), Lif, Linear(2)", "", "Linear(3, Name = \"a3\")", "a3")]
    public Task RenameOffersWhatIsAccepted(string layers, string members, string renamed, string name)
    {
        int at = layers.LastIndexOf("Linear(3", StringComparison.Ordinal);
        string after = layers[..at] + renamed + layers[layers.IndexOf(", Lif", at, StringComparison.Ordinal)..];
        return Check(
            new RenameDuplicateFix(),
            $"[SpikingNetwork, Input(4), {layers}, Lif]\npartial class Net {{ {members} }}\n",
            $"[SpikingNetwork, Input(4), {after}, Lif]\npartial class Net {{ {members} }}\n",
            $"Rename to '{name}'");
    }

    [Fact]
    public Task InsertFlattenWithTheIndentationOfItsNeighbours() => Check(
        new InsertFlattenFix(),
        "class A\n{\n    [SpikingNetwork, Input(1, 4, 4)]\n    // why\n    [Linear(3)]\n    [Lif]\n    partial class Net;\n}\n",
        "class A\n{\n    [SpikingNetwork, Input(1, 4, 4)]\n    // why\n    [Flatten]\n    [Linear(3)]\n    [Lif]\n    partial class Net;\n}\n",
        "Insert [Flatten] before [Linear]");

    [Theory]
    [InlineData("Linear(3, Name = \"fc1\")", "Linear(3, Name = \"fc1\")", "Linear(3, Name = \"fc2\")", "fc2")]
    [InlineData("Linear(3, Name = \"fc2\")", "Linear(3)", "Linear(3, Name = \"fc3\")", "fc3")]
    [InlineData("Linear(3, Name = \"a\"), Linear(3, Name = \"a2\")", "Linear(Name = \"a\", features: 3)", "Linear(Name = \"a3\", features: 3)", "a3")]
    [InlineData("Linear(3, Name = \"lif1\")", "Lif", "Lif(Name = \"lif2\")", "lif2")]
    public Task RenameDuplicate(string first, string before, string after, string name) => Check(
        new RenameDuplicateFix(),
        $"[SpikingNetwork, Input(4)]\n[{first}]\n[{before}]\n[Linear(2, Name = \"last\"), Lif(Name = \"end\")]\npartial class Net;\n",
        $"[SpikingNetwork, Input(4)]\n[{first}]\n[{after}]\n[Linear(2, Name = \"last\"), Lif(Name = \"end\")]\npartial class Net;\n",
        $"Rename to '{name}'");

    [Fact]
    public void EveryFixIsFoundByEditors() => Assert.All(
        typeof(MakePartialFix).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CodeFixProvider))),
        type => Assert.Single(type.GetCustomAttributes(typeof(ExportCodeFixProviderAttribute), inherit: false)));

    /// <summary>Offers the fix for the first diagnostic that it knows, applies it, and compares the text; the diagnostic must be gone.</summary>
    private static async Task Check(CodeFixProvider provider, string before, string after, string title)
    {
        using var workspace = new AdhocWorkspace();
        var compilation = Compiler.Compile(before);
        var project = workspace.AddProject("User", LanguageNames.CSharp)
            .WithParseOptions(Compiler.ParseOptions).WithCompilationOptions(compilation.Options).WithMetadataReferences(compilation.References);
        project = project.AddDocument("Usings.cs", compilation.SyntaxTrees.Last().ToString(), filePath: "Usings.cs").Project;
        var document = project.AddDocument(Compiler.FileName, SourceText.From(before), filePath: Compiler.FileName);

        var found = (await Compiler.Analyze((await document.Project.GetCompilationAsync())!))
            .First(diagnostic => provider.FixableDiagnosticIds.Contains(diagnostic.Id));
        List<CodeAction> actions = [];
        await provider.RegisterCodeFixesAsync(new CodeFixContext(document, found, (action, _) => actions.Add(action), default));
        var offered = Assert.Single(actions);
        Assert.Equal(title, offered.Title);

        var operations = await offered.GetOperationsAsync(default);
        var changed = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
        Assert.Equal(after, (await changed.GetTextAsync()).ToString());
        Assert.DoesNotContain(
            await Compiler.Analyze((await changed.Project.GetCompilationAsync())!),
            diagnostic => diagnostic.Id == found.Id && diagnostic.Location.SourceSpan.Start <= found.Location.SourceSpan.Start);
    }
}
