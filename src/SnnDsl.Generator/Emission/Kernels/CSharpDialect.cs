using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Emission.Kernels;

/// <summary>C#: sixteen neurons in a vector, in the words of <c>SnnDsl.Kernels.VectorNeuronKernel</c>.</summary>
/// <param name="spellsTypes">Whether locals and parameters state their types, because a type of the user's own hides var or nint.</param>
internal sealed class CSharpDialect(bool spellsTypes = false) : KernelDialect
{
    private const string Vector = RuntimeNames.Floats;
    private const string Rule = RuntimeNames.RelaxationRule;

    public override string Let => spellsTypes ? Vector : "var";

    public override string LetMask => Let;

    public override string LetWide => spellsTypes ? RuntimeNames.Doubles : "var";

    private string Native => spellsTypes ? "global::System.IntPtr" : "nint";

    public override string Steepest => "Steepest";

    public override string Near => "Near";

    public override string WideZero => "Wide(Zero)";

    public override string IsJoint => $"rule == {Rule}.Joint";

    public override string Number(float value) => value < 0 ? $"({Numbers.Literal(value)})" : Numbers.Literal(value);

    public override string All(float value) => value == 0 ? "Zero" : $"All({Numbers.Literal(value)})";

    public override string Greater(string a, string b) => $"Greater({a}, {b})";

    public override string Less(string a, string b) => $"Less({a}, {b})";

    public override string Except(string mask, string except) => $"Except({mask}, {except})";

    public override string Any(string mask) => $"Any({mask})";

    public override string Select(string mask, string a, string b) => $"Select({mask}, {a}, {b})";

    public override string Min(string a, string b) => $"Min({a}, {b})";

    public override string Max(string a, string b) => $"Max({a}, {b})";

    public override string Abs(string value) => $"Abs({value})";

    public override string Exp(string value) => $"Exp({value})";

    public override string Wide(string value) => $"Wide({value})";

    public override string Given(string buffer) => $"!IsNull(ref {buffer})";

    public override string Load(string buffer, string index) => $"Load(ref {buffer}, {index}, lanes)";

    public override string Store(string value, string buffer, string index) => $"Store({value}, ref {buffer}, {index}, lanes);";

    public override string Add(string value, string buffer, string index) => $"Add({value}, ref {buffer}, {index}, lanes);";

    public override string Return(string wide) => $"return Total({wide});";

    public override string Same(string number) => $"All({number})";

    public override string Within(string mask, string a, string b) => Select(mask, a, b);

    public override string Own(string stride) => $"t * {stride} + i";

    public override string OwnFirst => "i";

    public override string LaterSlope => "Load(ref slopes, (t + 1) * Width, Width)";

    public override string WalkDown =>
        """
        Relax(
            rule, ref At(ref spikeCoefficients, i), ref At(ref row, i), ref At(ref lowerMembranes, i),
            ref At(ref upperMembranes, i), ref slopes, coefficientStride, membraneStride, Width, steps,
            lanes < Width ? lanes : Width);
        """;

    public override IDisposable Kernel(CodeWriter code, string name, string summary, IEnumerable<KernelParameter> parameters) =>
        Method(code, $"void {name}", parameters, $"{Native} from", $"{Native} to");

    public override IDisposable RowKernel(CodeWriter code, string name, string summary, IEnumerable<KernelParameter> parameters) =>
        Method(code, $"{(name == "Relax" ? "double" : "void")} {name}", parameters, $"{Native} count");

    public override IDisposable Function(CodeWriter code, string name) => code.Block($"private static {Vector} {name}(\n    {Vector} u)");

    public override IDisposable EachNeuron(CodeWriter code) => Loop(code, "from", "to");

    public override IDisposable EachOfRow(CodeWriter code) => Loop(code, "0", "count");

    public override void Slopes(CodeWriter code) => code.Line("ref float slopes = ref Scratch(steps * Width);");

    private IDisposable Method(CodeWriter code, string head, IEnumerable<KernelParameter> parameters, params string[] range) =>
        code.Doc("<inheritdoc/>").Block(Signature(
            $"public override {head}", [.. parameters.Select(p => $"{Type(p.Kind)} {p.Name}"), .. range]));

    private IDisposable Loop(CodeWriter code, string from, string to)
    {
        var loop = code.Block($"for ({Native} i = {from}; i < {to}; i += Width)");
        code.Line($"{Native} lanes = {to} - i;");
        return loop;
    }

    private string Type(KernelParameterKind kind) => kind switch
    {
        KernelParameterKind.Input or KernelParameterKind.Output => "ref float",
        KernelParameterKind.Index => Native,
        KernelParameterKind.Count => "int",
        KernelParameterKind.Number => "float",
        _ => Rule,
    };
}
