using System.Globalization;

namespace SnnDsl.Benchmarks.CompileTime;

/// <summary>Networks of 20 layers, and a file beside them.</summary>
internal static class Declarations
{
    /// <summary>Another file of the project.</summary>
    public const string Elsewhere = "namespace Deep; public class Elsewhere { public int Value() => 1; }";

    /// <summary>20 layers whose spiking ones are all alike: one set of kernels.</summary>
    public static string Alike { get; } = Network("Alike", _ => 0.25);

    /// <summary>20 layers with a threshold of its own in each spiking one: nine sets of kernels, the worst there can be.</summary>
    public static string AllDifferent { get; } = Network("AllDifferent", layer => 0.25 + 0.03125 * layer);

    private static string Network(string name, Func<int, double> threshold)
    {
        string[] affine =
        [
            "Conv2d(32, Kernel = 3, Padding = 1)", "Conv2d(32, Kernel = 3, Stride = 2, Padding = 1)", "Conv2d(64, Kernel = 3, Padding = 1)",
            "Conv2d(64, Kernel = 3, Stride = 2, Padding = 1)", "Conv2d(128, Kernel = 3, Padding = 1)", "Flatten]\n[Linear(512)",
            "Linear(256)", "Linear(128)", "Linear(10)",
        ];
        var layers = affine.Select((layer, i) => FormattableString.Invariant(
            $"[{layer}]\n[Lif(Threshold = {threshold(i)}, Decay = 0.25)]"));
        return $$"""
            using SnnDsl;

            namespace Deep;

            [SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Direct)]
            [Input(3, 32, 32)]
            [AvgPool2d(2)]
            {{string.Join('\n', layers)}}
            public sealed partial class {{name}};
            """;
    }

    /// <summary>How many layers a declaration has.</summary>
    public static int Layers(string source) =>
        source.Split('\n').Count(line => line.StartsWith('[') && !line.StartsWith("[Spiking", StringComparison.Ordinal) && !line.StartsWith("[Input", StringComparison.Ordinal));

    /// <summary>A keystroke in a comment: the declaration is read again and found to be the same.</summary>
    public static string InComment(string source, int keystroke) => source.Replace(
        "[Input", FormattableString.Invariant($"// {keystroke}\n[Input"), StringComparison.Ordinal);

    /// <summary>A keystroke in a number: everything that depends on it is emitted anew.</summary>
    public static string InNumber(string source, int keystroke) => source.Replace(
        "Linear(512)", $"Linear({(512 + keystroke % 100).ToString(CultureInfo.InvariantCulture)})", StringComparison.Ordinal);

    /// <summary>A keystroke in the other file.</summary>
    public static string InOther(int keystroke) => Elsewhere.Replace("1;", keystroke.ToString(CultureInfo.InvariantCulture) + ";", StringComparison.Ordinal);
}
