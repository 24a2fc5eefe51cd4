namespace SnnDsl.Model;

/// <summary>
/// A neuron of one state whose decay is learned: d = sigmoid(a), with one a for a layer or one for each neuron. Its step is that of
/// <see cref="At(float)"/>; bounds take the d that the weights hold for a constant.
/// </summary>
/// <remarks>
/// Equality: all three values. Which float32 number d is must not depend on a library's exponential, for forward pass and checker have to agree bit by
/// bit: <see cref="Decay(float)"/> takes sums, products and quotients alone, each rounded as IEEE 754 says.
/// </remarks>
/// <param name="Neuron">The neuron with a decay of 0 and a gain of 1, which stand for what is learned.</param>
/// <param name="PerNeuron">Whether each neuron has a decay of its own.</param>
/// <param name="Scales">Whether the current weighs 1 - d; else 1.</param>
/// <param name="LearnsThreshold">
/// Whether the threshold is learned, too, th = exp(b): the membrane is kept in units of it, so that the neuron fires above 1 and its current weighs
/// 1/th = exp(-b) times as much.
/// </param>
public sealed record LearnedDecay(NeuronEquations Neuron, bool PerNeuron, bool Scales, bool LearnsThreshold = false)
{
    /// <summary>The name of b behind that of its layer.</summary>
    public const string ThresholdParameter = "threshold_log";

    /// <summary>What b counts as is at most this far from 0, so that float32 numbers stay far from their ends.</summary>
    public const double GreatestLog = 16;

    /// <summary>The parameter's name behind that of its layer.</summary>
    public const string Parameter = "decay_logit";

    private const string Constants = ",A=0,B=1,";

    private string Learned => $",A=sigmoid({Parameter}{Each}),B={(LearnsThreshold ? $"{(Scales ? "(1-A)" : "")}exp(-{ThresholdParameter}{Each})" : Scales ? "1-A" : "1")},";

    private string Each => PerNeuron ? "[i]" : "";

    /// <summary>The neuron with a decay.</summary>
    /// <param name="decay">d, in [0, 1].</param>
    public NeuronEquations At(float decay) => At(decay, Scales ? 1f - decay : 1f);

    /// <summary>What a current weighs, as float32 networks run with it: products and differences of float32 numbers.</summary>
    /// <param name="decay">d.</param>
    /// <param name="log">b.</param>
    public float Gain(float decay, float log) => (Scales, LearnsThreshold) switch
    {
        (true, true) => (1f - decay) * (float)InverseThreshold(log),
        (false, true) => (float)InverseThreshold(log),
        (true, false) => 1f - decay,
        _ => 1f,
    };

    /// <summary>1/th, to about a rounding.</summary>
    /// <param name="log">b.</param>
    public static double InverseThreshold(double log) => Exponential(-Math.Max(-GreatestLog, Math.Min(GreatestLog, log)));

    /// <summary>The neuron with a decay and a gain.</summary>
    /// <param name="decay">d.</param>
    /// <param name="gain">What the current weighs.</param>
    public NeuronEquations At(float decay, float gain) => new(
        Neuron.States, Coefficients.Vector(decay), Coefficients.Vector(gain), Neuron.Bias, Neuron.Guard, Neuron.Spike, Neuron.Silent, Neuron.Fired);

    /// <summary>d, as float32 networks run with it.</summary>
    /// <param name="logit">a.</param>
    public static float Decay(float logit) => (float)Decay((double)logit);

    /// <summary>d, to about a rounding.</summary>
    /// <param name="logit">a.</param>
    public static double Decay(double logit)
    {
        double e = Exponential(-Math.Abs(logit));
        return logit >= 0 ? 1 / (1 + e) : e / (1 + e);
    }

    /// <summary>The text of the equations, in which the decay reads A=sigmoid(decay_logit), with [i] where each neuron has its own.</summary>
    public override string ToString()
    {
        string text = Neuron.ToString();
        return text.Contains(Constants)
            ? text.Replace(Constants, Learned)
            : throw new ArgumentException($"A learned decay stands in the place of A=0, B=1, not in {text}.");
    }

    /// <summary>Reads what <see cref="ToString"/> wrote; null for equations without a learned decay.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">It is no such text.</exception>
    public static LearnedDecay? Read(string text)
    {
        bool[] ways = [false, true];
        foreach (var form in ways.SelectMany(each => ways.SelectMany(scales => ways.Select(learns => new LearnedDecay(null!, each, scales, learns)))))
        {
            if (text.Contains(form.Learned))
            {
                var neuron = NeuronEquations.Parse(text.Replace(form.Learned, Constants));
                return neuron.Size == 1 ? form with { Neuron = neuron } : throw new FormatException("A learned decay is that of a neuron of one state.");
            }
        }

        return null;
    }

    // x = k ln 2 + r, and the series of exp(r).
    private static double Exponential(double x)
    {
        if (!(x > -708))
        {
            return double.IsNaN(x) ? x : 0;
        }

        // ln 2 in two parts, of which the first has so few bits that its products with k are exact.
        const double High = 0.693147180369123816490, Low = 1.90821492927058770002e-10;
        double k = Math.Floor((x / (High + Low)) + 0.5), r = x - (k * High) - (k * Low), sum = 1;
        for (int n = 20; n > 0; n--)
        {
            sum = 1 + (r * sum / n);
        }

        return sum * BitConverter.Int64BitsToDouble(((long)k + 1023) << 52);
    }
}
