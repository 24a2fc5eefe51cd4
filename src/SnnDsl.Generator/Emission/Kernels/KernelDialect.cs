namespace SnnDsl.Generator.Emission.Kernels;

/// <summary>
/// How a language says the few things that a neuron's kernel is made of. The kernels' bodies are written once, in these words and
/// in the arithmetic that all C-like languages share; a value stands for sixteen neurons in C# and for one in CUDA C.
/// </summary>
internal abstract class KernelDialect
{
    /// <summary>What declares a local variable that holds a value.</summary>
    public abstract string Let { get; }

    /// <summary>What declares one that holds a mask.</summary>
    public abstract string LetMask { get; }

    /// <summary>What declares one that holds a float64 sum.</summary>
    public abstract string LetWide { get; }

    /// <summary>The steepest slope of a line, in units of its coefficients.</summary>
    public abstract string Steepest { get; }

    /// <summary>How near to each other both sides of the threshold count as equally wide.</summary>
    public abstract string Near { get; }

    /// <summary>A float32 literal, where a number may stand: as a factor, and in the words below.</summary>
    public abstract string Number(float value);

    /// <summary>A float32 literal as a value: where it is added, subtracted, divided, or starts a variable.</summary>
    public abstract string All(float value);

    /// <summary>A float32 parameter as a value.</summary>
    public abstract string Same(string number);

    /// <summary>Where a is above b.</summary>
    public abstract string Greater(string a, string b);

    /// <summary>Where a is below b.</summary>
    public abstract string Less(string a, string b);

    /// <summary>Where one mask holds and another does not.</summary>
    public abstract string Except(string mask, string except);

    /// <summary>Whether a mask holds for any of the neurons at hand.</summary>
    public abstract string Any(string mask);

    /// <summary>a where a mask holds, b elsewhere.</summary>
    public abstract string Select(string mask, string a, string b);

    /// <summary>The same inside a block that holds for any of the neurons at hand: a, where there is only one.</summary>
    public abstract string Within(string mask, string a, string b);

    /// <summary>The smaller of two.</summary>
    public abstract string Min(string a, string b);

    /// <summary>The larger of two.</summary>
    public abstract string Max(string a, string b);

    /// <summary>The absolute value.</summary>
    public abstract string Abs(string value);

    /// <summary>The exponential function.</summary>
    public abstract string Exp(string value);

    /// <summary>A zero to add float64 values to.</summary>
    public abstract string WideZero { get; }

    /// <summary>A value as float64, to be added up.</summary>
    public abstract string Wide(string value);

    /// <summary>Whether an optional buffer is there.</summary>
    public abstract string Given(string buffer);

    /// <summary>Where a row kernel finds the neurons at hand at step t.</summary>
    public abstract string Own(string stride);

    /// <summary>Where a row kernel finds the neurons at hand in a buffer without steps.</summary>
    public abstract string OwnFirst { get; }

    /// <summary>The values of the neurons at hand in a buffer.</summary>
    public abstract string Load(string buffer, string index);

    /// <summary>The statement that writes the values of the neurons at hand to a buffer.</summary>
    public abstract string Store(string value, string buffer, string index);

    /// <summary>The statement that adds to a buffer what the neurons at hand give.</summary>
    public abstract string Add(string value, string buffer, string index);

    /// <summary>Whether a relaxation takes the joint line.</summary>
    public abstract string IsJoint { get; }

    /// <summary>The statement that hands out what was added up.</summary>
    public abstract string Return(string wide);

    /// <summary>Opens a kernel that runs neurons each by itself.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="name">Its name.</param>
    /// <param name="summary">What it makes of what; for the reader, where nothing else tells.</param>
    /// <param name="parameters">All but which neurons, which the dialect adds.</param>
    public abstract IDisposable Kernel(CodeWriter code, string name, string summary, IEnumerable<KernelParameter> parameters);

    /// <summary>Opens a kernel that runs the neurons of one sample for one row of coefficients.</summary>
    /// <inheritdoc cref="Kernel"/>
    public abstract IDisposable RowKernel(CodeWriter code, string name, string summary, IEnumerable<KernelParameter> parameters);

    /// <summary>Opens a function from a membrane u to a value.</summary>
    public abstract IDisposable Function(CodeWriter code, string name);

    /// <summary>Opens what runs for every neuron i of a kernel.</summary>
    public abstract IDisposable EachNeuron(CodeWriter code);

    /// <summary>Opens what runs for every neuron i of a row kernel.</summary>
    public abstract IDisposable EachOfRow(CodeWriter code);

    /// <summary>Writes what makes room for a row's coefficients on the currents, step by step.</summary>
    public abstract void Slopes(CodeWriter code);

    /// <summary>The statement that fills this room for the neurons at hand.</summary>
    public abstract string WalkDown { get; }

    /// <summary>What it holds for step t + 1.</summary>
    public abstract string LaterSlope { get; }

    /// <summary>Opens the walk t = 0, 1, ..., T-1.</summary>
    public IDisposable EachStep(CodeWriter code) => code.Block("for (int t = 0; t < steps; t++)");

    /// <summary>Opens the walk t = T-1, T-2, ..., 0.</summary>
    public IDisposable EachStepBackwards(CodeWriter code) => code.Block("for (int t = steps - 1; t >= 0; t--)");

    /// <summary>A type or keyword, a name and parameters, wrapped so that lines stay readable.</summary>
    protected static string Signature(string head, IEnumerable<string> parameters)
    {
        const int Widest = 108;
        string[] all = [.. parameters];
        string whole = string.Join(", ", all);
        if (head.Length + whole.Length + 2 <= Widest)
        {
            return $"{head}({whole})";
        }

        List<string> lines = [];
        string line = "";
        foreach (string parameter in all)
        {
            if (line.Length + parameter.Length > Widest)
            {
                lines.Add(line);
                line = "";
            }

            line += line.Length == 0 ? $"    {parameter}" : $", {parameter}";
        }

        lines.Add(line);
        return $"{head}(\n{string.Join(",\n", lines)})";
    }
}
