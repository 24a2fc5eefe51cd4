using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SnnDsl.Generator.Emission.Kernels;
using SnnDsl.Generator.Model;
using SnnDsl.Kernels;

namespace SnnDsl.Generator.Tests.Kernels;

/// <summary>Emitted kernels, compiled in memory as a strict user's project would compile them, and instantiated.</summary>
internal static class EmittedKernels
{
    private static readonly Lazy<Dictionary<NeuronModel, NeuronKernel>> All = new(Build);

    /// <summary>Decay none, some, all; hard reset to 0, below 0 and above the threshold, and soft reset.</summary>
    public static IReadOnlyList<NeuronModel> Resets { get; } =
    [
        .. from decay in new[] { 0f, 0.25f, 1f }
           from reset in new[] { (ResetKind.Hard, 0f), (ResetKind.Hard, -0.1f), (ResetKind.Hard, 0.4f), (ResetKind.Soft, 0f) }
           select new NeuronModel(0.25f, decay, reset.Item1, reset.Item2, SurrogateKind.Rectangular, 1f),
    ];

    /// <summary>These, and every surrogate, of its own width and of another, under both resets.</summary>
    public static IReadOnlyList<NeuronModel> Models { get; } =
    [
        .. Resets,
        .. from surrogate in Enum.GetValues<SurrogateKind>()
           from reset in Enum.GetValues<ResetKind>()
           select new NeuronModel(0.3f, 0.9f, reset, 0f, surrogate, surrogate == SurrogateKind.FastSigmoid ? 0.5f : 1f),
        .. from surrogate in Enum.GetValues<SurrogateKind>()
           select new NeuronModel(1f, 0.5f, ResetKind.Hard, 0f, surrogate, 0.7f),
        new NeuronModel(0.25f, 0f, ResetKind.Hard, 0f, SurrogateKind.Triangular, 1f),
    ];

    public static NeuronKernel Of(NeuronModel model) => All.Value[model];

    /// <summary>Compiles text checked for overflow, documented, without unsafe code, with every warning an error.</summary>
    public static (byte[] Image, IReadOnlyList<Diagnostic> Diagnostics) Compile(string text)
    {
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, checkOverflow: true, allowUnsafe: false,
            generalDiagnosticOption: ReportDiagnostic.Error, warningLevel: 9999, nullableContextOptions: NullableContextOptions.Enable);
        var compilation = CSharpCompilation.Create(
            "Emitted",
            [CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.CSharp12, DocumentationMode.Diagnose))],
            platform.Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            options);
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        return (image.ToArray(), result.Diagnostics);
    }

    private static Dictionary<NeuronModel, NeuronKernel> Build()
    {
        var text = new StringBuilder("#nullable enable\nnamespace Emitted\n{\n");
        for (int i = 0; i < Models.Count; i++)
        {
            text.Append(NeuronKernelEmitter.Emit(Models[i], $"Kernel{i}"));
        }

        var (image, diagnostics) = Compile(text.Append("}\n").ToString());
        Assert.Empty(diagnostics);
        var assembly = Assembly.Load(image);
        return Enumerable.Range(0, Models.Count).ToDictionary(
            i => Models[i],
            i => (NeuronKernel)Activator.CreateInstance(assembly.GetType($"Emitted.Kernel{i}", throwOnError: true)!)!);
    }
}
