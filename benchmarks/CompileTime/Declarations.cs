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

    /// <summary>Many networks, a file each: 20 layers with three kinds of neurons, twelve kinds in the project.</summary>
    public static IReadOnlyList<string> Project(int networks) =>
        [.. Enumerable.Range(0, networks).Select(i => Network(FormattableString.Invariant($"Net{i}"), layer => 0.25 + 0.0625 * (layer % 3) + 0.1875 * (i % 4)))];

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

    /// <summary>SEW-ResNet18 for CIFAR-10, a block a line.</summary>
    public const string SewResNet18 = """
        using SnnDsl;

        namespace Deep;

        [SpikingNetwork(TimeSteps = 4)]
        [Input(3, 32, 32)]
        [Conv2d(64, Padding = 1, Bias = false)] [BatchNorm2d] [Lif(Name = "b0")]
        [Conv2d(64, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(64, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Residual("b0", Name = "b1")]
        [Conv2d(64, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(64, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Residual("b1", Name = "b2")]
        [Conv2d(128, Stride = 2, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(128, Padding = 1, Bias = false)] [BatchNorm2d] [Lif(Name = "m3")]
        [Conv2d(128, Kernel = 1, Stride = 2, Bias = false, From = "b2")] [BatchNorm2d] [Lif] [Residual("m3", Name = "b3")]
        [Conv2d(128, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(128, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Residual("b3", Name = "b4")]
        [Conv2d(256, Stride = 2, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(256, Padding = 1, Bias = false)] [BatchNorm2d] [Lif(Name = "m5")]
        [Conv2d(256, Kernel = 1, Stride = 2, Bias = false, From = "b4")] [BatchNorm2d] [Lif] [Residual("m5", Name = "b5")]
        [Conv2d(256, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(256, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Residual("b5", Name = "b6")]
        [Conv2d(512, Stride = 2, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(512, Padding = 1, Bias = false)] [BatchNorm2d] [Lif(Name = "m7")]
        [Conv2d(512, Kernel = 1, Stride = 2, Bias = false, From = "b6")] [BatchNorm2d] [Lif] [Residual("m7", Name = "b7")]
        [Conv2d(512, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(512, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Residual("b7", Name = "b8")]
        [AvgPool2d(4)] [Flatten] [Linear(10, Name = "fc")] [Lif]
        public sealed partial class SewResNet18;
        """;

    /// <summary>How many layers a declaration has.</summary>
    public static int Layers(string source) =>
        source.Split('[').Count(part => part.Length > 0 && char.IsUpper(part[0]) && !part.StartsWith("Spiking", StringComparison.Ordinal) && !part.StartsWith("Input", StringComparison.Ordinal));

    /// <summary>A keystroke in a comment: the declaration is read again and found to be the same.</summary>
    public static string InComment(string source, int keystroke) => source.Replace(
        "[Input", FormattableString.Invariant($"// {keystroke}\n[Input"), StringComparison.Ordinal);

    /// <summary>A keystroke in a number: everything that depends on it is emitted anew.</summary>
    public static string InNumber(string source, int keystroke) => source.Replace(
        "Linear(512)", $"Linear({Different(keystroke)})", StringComparison.Ordinal).Replace("Conv2d(512", $"Conv2d({Different(keystroke)}", StringComparison.Ordinal);

    private static string Different(int keystroke) => (512 + (keystroke % 100)).ToString(CultureInfo.InvariantCulture);

    /// <summary>A keystroke in the other file.</summary>
    public static string InOther(int keystroke) => Elsewhere.Replace("1;", keystroke.ToString(CultureInfo.InvariantCulture) + ";", StringComparison.Ordinal);
}
