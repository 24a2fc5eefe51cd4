using SnnDsl.Data;
using SnnDsl.Evaluation.Records;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Inputs;

/// <summary>The numbers of a file that states a box for each pixel: how far it moves, or the ends of its interval.</summary>
internal sealed class StatedBox
{
    // One line for all samples, or by index each sample's own.
    private readonly double[] lower;
    private readonly double[] upper;
    private readonly string path;
    private readonly bool isAround;

    /// <summary>Creates a box whose numbers are known.</summary>
    /// <param name="path">The file that states it.</param>
    /// <param name="sha256">The hash that records name it by.</param>
    /// <param name="lower">The lower ends, for one sample or for all of a data set, one sample after the other.</param>
    /// <param name="upper">The upper ends.</param>
    /// <param name="isAround">Whether ends are counted from the pixels.</param>
    public StatedBox(string path, string sha256, double[] lower, double[] upper, bool isAround) =>
        (this.path, Sha256, this.lower, this.upper, this.isAround) = (path, sha256, lower, upper, isAround);

    /// <summary>The hash that records name the box by.</summary>
    public string Sha256 { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">Safetensors with <c>epsilon</c>, or <c>lower</c> and <c>upper</c>.</param>
    /// <exception cref="DataFileException">It states no box.</exception>
    public static StatedBox Read(string path)
    {
        using var scope = NewDisposeScope();
        using var file = SafeTensors.Read(path);
        (string Name, Tensor Tensor)[] stated = [.. file.Tensors.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, entry.Value))];
        string hash = SafeTensors.WeightsHash(stated);
        return stated switch
        {
            [("epsilon", var epsilon)] => new(path, hash, Array.ConvertAll(Numbers(path, epsilon), value => -value), Numbers(path, epsilon), isAround: true),
            [("lower", var lower), ("upper", var upper)] => new(path, hash, Numbers(path, lower), Numbers(path, upper), isAround: false),
            _ => throw new DataFileException($"'{path}' states no box: it holds {string.Join(", ", stated.Select(entry => entry.Name))}."),
        };
    }

    /// <summary>Checks that it is the box that a record names.</summary>
    /// <param name="box">The box; null if none was given.</param>
    /// <param name="recorded">What the record says of it.</param>
    /// <exception cref="FormatException">It is another.</exception>
    public static void Check(StatedBox? box, RecordedPerturbation recorded)
    {
        if (recorded.Norm == "box" && box?.Sha256 != recorded.BoxSha256)
        {
            throw new FormatException(box is null
                ? $"The box is named by its hash {recorded.BoxSha256} alone: give the file that states it."
                : $"The box is recorded with the hash {recorded.BoxSha256}, but that of '{box.path}' is {box.Sha256}.");
        }
    }

    /// <summary>The least and the greatest value of one pixel, before the box is cut, in real numbers or as float32 inputs have them.</summary>
    /// <param name="pixels">The sample.</param>
    /// <param name="pixel">The pixel.</param>
    /// <param name="index">The sample's index in its data set.</param>
    /// <returns>The centre that both ends are counted from (0 for ends themselves), and the ends.</returns>
    /// <exception cref="FormatException">The file has no numbers for this sample, or it does not lie between them.</exception>
    public (double Centre, double Low, double High) Of(float[] pixels, int pixel, long index)
    {
        long place = lower.Length == pixels.Length ? pixel : (index * pixels.Length) + pixel;
        if (lower.Length != upper.Length || lower.Length % pixels.Length != 0 || place >= lower.Length)
        {
            throw new FormatException($"'{path}' states {lower.Length} numbers, too few for the sample with index {index} of {pixels.Length} pixels.");
        }

        var (low, high) = (lower[place], upper[place]);
        double own = isAround ? 0 : pixels[pixel];
        return low <= own && own <= high
            ? (isAround ? pixels[pixel] : 0, low, high)
            : throw new FormatException($"The sample with index {index} does not lie in the box of '{path}'.");
    }

    private static double[] Numbers(string path, Tensor tensor)
    {
        double[] numbers = tensor.cpu().to(ScalarType.Float64).contiguous().flatten().data<double>().ToArray();
        return numbers.Length > 0 && Array.TrueForAll(numbers, double.IsFinite)
            ? numbers
            : throw new DataFileException($"'{path}' states no box: it holds no numbers, or some that are not finite.");
    }
}
