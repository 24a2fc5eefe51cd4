using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SnnDsl.Generator;

namespace SnnDsl.Benchmarks.CompileTime;

/// <summary>Runs the generator on a project, as a compiler and as an editor does.</summary>
/// <param name="network">The file with the network that is edited.</param>
/// <param name="runs">How often each case is timed.</param>
/// <param name="others">Files with other networks.</param>
internal sealed class Bench(string network, int runs, params IReadOnlyList<string> others)
{
    private const string NetworkFile = "Network.cs";
    private const string OtherFile = "Other.cs";
    private static readonly CSharpParseOptions parse = new(LanguageVersion.Latest, DocumentationMode.Diagnose);
    private static readonly ImmutableArray<MetadataReference> references = [.. References()];

    /// <summary>How many assemblies the project references.</summary>
    public static int ReferenceCount => references.Length;

    /// <summary>Without an incremental cache: a new driver and a new compilation, whose symbols nobody has looked at.</summary>
    public Measurement Cold() => Measure("cold", _ => (Driver(new SpikingNetworkGenerator()), Driver(new Silent()), () => Compile(Parse(NetworkFile, network))));

    /// <summary>A keystroke in the declaring file that changes nothing, or one that changes a layer.</summary>
    public Measurement Keystroke(string name, Func<string, int, string> edit) => AfterEdit(name, i => Parse(NetworkFile, edit(network, i)));

    /// <summary>A keystroke in another file.</summary>
    public Measurement Elsewhere() => AfterEdit("keystroke elsewhere", i => Parse(OtherFile, Declarations.InOther(i)));

    private Measurement AfterEdit(string name, Func<int, SyntaxTree> edit)
    {
        var compilation = Compile(Parse(NetworkFile, network));
        var driver = Driver(new SpikingNetworkGenerator()).RunGenerators(compilation);
        var silent = Driver(new Silent()).RunGenerators(compilation);
        return Measure(name, i =>
        {
            // An editor goes on from the last run: what it knows of the files that did not change stays known.
            var tree = edit(i);
            var old = compilation.SyntaxTrees.Single(one => one.FilePath == tree.FilePath);
            return (driver, silent, () => compilation.ReplaceSyntaxTree(old, tree));
        });
    }

    /// <summary>What the tracked steps say about an edit: how many groups of files (a network's layers, a kind of neuron's kernels) were emitted anew.</summary>
    private static int OutputsEmittedAnew(GeneratorDriver driver) => driver.GetRunResult().Results.Single().TrackedOutputSteps
        .SelectMany(step => step.Value).SelectMany(run => run.Outputs)
        .Count(output => output.Reason is IncrementalStepRunReason.New or IncrementalStepRunReason.Modified);

    private Measurement Measure(string name, Func<int, (GeneratorDriver Driver, GeneratorDriver Silent, Func<CSharpCompilation> Compile)> prepare)
    {
        var (times, bytes, silence) = (new List<double>(), new List<double>(), new List<double>());
        GeneratorDriver? last = null;
        int warmUps = Math.Max(30, runs / 4);
        for (int i = 0; i < warmUps + runs; i++)
        {
            var (driver, silent, compile) = prepare(i + 2);
            var (compilation, another) = (compile(), compile());
            if (i % 20 == 0)
                GC.Collect();

            // The start of the clock is after the compilation was made: its symbols are bound, lazily, under it.
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            last = driver.RunGenerators(compilation);
            double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            start = Stopwatch.GetTimestamp();
            silent.RunGenerators(another);
            if (i >= warmUps)
            {
                silence.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                times.Add(time);
                bytes.Add(allocated);
            }
        }

        var files = last!.GetRunResult().GeneratedTrees;
        return new()
        {
            Case = name,
            Milliseconds = Math.Round(Percentile(times, 0.5), 3),
            P99Milliseconds = Math.Round(Percentile(times, 0.99), 3),
            RoslynMilliseconds = Math.Round(Percentile(silence, 0.5), 3),
            AllocatedKilobytes = Math.Round(Percentile(bytes, 0.5) / 1e3, 1),
            OutputsEmittedAnew = OutputsEmittedAnew(last),
            Characters = files.Sum(file => file.Length),
        };
    }

    private static GeneratorDriver Driver(IIncrementalGenerator generator) => CSharpGeneratorDriver.Create(
        [generator.AsSourceGenerator()],
        parseOptions: parse,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    private readonly ImmutableArray<SyntaxTree> _others = [Parse(OtherFile, Declarations.Elsewhere), .. others.Select((text, i) => Parse($"Other{i}.cs", text))];

    private CSharpCompilation Compile(SyntaxTree tree) => CSharpCompilation.Create(
        "User", [tree, .. _others], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

    /// <summary>What a compiler does: generates, compiles all that is there, and writes the assembly; of it the part that no generator has.</summary>
    public Measurement Build()
    {
        List<double> times = [], silence = [], bytes = [];
        var driver = Driver(new SpikingNetworkGenerator());
        for (int i = 0; i <= runs; i++)
        {
            driver = Driver(new SpikingNetworkGenerator());
            var compilation = Compile(Parse(NetworkFile, network));
            long allocated = GC.GetTotalAllocatedBytes();
            long start = Stopwatch.GetTimestamp();
            driver = driver.RunGeneratorsAndUpdateCompilation(compilation, out var output, out _);
            double generated = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            var result = output.Emit(Stream.Null);
            double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (!result.Success)
            {
                throw new InvalidOperationException($"The project does not compile: {result.Diagnostics.First(found => found.Severity == DiagnosticSeverity.Error)}");
            }

            if (i > 0)
            {
                bytes.Add(GC.GetTotalAllocatedBytes() - allocated);
                times.Add(time);
                silence.Add(time - generated);
            }
        }

        return new()
        {
            Case = "build",
            Milliseconds = Math.Round(Percentile(times, 0.5), 3),
            P99Milliseconds = Math.Round(Percentile(times, 0.99), 3),
            RoslynMilliseconds = Math.Round(Percentile(silence, 0.5), 3),
            AllocatedKilobytes = Math.Round(Percentile(bytes, 0.5) / 1e3, 1),
            OutputsEmittedAnew = OutputsEmittedAnew(driver),
            Characters = driver.GetRunResult().GeneratedTrees.Sum(tree => tree.Length),
        };
    }

    private static SyntaxTree Parse(string file, string text) => CSharpSyntaxTree.ParseText(text, parse, file);

    private static double Percentile(List<double> values, double share) => values.Order().ElementAt((int)(share * (values.Count - 1)));

    /// <summary>The framework, TorchSharp, and this project's own assemblies: what a user's project has.</summary>
    private static IEnumerable<MetadataReference> References()
    {
        string[] trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        return trusted
            .Where(path => !Path.GetFileName(path).StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)
                && Path.GetFileNameWithoutExtension(path) is not ("SnnDsl.Generator" or "CompileTime"))
            .Select(path => MetadataReference.CreateFromFile(path));
    }
}
