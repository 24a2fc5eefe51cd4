using System.Globalization;
using System.Text.RegularExpressions;
using SnnDsl.Model;

namespace SnnDsl.Interchange;

/// <summary>Neurons of SpikingJelly, read from the call that made them, as they are in steps of ours. What the call leaves out is that library's default.</summary>
/// <remarks>
/// Its membranes begin at v_reset, leak to it and are set to it. Counted from there they begin at, leak to and are set to 0, and the threshold is v_threshold - v_reset.
/// </remarks>
internal sealed partial record JellyNeuron
{
    private const string Example = "LIFNode(tau=2.0, decay_input=True, v_threshold=1.0, v_reset=None)";

    // They change how it trains, or where it runs, and no spike.
    private static readonly string[] s_ignored = ["surrogate_function", "detach_reset", "step_mode", "backend", "store_v_seq"];

    private JellyNeuron(string text) => Text = text;

    /// <summary>The call.</summary>
    public string Text { get; }

    /// <summary>Whether the decay is learned, and so a number of the file.</summary>
    public bool IsLearned { get; private init; }

    /// <summary>tau; infinite without a leak, for IFNode.</summary>
    public double Tau { get; private init; } = double.PositiveInfinity;

    /// <summary>Whether a current weighs 1/tau; else 1.</summary>
    public bool DecayInput { get; private init; }

    /// <summary>v_threshold, counted from v_reset.</summary>
    public float Threshold { get; private init; }

    /// <summary>Whether a spike subtracts the threshold: v_reset=None.</summary>
    public bool IsSoft { get; private init; }

    /// <summary>Reads a call.</summary>
    /// <param name="text">Such as <c>LIFNode(tau=2.0, v_reset=None)</c>; names of modules before it may be left in.</param>
    /// <exception cref="InterchangeException">It is none.</exception>
    public static JellyNeuron Read(string text)
    {
        if (Call().Match(text.Trim()) is not { Success: true } call)
        {
            throw new InterchangeException($"'{text}' makes no neurons of SpikingJelly: state IFNode, LIFNode or ParametricLIFNode as your Python code calls it, such as {Example}.");
        }

        string kind = call.Groups["kind"].Value, tau = kind == "ParametricLIFNode" ? "init_tau" : "tau";
        string[] known = ["v_threshold", "v_reset", .. kind == "IFNode" ? Array.Empty<string>() : [tau, "decay_input"]];
        var given = new Dictionary<string, string>();
        foreach (string argument in Comma().Split(call.Groups["arguments"].Value).Select(part => part.Trim()).Where(part => part.Length > 0))
        {
            string[] sides = argument.Split('=', 2, StringSplitOptions.TrimEntries);
            if (sides.Length != 2 || !(known.Contains(sides[0]) || s_ignored.Contains(sides[0])) || !given.TryAdd(sides[0], sides[^1]))
            {
                throw new InterchangeException($"'{text}' holds {argument}, which {kind} does not take by that name, or twice: its arguments here are {string.Join(", ", known)}, such as {Example}.");
            }
        }

        double? reset = given.GetValueOrDefault("v_reset") == "None" ? null : Number("v_reset", 0);
        float threshold = (float)(Number("v_threshold", 1) - (reset ?? 0));
        double time = kind == "LIFNode" ? Number(tau, 2) : double.PositiveInfinity;
        return !(threshold > 0 && float.IsFinite(threshold)) ? throw new InterchangeException($"'{text}' has a v_threshold that does not lie above its v_reset.")
            : !(time > 1) ? throw new InterchangeException($"'{text}' has tau = {given[tau]}, and a time constant is greater than 1.")
            : new(text)
            {
                IsLearned = kind == "ParametricLIFNode",
                Tau = time,
                DecayInput = kind != "IFNode" && given.GetValueOrDefault("decay_input", "True") switch
                {
                    "True" => true,
                    "False" => false,
                    var other => throw new InterchangeException($"'{text}' has decay_input = {other}, which is True or False."),
                },
                Threshold = threshold,
                IsSoft = reset is null,
            };

        double Number(string name, double usual) => !given.TryGetValue(name, out string? number) ? usual
            : double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value
            : throw new InterchangeException($"'{text}' has {name} = {number}, which is no number.");
    }

    /// <summary>The neurons as equations.</summary>
    /// <param name="learned">The decay that is learned; others have their own.</param>
    public NeuronEquations Equations(float learned)
    {
        float decay = IsLearned ? learned : double.IsInfinity(Tau) ? 1 : (float)(1 - (1 / Tau));
        float gain = !DecayInput ? 1 : IsLearned ? 1 - learned : (float)(1 / Tau);
        return NeuronEquations.Lif(new(Threshold, FiresAtThreshold: true), decay, IsSoft ? null : 0, gain);
    }

    /// <summary>The attribute that says them.</summary>
    public string Attribute
    {
        get
        {
            string threshold = $"Threshold = {Coefficients.Text(Threshold)}, ", scales = DecayInput ? "DecayInput = true, " : "", rest = $"AtOrAbove = true, Reset = Reset.{(IsSoft ? "Soft" : "Hard")})]";
            return IsLearned ? $"[Plif({threshold}{scales}{rest}"
                : double.IsInfinity(Tau) ? $"[If({threshold}{rest}"
                : string.Create(CultureInfo.InvariantCulture, $"[Lif({threshold}Tau = {Tau}, {scales}{rest}");
        }
    }

    [GeneratedRegex(@"^(?:\w+\.)*(?<kind>IFNode|LIFNode|ParametricLIFNode)\((?<arguments>.*)\)$", RegexOptions.Singleline)]
    private static partial Regex Call();

    // Those between arguments, and not those within the brackets of one.
    [GeneratedRegex(@",(?![^(]*\))")]
    private static partial Regex Comma();
}
