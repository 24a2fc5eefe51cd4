namespace SnnDsl.Model;

/// <summary>
/// The canonical text of a neuron, which stands in an architecture and so in every record:
/// <c>Neuron(states=i u,A=0.5 0|0.5 0.25,B=1 1,c=0 0,w=0 1,threshold=0.25,fires=above,P0=...,q0=...,P1=...,q1=...,surrogate=Rectangular,width=1,reset=differentiated)</c>.
/// </summary>
internal static class NeuronText
{
    private static readonly string[] s_keys =
        ["states", "A", "B", "c", "w", "threshold", "fires", "P0", "q0", "P1", "q1", "surrogate", "width", "reset"];

    public static string Write(NeuronEquations neuron)
    {
        var spike = neuron.Spike;
        string[] values =
        [
            neuron.States.ToString(), neuron.Decay.ToString(), neuron.Input.ToString(), neuron.Bias.ToString(), neuron.Guard.ToString(),
            Coefficients.Text(spike.Threshold), spike.FiresAtThreshold ? "atOrAbove" : "above",
            neuron.Silent.Matrix.ToString(), neuron.Silent.Offset.ToString(), neuron.Fired.Matrix.ToString(), neuron.Fired.Offset.ToString(),
            spike.Surrogate.ToString(), Coefficients.Text(spike.Width), spike.Detached ? "detached" : "differentiated",
        ];
        return $"Neuron({string.Join(",", s_keys.Zip(values, (key, value) => $"{key}={value}"))})";
    }

    public static NeuronEquations Read(string text)
    {
        const string Head = "Neuron(";
        string[] pairs = text.StartsWith(Head, StringComparison.Ordinal) && text.EndsWith(")", StringComparison.Ordinal)
            ? text.Substring(Head.Length, text.Length - Head.Length - 1).Split(',')
            : [];
        if (pairs.Length != s_keys.Length || !pairs.Zip(s_keys, (pair, key) => pair.StartsWith(key + "=", StringComparison.Ordinal)).All(fits => fits))
        {
            throw new FormatException($"'{text}' are no equations of a neuron: expected Neuron({string.Join(",", s_keys.Select(key => key + "=..."))}).");
        }

        var values = pairs.Zip(s_keys, (pair, key) => (key, value: pair.Substring(key.Length + 1))).ToDictionary(pair => pair.key, pair => pair.value);
        Coefficients Read(string key) => Coefficients.Parse(values[key]);
        try
        {
            return new(
                values["states"].Split(' '), Read("A"), Read("B"), Read("c"), Read("w"),
                new SpikeRule(
                    Coefficients.ParseNumber(values["threshold"]),
                    Enum.TryParse(values["surrogate"], out SurrogateFunction surrogate) ? surrogate : throw new FormatException($"There is no surrogate {values["surrogate"]}."),
                    Coefficients.ParseNumber(values["width"]), Flag(values["fires"], "above", "atOrAbove"), Flag(values["reset"], "differentiated", "detached")),
                new Successor(Read("P0"), Read("q0")), new Successor(Read("P1"), Read("q1")));
        }
        catch (ArgumentException wrong)
        {
            throw new FormatException($"'{text}' are no equations of a neuron: {wrong.Message}", wrong);
        }
    }

    private static bool Flag(string text, string no, string yes) => text == yes || (text == no
        ? false
        : throw new FormatException($"'{text}' should be {no} or {yes}."));
}
