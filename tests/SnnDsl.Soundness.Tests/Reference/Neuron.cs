using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Reference;

/// <summary>A spiking layer's constants, rounded to float32 as a declaration says they are, and its surrogate by its antiderivative.</summary>
internal sealed record Neuron(double Threshold, double Decay, bool Soft, double ResetValue, Surrogate Surrogate, double Width)
{
    public static Neuron From(LifAttribute declared) => new(
        (float)declared.Threshold,
        (float)declared.Decay,
        declared.Reset == Reset.Soft,
        (float)declared.ResetValue,
        declared.Surrogate,
        (float)(declared.SurrogateWidth == 0 ? (declared.Surrogate == Surrogate.FastSigmoid ? 0.5 : 1) : declared.SurrogateWidth));

    public static Neuron From(IfAttribute declared) => From(new LifAttribute
    {
        Threshold = declared.Threshold, Decay = 1, Reset = declared.Reset, ResetValue = declared.ResetValue, Surrogate = declared.Surrogate,
        SurrogateWidth = declared.SurrogateWidth,
    });

    /// <summary>What fires where a whole number is above 0, and passes its gradient on.</summary>
    public static Neuron AboveZero { get; } = new(1.0 / 256, 0, Soft: false, 0, Surrogate.StraightThrough, 1);

    /// <summary>1 above the threshold; autograd sees the smooth step whose derivative the surrogate is.</summary>
    public Tensor Spike(Tensor u)
    {
        var spike = (u > Threshold).to(u.dtype);
        if (!u.requires_grad)
        {
            return spike;
        }

        var smooth = SmoothStep((u - Threshold) / Width);
        return spike + (smooth - smooth.detach());
    }

    /// <summary>The membrane after the reset.</summary>
    public Tensor Rest(Tensor u, Tensor s) => Soft ? u - s * Threshold : u * (1 - s) + s * ResetValue;

    // The integral of the surrogate, as a function of z = (u - threshold) / width.
    private Tensor SmoothStep(Tensor z) => Surrogate switch
    {
        // On the edge itself, |z| = 1/2, the surrogate is 0.
        Surrogate.Rectangular => where(z.abs() < 0.5, z, zeros_like(z)),
        Surrogate.Triangular => where(z.abs() < 1, z - z * z.abs() / 2, zeros_like(z)),
        Surrogate.Arctan => (z * Math.PI).atan() / Math.PI,
        Surrogate.FastSigmoid => z / (1 + z.abs()) / 2,
        Surrogate.StraightThrough => z * Width,
        _ => throw new ArgumentOutOfRangeException(nameof(z)),
    };
}
