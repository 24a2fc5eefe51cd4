using System.Globalization;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Interchange;

/// <summary>
/// Writes the robustness of one sample as a VNN-LIB 1.0 property of the network's ONNX file. As there, the property is the negation: it is satisfied by a perturbed input whose true class
/// some rival reaches. <c>unsat</c> means robust, and a tie is a counterexample, as everywhere in this library.
/// </summary>
public static class VnnLib
{
    /// <summary>Writes a property, whole or not at all.</summary>
    /// <param name="network">The network, for pixels.</param>
    /// <param name="path">The file.</param>
    /// <param name="input">The sample, [1, ...].</param>
    /// <param name="label">Its class.</param>
    /// <param name="perturbation">What the adversary may do.</param>
    /// <param name="index">The sample's index in its data set.</param>
    /// <exception cref="InterchangeException">The perturbation is no box: VNN-LIB has linear rows over real numbers, which say no number of flips.</exception>
    /// <exception cref="ArgumentException">The sample or the class is none of the network's.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(SpikingModule network, string path, Tensor input, long label, Perturbation perturbation, long index = 0)
    {
        if (perturbation is not BoxPerturbation box)
        {
            throw new InterchangeException(
                $"The perturbation '{perturbation.Norm}' has no VNN-LIB property: linear rows over real inputs say a box, and neither a number of flips nor moves in time.");
        }

        if (label < 0 || label >= network.Description.Classes)
        {
            throw new ArgumentException($"{network.Description.Name} has the classes 0 to {network.Description.Classes - 1}, and {label} is none of them.", nameof(label));
        }

        using var scope = NewDisposeScope();
        var (lower, upper) = Ends(network, input, box, index);
        AtomicFile.Write(path, stream =>
        {
            using var text = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            text.WriteLine($"; Robustness of {network.Description.Name} at sample {index.ToString(CultureInfo.InvariantCulture)} of class {label.ToString(CultureInfo.InvariantCulture)}.");
            text.WriteLine("; Satisfied where a rival's logit is at least the class's: a tie is a counterexample, unsat means robust.");
            for (int i = 0; i < lower.Length; i++)
            {
                text.WriteLine($"(declare-const X_{i} Real)");
            }

            for (int i = 0; i < network.Description.Classes; i++)
            {
                text.WriteLine($"(declare-const Y_{i} Real)");
            }

            for (int i = 0; i < lower.Length; i++)
            {
                text.WriteLine($"(assert (>= X_{i} {Number(lower[i])}))");
                text.WriteLine($"(assert (<= X_{i} {Number(upper[i])}))");
            }

            var rivals = Enumerable.Range(0, network.Description.Classes).Where(rival => rival != label).Select(rival => $"  (and (>= Y_{rival} Y_{label}))");
            text.WriteLine($"(assert (or\n{string.Join('\n', rivals)}\n))");
        });
    }

    /// <summary>A number as VNN-LIB has them: digits and a point, without an exponent; read as float64 it is the same number again.</summary>
    internal static string Number(double value)
    {
        string shortest = value.ToString("R", CultureInfo.InvariantCulture);
        return shortest.Contains('E') ? ((decimal)value).ToString(CultureInfo.InvariantCulture) is var plain && double.Parse(plain, CultureInfo.InvariantCulture) == value ? plain
            : value.ToString("F350", CultureInfo.InvariantCulture).TrimEnd('0').TrimEnd('.') : shortest;
    }

    // The box that holds all that records call this perturbation: its ends as float32 computes them and the exact ones.
    private static (double[] Lower, double[] Upper) Ends(SpikingModule network, Tensor input, BoxPerturbation perturbation, long index)
    {
        var pixels = input.to(ScalarType.Float32);
        var (single, exact) = (perturbation.Box(pixels, new[] { index }), perturbation.Box(pixels.to(ScalarType.Float64), new[] { index }));
        var box = network.Description.Encoding == Encoding.Direct && perturbation.Enclose(network, pixels, new[] { index }) is BoxInput enclosing
            ? enclosing.Box
            : new(minimum(single.Lower.to(ScalarType.Float64), exact.Lower), maximum(single.Upper.to(ScalarType.Float64), exact.Upper));
        return (Values(box.Lower), Values(box.Upper));

        static double[] Values(Tensor ends) => ends.to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
    }
}
