using System.Text.RegularExpressions;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Emission.Kernels;

/// <summary>
/// CUDA C: one neuron a thread. A row kernel is a device function for one neuron, whose pointers stand on that neuron already; what
/// launches it for all neurons and rows is in <see cref="CudaKernelEmitter"/>.
/// </summary>
internal sealed class CudaDialect : KernelDialect
{
    // What Select puts around itself is superfluous where nothing else stands beside it.
    private static readonly Regex s_wrapped = new(
        @"^( *(?:return|[\w \[\]*+]+ =) )\(((?>[^()\n]+|(?<open>\()|(?<-open>\)))*(?(open)(?!)))\);$", RegexOptions.Multiline);

    public override string Let => "float";

    public override string LetMask => "bool";

    public override string LetWide => "double";

    public override string Steepest => "Steepest";

    public override string Near => "Near";

    public override string WideZero => "0.0";

    public override string IsJoint => "joint";

    /// <summary>Text without the parentheses that nothing needs.</summary>
    public static string Tidy(string text) => s_wrapped.Replace(text, "$1$2;");

    /// <summary>"0.25f", "1.0f": a literal of C++ needs its point or exponent.</summary>
    public static string Literal(float value)
    {
        string text = Numbers.Literal(value);
        return text.IndexOfAny(['.', 'e', 'E']) < 0 ? text.Replace("f", ".0f") : text;
    }

    public override string Number(float value) => value < 0 ? $"({Literal(value)})" : Literal(value);

    public override string All(float value) => Number(value);

    public override string Same(string number) => number;

    public override string Greater(string a, string b) => $"{a} > {b}";

    public override string Less(string a, string b) => $"{a} < {b}";

    public override string Except(string mask, string except) => except.Contains(' ') ? $"{mask} && !({except})" : $"{mask} && !{except}";

    public override string Any(string mask) => mask;

    public override string Select(string mask, string a, string b) => $"({mask} ? {a} : {b})";

    public override string Within(string mask, string a, string b) => a;

    public override string Min(string a, string b) => $"Min({a}, {b})";

    public override string Max(string a, string b) => $"Max({a}, {b})";

    public override string Abs(string value) => $"fabsf({value})";

    public override string Exp(string value) => $"expf({value})";

    public override string Wide(string value) => value;

    public override string Given(string buffer) => $"{buffer} != nullptr";

    public override string Own(string stride) => $"t * {stride}";

    public override string OwnFirst => "0";

    public override string LaterSlope => "slopes[(t + 1) * membraneStride]";

    public override string WalkDown =>
        """
        RelaxNeuron(
            joint, spikeCoefficients, row, lowerMembranes, upperMembranes, slopes, coefficientStride,
            membraneStride, membraneStride, steps);
        """;

    public override string Load(string buffer, string index) => $"{buffer}[{index}]";

    public override string Store(string value, string buffer, string index) => $"{buffer}[{index}] = {value};";

    public override string Add(string value, string buffer, string index) => $"{buffer}[{index}] += {value};";

    public override string Return(string wide) => $"return {wide};";

    public override IDisposable Kernel(CodeWriter code, string name, string summary, IEnumerable<KernelParameter> parameters) =>
        code.Comment(summary).Block(Signature($"extern \"C\" __global__ void {name}", [.. Of(parameters), "long long count"]));

    public override IDisposable RowKernel(CodeWriter code, string name, string summary, IEnumerable<KernelParameter> parameters) =>
        code.Comment($"{summary}\nHere for one neuron of one row.").Block(name == "Relax"
            ? Signature("__device__ __forceinline__ double RelaxNeuron", Of(parameters))
            : Signature("__device__ __forceinline__ void RelaxNeuronBackward", [.. Of(parameters), "float* slopes"]));

    public override IDisposable Function(CodeWriter code, string name) => code.Block($"__device__ __forceinline__ float {name}(float u)");

    public override IDisposable EachNeuron(CodeWriter code)
    {
        OneThread(code, "i", "count");
        return Nothing.Instance;
    }

    public override IDisposable EachOfRow(CodeWriter code) => Nothing.Instance;

    public override void Slopes(CodeWriter code)
    {
    }

    /// <summary>Writes which element is this thread's.</summary>
    public static void OneThread(CodeWriter code, string index, string count)
    {
        code.Line($"long long {index} = (long long)blockIdx.x * blockDim.x + threadIdx.x;");
        using (code.Block($"if ({index} >= {count})"))
        {
            code.Line("return;");
        }

        code.Line();
    }

    /// <summary>Parameters as CUDA C declares them.</summary>
    public static IEnumerable<string> Of(IEnumerable<KernelParameter> parameters) => parameters.Select(p => p.Kind switch
    {
        KernelParameterKind.Input => $"const float* __restrict__ {p.Name}",
        KernelParameterKind.Output => $"float* __restrict__ {p.Name}",
        KernelParameterKind.Index => $"long long {p.Name}",
        KernelParameterKind.Count => $"int {p.Name}",
        KernelParameterKind.Number => $"float {p.Name}",
        _ => "int joint",
    });

    private sealed class Nothing : IDisposable
    {
        public static Nothing Instance { get; } = new();

        public void Dispose()
        {
        }
    }
}
