using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SnnDsl.Generator.Tests.Harness;
using Reason = Microsoft.CodeAnalysis.IncrementalStepRunReason;

namespace SnnDsl.Generator.Tests.Incremental;

/// <summary>Why each step of the generator runs after an edit. A step that runs for nothing is what makes an editor lag.</summary>
public class CachingTests
{
    private const string Other = "namespace Reference; public class Elsewhere { public int Value() => 1; }";

    [Fact]
    public void NothingChanges() => AfterEdit(source => source, Reason.Cached, Reason.Cached, Reason.Cached);

    // The declaration is read again, is found to be the same, and nothing else runs.
    [Theory]
    [InlineData("[Flatten]", "// a comment\n[Flatten]")]
    [InlineData("[Flatten]", "\n\n[  Flatten ( ) ]")]
    [InlineData("[Flatten]", "[Obsolete, Flatten]")]
    [InlineData("Threshold = 0.25", "Threshold = 0.5 / 2")]
    [InlineData("public sealed", "internal sealed")]
    [InlineData("public sealed partial class FcDirect;", "public sealed partial class FcDirect { public int Extra() => 7; }")]
    [InlineData("namespace Reference;", "namespace Reference; public class Another;")]
    public void HarmlessEdits(string old, string @new) => AfterEdit(
        source => source.Replace(old, @new), Reason.Unchanged, Reason.Cached, Reason.Cached);

    [Theory]
    [InlineData("1;", "2;")]
    [InlineData("public int", "/* a comment */ public long")]
    public void EditsInAnotherFile(string old, string @new) => AfterEdit(
        source => source, Reason.Unchanged, Reason.Cached, Reason.Cached, Other.Replace(old, @new));

    [Theory]
    [InlineData("Threshold = 0.25", "Threshold = 0.5")]
    [InlineData("Decay = 0.25", "Decay = 0.5")]
    public void EditsOfNeurons(string old, string @new) => AfterEdit(
        source => source.Replace(old, @new), Reason.Modified, Reason.Modified, Reason.Modified);

    /// <summary>Kernels are looked at, because a fault of theirs would be told of the network; their text stays.</summary>
    [Theory]
    [InlineData("namespace Reference", "namespace Referenced")]
    [InlineData("partial class FcDirect", "partial class Fc")]
    public void AnotherNameLeavesTheKernelsAsTheyAre(string old, string @new) => AfterEdit(
        source => source.Replace(old, @new), Reason.Modified, Reason.Modified, Reason.Modified, kernelFiles: Reason.Unchanged);

    // The kernels are most of the emitted text: what does not concern them leaves them alone.
    [Theory]
    [InlineData("Linear(512", "Linear(511")]
    [InlineData("TimeSteps = 10", "TimeSteps = 9")]
    [InlineData("Encoding.Direct", "Encoding.Poisson")]
    [InlineData("\"fc1\"", "\"first\"")]
    public void EditsOfLayers(string old, string @new) => AfterEdit(
        source => source.Replace(old, @new), Reason.Modified, Reason.Modified, Reason.Unchanged);

    [Fact]
    public void AnEditOfOneNetworkLeavesTheOtherAlone()
    {
        var before = Compiler.Compile(Declarations.FcDirect, Declarations.ConvPoisson);
        var edited = Replace(before, Compiler.FileName, Declarations.FcDirect.Replace("512", "300"));
        var result = Compiler.Driver().RunGenerators(before).RunGenerators(edited).GetRunResult().Results.Single();
        Assert.Equal([Reason.Modified, Reason.Cached], Reasons(result, TrackingNames.Plan).Order());
    }

    /// <summary>A neuron's code is read where it stands: an edit of it makes the network anew, and one of a comment does not.</summary>
    [Theory]
    [InlineData("0.5f", "0.25f", Reason.Modified)]
    [InlineData("u = 0;", "u = /* nothing is left */ 0;", Reason.Unchanged)]
    public void EditsOfANeuronInAnotherFile(string old, string @new, Reason spec)
    {
        const string Net = "namespace Reference; [SpikingNetwork, Input(4), Linear(3), Neuron(typeof(Own))] public partial class Net;";
        const string Neuron = "namespace Reference; public struct Own : SnnDsl.INeuron { float u; public void Integrate(float i) { u = 0.5f * u + i; } "
            + "public bool Fires => u > 1; public void Spike() { u = 0; } }";
        var before = Compiler.Compile(Net, Neuron);
        var result = Compiler.Driver().RunGenerators(before).RunGenerators(Replace(before, "Other1.cs", Neuron.Replace(old, @new))).GetRunResult().Results.Single();
        Assert.Equal(spec, Assert.Single(Reasons(result, TrackingNames.Declaration)));
        Assert.NotEmpty(result.GeneratedSources);
    }

    [Fact]
    public void ABrokenNetworkLosesItsFilesAndGetsThemBack()
    {
        var whole = Compiler.Compile(Declarations.FcDirect);
        var broken = Replace(whole, Compiler.FileName, Declarations.FcDirect.Replace("Threshold = 0.25", "Threshold = 0"));
        var driver = Compiler.Driver().RunGenerators(whole);
        int files = driver.GetRunResult().GeneratedTrees.Length;
        driver = driver.RunGenerators(broken);
        Assert.EndsWith(".Outline.g.cs", Assert.Single(driver.GetRunResult().GeneratedTrees).FilePath, StringComparison.Ordinal);
        Assert.Equal(files, driver.RunGenerators(whole).GetRunResult().GeneratedTrees.Length);
    }

    private static void AfterEdit(
        Func<string, string> edit, Reason spec, Reason plan, Reason kernels, string? other = null, Reason? kernelFiles = null)
    {
        var before = Compiler.Compile(Declarations.FcDirect, Other);
        string source = edit(Declarations.FcDirect);
        var after = Replace(before, Compiler.FileName, source);
        after = other is null ? after : Replace(after, "Other1.cs", other);
        var result = Compiler.Driver().RunGenerators(before).RunGenerators(after).GetRunResult().Results.Single();

        var afterKernels = kernels == Reason.Unchanged ? Reason.Cached : kernels;
        Assert.Equal(
            new[]
            {
                (TrackingNames.Declaration, spec), (TrackingNames.Spec, spec == Reason.Unchanged ? Reason.Cached : spec), (TrackingNames.Shapes, plan), (TrackingNames.Plan, plan), (TrackingNames.KernelPlan, kernels),
                (TrackingNames.Kernels, afterKernels), (TrackingNames.LayerFiles, plan), (TrackingNames.KernelFiles, kernelFiles ?? afterKernels),
            },
            TrackingNames.All.Select(name => (name, Assert.Single(Reasons(result, name)))));
        var outputs = result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(run => run.Outputs).Select(run => run.Reason);
        // Files are written anew only where what they are made of changed.
        Assert.Equal(
            new[] { plan, kernelFiles ?? kernels }.Select(reason => reason == Reason.Modified ? reason : Reason.Cached).Order(), outputs.Order());
    }

    private static IEnumerable<Reason> Reasons(GeneratorRunResult result, string step) =>
        result.TrackedSteps[step].SelectMany(run => run.Outputs).Select(output => output.Reason);

    private static CSharpCompilation Replace(CSharpCompilation compilation, string file, string source)
    {
        var old = compilation.SyntaxTrees.Single(tree => tree.FilePath == file);
        return old.ToString() == source
            ? compilation
            : compilation.ReplaceSyntaxTree(old, CSharpSyntaxTree.ParseText(source, Compiler.ParseOptions, file));
    }
}
