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
    private static readonly Lazy<Dictionary<NeuronModel, NeuronKernel>> All = new(() => Build(Models!));

    /// <summary>Decay none, some, all; hard reset to 0, below 0 and above the threshold, and soft reset.</summary>
    public static IReadOnlyList<NeuronModel> Resets { get; } =
    [
        .. from decay in new[] { 0f, 0.25f, 1f }
           from reset in new[] { (ResetKind.Hard, 0f), (ResetKind.Hard, -0.1f), (ResetKind.Hard, 0.4f), (ResetKind.Soft, 0f) }
           select new NeuronModel(0.25f, decay, reset.Item1, reset.Item2, SurrogateKind.Rectangular, 1f),
    ];

    /// <summary>These, and every surrogate, of its own width and of another, under both resets, and resets that are detached.</summary>
    public static IReadOnlyList<NeuronModel> Models { get; } =
    [
        .. Resets,
        .. from surrogate in Enum.GetValues<SurrogateKind>()
           from reset in new[] { ResetKind.Hard, ResetKind.Soft }
           select new NeuronModel(0.3f, 0.9f, reset, 0f, surrogate, SurrogateConstants.DefaultWidth(surrogate)),
        .. from surrogate in Enum.GetValues<SurrogateKind>()
           select new NeuronModel(1f, 0.5f, ResetKind.Hard, 0f, surrogate, 0.7f),
        new NeuronModel(0.25f, 0f, ResetKind.Hard, 0f, SurrogateKind.Triangular, 1f),
        new NeuronModel(0.3f, 0.5f, ResetKind.Hard, -0.1f, SurrogateKind.Sigmoid, 0.5f, Detached: true),
        new NeuronModel(0.3f, 1f, ResetKind.Soft, 0f, SurrogateKind.Arctan, 1f, Detached: true),
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

    /// <summary>Compiles the kernels of neurons.</summary>
    public static Dictionary<NeuronModel, NeuronKernel> Build(IReadOnlyList<NeuronModel> models)
    {
        var text = new StringBuilder("#nullable enable\nnamespace Emitted\n{\n");
        for (int i = 0; i < models.Count; i++)
        {
            text.Append(NeuronKernelEmitter.Emit(models[i], $"Kernel{i}"));
        }

        var (image, diagnostics) = Compile(text.Append("}\n").ToString());
        Assert.Empty(diagnostics);
        var assembly = Assembly.Load(image);
        return Enumerable.Range(0, models.Count).ToDictionary(
            i => models[i],
            i => (NeuronKernel)Activator.CreateInstance(assembly.GetType($"Emitted.Kernel{i}", throwOnError: true)!)!);
    }
}
