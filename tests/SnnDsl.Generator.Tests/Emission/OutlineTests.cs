using System.Globalization;
using System.Reflection;
using Microsoft.CodeAnalysis;
using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Emission;

/// <summary>A declaration with a mistake: the mistake is told, and the compiler does not tell a dozen others that follow from it.</summary>
public class OutlineTests
{
    // What users do with a network.
    private const string Uses = """
        static class Uses
        {
            public static TorchSharp.torch.Tensor Run(My.Net network, TorchSharp.torch.Tensor input) => network.forward(input);
            public static SnnDsl.Networks.SpikingModule Make() { var made = new My.Net(seed: 3); made.train(); made.Steps = 4; return made; }
            public static object Weights() => (new My.Net().state_dict(), new My.Net().Weights["fc1"], Of<My.Net>());
            private static string Of<T>() where T : SnnDsl.Networks.SpikingModule, IDisposable => typeof(T).Name;
        }
        """;

    [Theory]
    [InlineData("[SpikingNetwork(TimeSteps = 0), Input(4), Linear(3), Lif] partial class Net;", "SNN013")]
    [InlineData("[SpikingNetwork, Linear(3), Lif] partial class Net;", "SNN010")]
    [InlineData("[SpikingNetwork, Input(4)] partial class Net;", "SNN011")]
    [InlineData("[SpikingNetwork, Input(4), Linear(3), Lif(Threshold = -1)] public sealed partial class Net { public int Extra => Steps; }", "SNN022")]
    [InlineData("[SpikingNetwork, Input(1, 4, 4), Linear(3), Lif] partial class Net : System.IDisposable;", "SNN040")]
    [InlineData("[SpikingNetwork, Input(4), Linear(3)] partial class Net; [Lif] partial class Net;", "SNN006")]
    [InlineData("[SpikingNetwork, Input(4), Linear(3), Lif(Threshold = -1)] public partial class Net : SnnDsl.Networks.SpikingModule;", "SNN022")]
    [InlineData("[SpikingNetwork, Input(4), Linear(3)] partial class Net; partial class Net : SnnDsl.Networks.SpikingModule;", "SNN012")]
    [InlineData("[SpikingNetwork, Input(1, 4, 4), Linear(3), Lif] partial class Net : SnnDsl.Networks.SpikingModule;", "SNN040")]
    [InlineData("[SpikingNetwork, Input(4), Linear(3), Lif, Delay(1), Linear(3), Lif] partial class Net : SnnDsl.Networks.SpikingModule;", "SNN005")]
    public async Task WhatUsesABrokenNetworkCompiles(string declaration, string id)
    {
        var compilation = Compiler.Compile($"namespace My {{ {declaration} }}", Uses);
        var (output, _, reported) = Compiler.Run(compilation);
        Assert.Contains(compilation.GetDiagnostics(), Compiler.IsError);
        Assert.Empty(output.GetDiagnostics().Where(Compiler.IsError));
        Assert.Contains(await Compiler.Analyze(output), diagnostic => diagnostic.Id == id);
        // The build goes on to the analyzers.
        Assert.Empty(reported);
    }

    /// <summary>Where the compiler has an error of its own for the declaration, a build asks no analyzers.</summary>
    [Theory]
    [InlineData("[SpikingNetwork, Input(4), Linear(3), Lif] class Net;", "SNN001", "CS0260")]
    [InlineData("class Outer { [SpikingNetwork, Input(4), Linear(3), Lif] partial class Net; }", "SNN002", "CS0260")]
    [InlineData("[SpikingNetwork, Input(4), Linaer(3), Lif] partial class Net;", "SNN055", "CS0246")]
    [InlineData("[SpikingNetwork, Input(4), Linear(3), Lif(Treshold = 1)] partial class Net;", "SNN027", "CS0246")]
    [InlineData("[SpikingNetwork, Input(4), Linear(3), Lif(beta: 0.5)] partial class Net;", "SNN027", "CS1739")]
    [InlineData("[SpikingNetwork, Input(1, 4, 4), SumPool2d(Kernel = 2), Lif] partial class Net;", "SNN027", "CS0617")]
    [InlineData("[SpikingNetwork, Input(4), Linear(3), Lif] class Net : SnnDsl.Networks.SpikingModule;", "SNN001", "CS0260")]
    [InlineData("[SpikingNetwork, Input(4), Linear(3), Lif] partial class Net : SnnDsl.Networks.GraphModule;", "SNN005", "CS0534")]
    [InlineData("[SpikingNetwork, Input(4), Linear(3), Lif] partial class Net { public override TorchSharp.torch.Tensor forward(TorchSharp.torch.Tensor x) => x; }", "SNN008", "CS0115")]
    [InlineData("[SpikingNetwork, Input(4), Linear(3), Lif] abstract partial class Net; class U : INet<Net>; interface INet<T> where T : SnnDsl.Networks.SpikingModule;", "SNN004", "CS0311")]
    [InlineData("[SpikingNetwork, Input(4), Linear(3), Lif] partial class Net : INet { void Table() { } } interface INet { int Steps { get; } }", "SNN008", "CS0535")]
    // The mistake that ends the build is another one.
    [InlineData("[SpikingNetwork, Input(4), Linear(3), Lif(Threshold = -1)] partial class Net; class Other : Unknown;", "SNN022", "CS0246")]
    public async Task TheGeneratorSpeaksWhereABuildEnds(string declaration, string id, string compilers)
    {
        var compilation = Compiler.Compile($"namespace My {{ {declaration} }}");
        var (output, _, reported) = Compiler.Run(compilation);
        Assert.Contains(output.GetDeclarationDiagnostics(), diagnostic => diagnostic.Id == compilers && Compiler.IsError(diagnostic));
        var found = (await Compiler.Analyze(compilation)).Where(Compiler.IsError).ToList();
        Assert.Contains(id, found.Select(diagnostic => diagnostic.Id));
        Assert.Equal(found.Select(diagnostic => diagnostic.ToString()).Order(), reported.Select(diagnostic => diagnostic.ToString()).Order());
        Assert.Empty(Compiler.Run(compilation, isEditor: true).Reported);
    }

    /// <summary>What is emitted counts: a class that is a network after all is one to whoever constrains it.</summary>
    [Fact]
    public void TheGeneratorIsSilentWhereABuildGoesOn()
    {
        const string Uses = "class U : INet<Whole>, INet<Broken>; interface INet<T> where T : SnnDsl.Networks.SpikingModule;";
        var compilation = Compiler.Compile($"[SpikingNetwork, Input(4), Linear(3), Lif] partial class Whole; [SpikingNetwork, Input(4), Linear(3)] partial class Broken; {Uses}");
        Assert.Contains(compilation.GetDeclarationDiagnostics(), Compiler.IsError);
        Assert.Empty(Compiler.Run(compilation).Reported);
    }

    [Theory]
    [InlineData("@__arglist")]
    [InlineData("@__makeref")]
    [InlineData("@class")]
    [InlineData("_")]
    public void AClassOfAnyNameHasAnOutline(string name)
    {
        var (output, _) = Compiler.Generate(Compiler.Compile($"[SpikingNetwork, Input(4), Linear(3)] partial class {name};"));
        Assert.Empty(output.GetDiagnostics().Where(Compiler.IsError));
    }

    /// <summary>Whoever turns the diagnostic off gets a class that says why there is no network.</summary>
    [Fact]
    public void AnOutlineSaysWhyThereIsNoNetwork()
    {
        const string Declaration = """[SpikingNetwork, Input(4), Linear(3, Name = "a\n\"b\u2028"), Lif(Threshold = -1)] public partial class Net;""";
        var (output, _) = Compiler.Generate(Compiler.Compile(Declaration));
        using var assembly = new MemoryStream();
        Assert.True(output.Emit(assembly).Success);
        var type = Assembly.Load(assembly.ToArray()).GetType("Net")!;
        var thrown = Assert.Throws<TargetInvocationException>(() => Activator.CreateInstance(
            type, BindingFlags.OptionalParamBinding | BindingFlags.CreateInstance | BindingFlags.Public | BindingFlags.Instance, null, [Type.Missing], CultureInfo.InvariantCulture));
        string message = Assert.IsType<InvalidOperationException>(thrown.InnerException).Message;
        Assert.StartsWith(
            "Network 'Net' was not generated: SNN022: Threshold must be finite and greater than 0 as a float32, is -1; SNN030: 'a \"b ' cannot name a layer", message, StringComparison.Ordinal);
    }
}
