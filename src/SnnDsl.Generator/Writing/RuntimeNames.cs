using System.Reflection;
using System.Text;

namespace SnnDsl.Generator.Emission;

/// <summary>
/// The types that emitted code names, in full, so that nothing in a user's project can stand for them. Where nothing of the user's has its short
/// name, which is the name here, a file gives each that it needs an alias.
/// </summary>
internal static class RuntimeNames
{
    /// <summary>The namespace of the kernels that a compilation's networks share.</summary>
    public const string Kernels = "SnnDsl.Emitted";

    public const string GeneratedCode = "global::System.CodeDom.Compiler.GeneratedCodeAttribute";
    public const string DynamicDependency = "global::System.Diagnostics.CodeAnalysis.DynamicDependencyAttribute";
    public const string MemberTypes = "global::System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes";
    public const string InvalidOperation = "global::System.InvalidOperationException";
    public const string Tensor = "global::TorchSharp.torch.Tensor";
    public const string RandomGenerator = "global::TorchSharp.torch.Generator";
    public const string SpikeTrain = "global::SnnDsl.Kernels.SpikeTrain";
    public const string Interval = "global::SnnDsl.Bounds.Interval";
    public const string SpikeIntervals = "global::SnnDsl.Bounds.SpikeIntervals";
    public const string NeuronIntervals = "global::SnnDsl.Bounds.NeuronIntervals";
    public const string SpikingModule = "global::SnnDsl.Networks.SpikingModule";
    public const string NetworkDescription = "global::SnnDsl.Networks.NetworkDescription";
    public const string NetworkStages = "global::SnnDsl.Networks.NetworkStages";
    public const string LayerDescription = "global::SnnDsl.Networks.LayerDescription";
    public const string AffineWeights = "global::SnnDsl.Networks.AffineWeights";
    public const string BatchNorm = "global::SnnDsl.Networks.BatchNorm";
    public const string Dropout = "global::SnnDsl.Networks.Dropout";
    public const string Initialisation = "global::SnnDsl.Networks.Initialisation";
    public const string GraphModule = "global::SnnDsl.Networks.GraphModule";
    public const string NetworkNode = "global::SnnDsl.Networks.NetworkNode";
    public const string Joined = "global::SnnDsl.Networks.Joined";
    public const string Readouts = "global::SnnDsl.Networks.Readouts";
    public const string LinearMap = "global::SnnDsl.Affine.LinearMap";
    public const string Conv2dMap = "global::SnnDsl.Affine.Conv2dMap";
    public const string ConvTranspose2dMap = "global::SnnDsl.Affine.ConvTranspose2dMap";
    public const string AvgPool2dMap = "global::SnnDsl.Affine.AvgPool2dMap";
    public const string AdaptiveAvgPool2dMap = "global::SnnDsl.Affine.AdaptiveAvgPool2dMap";
    public const string SumPool2dMap = "global::SnnDsl.Affine.SumPool2dMap";
    public const string OrPool2dMap = "global::SnnDsl.Affine.OrPool2dMap";
    public const string FlattenMap = "global::SnnDsl.Affine.FlattenMap";
    public const string ScaleMap = "global::SnnDsl.Affine.ScaleMap";
    public const string VotingMap = "global::SnnDsl.Affine.VotingMap";
    public const string AffineMap = "global::SnnDsl.Affine.AffineMap";
    public const string AffineChain = "global::SnnDsl.Affine.AffineChain";
    public const string SpikingLayer = "global::SnnDsl.Kernels.SpikingLayer";
    public const string LearnedNeurons = "global::SnnDsl.Networks.LearnedNeurons";
    public const string RecurrentNeurons = "global::SnnDsl.Networks.RecurrentNeurons";
    public const string NeuronEquations = "global::SnnDsl.Model.NeuronEquations";
    public const string IPerturbedInput = "global::SnnDsl.Perturbations.IPerturbedInput";
    public const string NetworkIntervals = "global::SnnDsl.Bounds.NetworkIntervals";
    public const string LinearForm = "global::SnnDsl.Bounds.LinearForm";
    public const string LinearQuery = "global::SnnDsl.Bounds.LinearQuery";
    public const string LinearBound = "global::SnnDsl.Bounds.LinearBound";
    public const string Encoding = "global::SnnDsl.Encoding";
    public const string VectorNeuronKernel = "global::SnnDsl.Kernels.VectorNeuronKernel";
    public const string RelaxationRule = "global::SnnDsl.Kernels.RelaxationRule";
    public const string Floats = "global::System.Runtime.Intrinsics.Vector512<float>";
    public const string Doubles = "global::System.Runtime.Intrinsics.Vector512<double>";

    private const string Start = "global::";

    // By name; the longer of two that start alike comes first.
    private static readonly (string Alias, string Type)[] s_types =
    [
        .. typeof(RuntimeNames).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (field.Name, (string)field.GetRawConstantValue()!))
            .Where(name => name.Item2.StartsWith(Start, StringComparison.Ordinal))
            .OrderByDescending(name => name.Item2.Length).ThenBy(name => name.Name, StringComparer.Ordinal),
    ];

    /// <summary>The short names.</summary>
    public static IEnumerable<string> Aliases => s_types.Select(type => type.Alias);

    /// <summary>Text with short names for the types that are named here, and the using directives that make them.</summary>
    /// <param name="text">Text that names them in full.</param>
    public static (string Text, IReadOnlyList<string> Directives) Shorten(string text)
    {
        if (text.IndexOf(Start, StringComparison.Ordinal) < 0)
        {
            return (text, []);
        }

        SortedDictionary<string, string> used = new(StringComparer.Ordinal);
        StringBuilder shorter = new(text.Length);
        int done = 0;
        for (int at = 0; (at = text.IndexOf(Start, at, StringComparison.Ordinal)) >= 0; at += Start.Length)
        {
            foreach (var (alias, type) in s_types)
            {
                if (string.CompareOrdinal(text, at, type, 0, type.Length) == 0 && !GoesOn(text, at + type.Length))
                {
                    shorter.Append(text, done, at - done).Append(alias);
                    done = at + type.Length;
                    used[alias] = type;
                    break;
                }
            }
        }

        return (shorter.Append(text, done, text.Length - done).ToString(), [.. used.Select(name => $"using {name.Key} = {name.Value};")]);
    }

    // Whether the name is the start of a longer one.
    private static bool GoesOn(string text, int end) => end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_');
}
