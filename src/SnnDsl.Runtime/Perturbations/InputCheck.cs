using SnnDsl.Encoders;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>Whether inputs are what networks take: said in one sentence where bounds, certificates and attacks begin.</summary>
internal static class InputCheck
{
    /// <summary>Checks inputs of whichever encoding.</summary>
    /// <param name="network">The network that they are for.</param>
    /// <param name="inputs">Pixels [B, ...], or event frames [T, B, ...].</param>
    /// <param name="inRange">Whether pixels must lie in [0, 1].</param>
    /// <exception cref="ArgumentException">A pixel is no finite number or not in its range, or an entry of a recording is neither 0 nor 1.</exception>
    public static void Values(NetworkInput network, Tensor inputs, bool inRange)
    {
        if (network.Encoding == Encoding.Spikes)
        {
            Spikes(inputs, "what networks read as spikes is zeros and ones");
        }
        else
        {
            Pixels(inputs, inRange);
        }
    }

    /// <summary>Checks pixels.</summary>
    /// <param name="pixels">[B, ...].</param>
    /// <param name="inRange">Whether they must lie in [0, 1]; else they need only be finite numbers.</param>
    /// <exception cref="ArgumentException">One of them does not.</exception>
    public static void Pixels(Tensor pixels, bool inRange)
    {
        CheckNumbers(pixels);
        var (least, greatest) = Range(pixels);
        if (!double.IsFinite(least) || !double.IsFinite(greatest))
        {
            throw new ArgumentException("The pixels hold values that are no finite numbers: see where they come from.");
        }

        if (inRange && !(least >= 0 && greatest <= 1))
        {
            bool isBytes = least >= 0 && greatest is > 2 and <= 255;
            throw new ArgumentException(FormattableString.Invariant(
                $"The pixels lie between {least} and {greatest}, but those of an image whose box is cut lie in [0, 1]: {(isBytes ? "divide them by 255." : "scale them, or use a box that is not cut (new LInfinity(epsilon, clamp: false)).")}"));
        }
    }

    /// <summary>Checks recordings.</summary>
    /// <param name="frames">[T, B, ...].</param>
    /// <param name="why">Why nothing else will do.</param>
    /// <exception cref="ArgumentException">An entry is neither 0 nor 1.</exception>
    public static void Spikes(Tensor frames, string why)
    {
        CheckNumbers(frames);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        if (!(frames * frames).eq(frames).all().item<bool>())
        {
            throw new ArgumentException($"The recordings hold values other than 0 and 1, but {why}: bin them, and cut counts to 1.");
        }
    }

    /// <summary>Whether rounding-safe bounds can be computed over a box.</summary>
    /// <param name="box">The box, float64.</param>
    /// <exception cref="NotSupportedException">An end is beyond what float32 sums can carry, or no number.</exception>
    public static void Size(BoxInput box)
    {
        double reach = new[] { Range(box.Box.Lower), Range(box.Box.Upper) }.Max(range => Math.Max(Math.Abs(range.Least), Math.Abs(range.Greatest)));
        if (!(reach <= Rounding.Largest))
        {
            throw new NotSupportedException(FormattableString.Invariant(
                $"The perturbed inputs reach as far as {reach}, but float32 sums over values beyond {Rounding.Largest} can overflow: cut the box to [0, 1], or state a smaller one."));
        }
    }

    private static void CheckNumbers(Tensor inputs)
    {
        if (!inputs.is_floating_point())
        {
            throw new ArgumentException(
                $"The inputs are {inputs.dtype}, but bounds and attacks take floating point numbers: convert them, to(ScalarType.Float32), and divide the bytes of an image by 255.");
        }
    }

    // NaN if any value is.
    private static unsafe (double Least, double Greatest) Range(Tensor values)
    {
        // Training asks at every step: torch's own least and greatest values leave arrays to finalisers.
        if (values.dtype == ScalarType.Float32 && values.device_type == TorchSharp.DeviceType.CPU && values.is_contiguous() && values.numel() > 0)
        {
            float* from = (float*)TensorMemory.Address(values);
            var (low, high) = (from[0], from[0]);
            for (long i = 1, count = values.numel(); i < count; i++)
            {
                (low, high) = (MathF.Min(low, from[i]), MathF.Max(high, from[i]));
            }

            GC.KeepAlive(values);
            return (low, high);
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return values.numel() == 0
            ? (0, 0)
            : (values.min().to(ScalarType.Float64).item<double>(), values.max().to(ScalarType.Float64).item<double>());
    }
}
