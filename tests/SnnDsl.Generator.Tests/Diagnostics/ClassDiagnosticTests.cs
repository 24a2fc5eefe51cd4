using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Diagnostics;

/// <summary>SNN001 to SNN008: what a class must be.</summary>
public class ClassDiagnosticTests
{
    private const string Attributes = "[SpikingNetwork, Input(4), Linear(3), Lif]";

    [Theory]
    [InlineData("public sealed partial class Net;")]
    [InlineData("partial class Net { public int Extra => 3; public Net(string a, int b) : this() { } }")]
    [InlineData("partial class Net : System.Collections.IEnumerable { public System.Collections.IEnumerator GetEnumerator() => null!; }")]
    [InlineData("public partial class @event;")]
    public Task CleanClass(string declaration) => Expect.Diagnostics($"namespace My.@namespace;\n{Attributes}\n{declaration}\n");

    [Fact]
    public Task NestedInPartialTypes() => Expect.Diagnostics(
        $$"""
        partial struct A { partial interface B { static partial class C { partial record D { partial record struct E {
            {{Attributes}}
            private partial class Net;
        } } } } }
        """);

    [Fact]
    public Task NotPartial() => Expect.Diagnostics(
        $"{Attributes}\npublic class {{|SNN001:Net|}};\n", "Network 'Net' must be partial: its other half is generated");

    [Fact]
    public async Task OnePartIsNotPartial()
    {
        var found = Assert.Single(await Compiler.Analyze(Compiler.Compile($"{Attributes}\npublic partial class Net;\n", "public class Net;")));
        Assert.Equal(("SNN001", Compiler.NameOf(1), 13), (found.Id, found.Location.SourceTree!.FilePath, found.Location.SourceSpan.Start));
    }

    [Fact]
    public Task NestedInTypesThatAreNotPartial() => Expect.Diagnostics(
        $"class A {{ partial class B {{ static class C {{\n{Attributes}\npartial class {{|SNN002:{{|SNN002:Net|}}|}};\n}} }} }}\n",
        "Network 'Net' is nested in 'C', which must be partial too",
        "Network 'Net' is nested in 'A', which must be partial too");

    [Theory]
    [InlineData("partial class {|SNN003:Net|}<T>;")]
    [InlineData("partial class Outer<T> { ATTRIBUTES partial class {|SNN003:Net|}; }")]
    public Task Generic(string declaration) => Expect.Diagnostics(
        declaration.Contains("ATTRIBUTES") ? declaration.Replace("ATTRIBUTES", Attributes) : $"{Attributes}\n{declaration}",
        "Network 'Net' must not be generic or nested in a generic type: an architecture has no type parameters");

    [Theory]
    [InlineData("static partial class {|SNN004:Net|};", "static")]
    [InlineData("abstract partial class {|SNN004:Net|};", "abstract")]
    [InlineData("file partial class {|SNN004:Net|};", "local to a file")]
    [InlineData("partial record {|SNN004:Net|};", "a record")]
    public Task NotAnOrdinaryClass(string declaration, string what) => Expect.Diagnostics(
        $"{Attributes}\n{declaration}\n", $"Network 'Net' is {what}: declare it as an ordinary class");

    [Fact]
    public Task BaseClass() => Expect.Diagnostics(
        $"class Mine {{ }}\n{Attributes}\npartial class {{|SNN005:Net|}} : Mine;\n",
        "Network 'Net' derives from 'Mine', but its base class is generated: remove 'Mine'");

    [Theory]
    [InlineData("object")]
    [InlineData("System.Object")]
    [InlineData("global::System.Object")]
    [InlineData("Root")]
    [InlineData("Exception, IDisposable")]
    public Task BaseClassThatTheSymbolDoesNotShow(string bases) => Expect.Diagnostics(
        $"using Root = System.Object;\n{Attributes}\npartial class {{|SNN005:Net|}} : {bases} {{ }}\n",
        $"Network 'Net' derives from '{bases.Split(',')[0]}', but its base class is generated: remove '{bases.Split(',')[0]}'");

    /// <summary>The base of a graph is another than that of a chain.</summary>
    [Fact]
    public Task TheBaseClassOfChainsOnAGraph() => Expect.Diagnostics(
        "[SpikingNetwork, Input(4), Linear(3), Lif, Delay(1), Linear(3), Lif]\npartial class {|SNN005:Net|} : SnnDsl.Networks.SpikingModule;\n",
        "Network 'Net' derives from 'SnnDsl.Networks.SpikingModule', but its base class is generated: remove 'SnnDsl.Networks.SpikingModule'");

    [Fact]
    public Task TheEmittedBaseClassWrittenOut() => Expect.Diagnostics($"{Attributes}\npartial class Net : global::SnnDsl.Networks.SpikingModule;\n");

    [Theory]
    [InlineData("TorchSharp")]
    public async Task TypesThatHideNamespacesOfEmittedCode(string name)
    {
        var compilation = Compiler.Compile($"class {name};", $"namespace My; {Attributes}\npartial class Net;\n");
        Assert.Contains(await Compiler.Analyze(compilation), diagnostic => diagnostic.Id == "SNN018");
        Assert.Empty(Compiler.Generate(compilation).Files);
    }

    [Fact]
    public async Task AProjectWithoutTheRuntime()
    {
        var whole = Compiler.Compile($"{Attributes}\npartial class Net;\n");
        var compilation = whole.WithReferences(whole.References.Where(reference => !reference.Display!.Contains("SnnDsl.Runtime")));
        Assert.Equal(
            "The code of network 'Net' would not compile: the project does not reference SnnDsl.Runtime; add the package",
            Assert.Single(await Compiler.Analyze(compilation)).GetMessage(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Empty(Compiler.Generate(compilation).Files);
    }

    [Fact]
    public Task SplitOverParts() => Expect.Diagnostics(
        "[SpikingNetwork, Input(4), Linear(3)]\npartial class Net;\n[{|SNN006:Lif|}, {|SNN006:MeanReadout|}]\npartial class Net;\n",
        [.. Enumerable.Repeat(
            "This attribute stands on another part of the class than [SpikingNetwork], so its place in the order is undefined: put all of " +
            "them on one part", 2)]);

    [Fact]
    public Task LayersWithoutNetwork() => Expect.Diagnostics(
        "[Obsolete, {|SNN007:Linear(3)|}, Lif]\nclass Net;\n",
        "Class 'Net' has [Linear] but no [SpikingNetwork]: no network is generated for it");

    [Fact]
    public Task ClassNamedLikeAMember() => Expect.Diagnostics(
        $"{Attributes}\npartial class {{|SNN008:Table|}};\n",
        "Network 'Table' already has 'Table' from its generated half: rename or remove this one");

    [Theory]
    [InlineData("partial class Net { public {|SNN008:Net|}() { } }", "Net(long seed = 0)")]
    [InlineData("partial class Net { public {|SNN008:Net|}(long start) { } }", "Net(long seed = 0)")]
    [InlineData("partial class {|SNN008:Net|}(int size) { public int Size => size; }", "Net(long seed = 0)")]
    [InlineData("partial class Net { public void {|SNN008:Simulate|}(int a) { } }", "Simulate")]
    [InlineData("partial class Net { public int {|SNN008:Steps|} => 3; }", "Steps")]
    [InlineData("partial class Net { public class {|SNN008:Table|}; }", "Table")]
    public Task MemberClash(string declaration, string member) => Expect.Diagnostics(
        $"{Attributes}\n{declaration}\n", $"Network 'Net' already has '{member}' from its generated half: rename or remove this one");
}
