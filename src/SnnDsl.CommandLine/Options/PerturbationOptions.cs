using System.CommandLine;
using System.Globalization;
using SnnDsl.Data;
using SnnDsl.Evaluation.Records;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.CommandLine.Options;

/// <summary>What an adversary may do to an input.</summary>
internal sealed class PerturbationOptions
{
    private readonly Option<double?> epsilon = Choice.Number<double>(
        "--epsilon", "E", "Images: how far every pixel moves, in units of [0, 1]; 0.1 is 25 of 255 grey values. Other numbers (--clamp false): how far every value moves, in its own unit.",
        value => value is >= 0 and < double.PositiveInfinity ? null : "it must be a number of at least 0");

    private readonly Option<int?> flips = Choice.AtLeast(
        0, "--flips", "K", "Event recordings: how many entries of the binned recording are flipped, anywhere.");

    private readonly Option<FlipMode?> flipMode = Choice.Of(
        "--flip-mode", "flip mode", "Which flips count: any, added spikes only, removed spikes only. [default: both]",
        ("both", FlipMode.Both), ("insert", FlipMode.Insert), ("delete", FlipMode.Delete));

    private readonly Option<string> epsilonFile = new("--epsilon-file")
    {
        HelpName = "FILE",
        Description = "Images: a box for each pixel instead of one epsilon: safetensors with epsilon, or lower and upper, shaped as an input, "
            + "or N x that for the N samples of the data set.",
    };

    private readonly Option<int?> retime = Choice.AtLeast(
        0, "--retime", "D", "Event recordings: how many steps every spike moves in time at most, the count of each pixel kept.");

    private readonly Option<int?> retimed = Choice.AtLeast(
        0, "--retimed", "K", "With --retime: how many spikes move at most in the whole recording. [default: any number]");

    private readonly Option<Answer?> clamp = Choice.Of(
        "--clamp", "answer", "Whether pixels stay in [0, 1] when they move, as those of an image do; false for values of any range. [default: true]", ("true", Answer.True), ("false", Answer.False));

    // A bool would be a switch to the parser, which takes no word but true and false behind it and calls any other one unrecognized.
    private enum Answer
    {
        True,
        False,
    }

    public IEnumerable<Option> All => [epsilon, flips, epsilonFile, retime, retimed, flipMode, clamp];

    /// <summary>The stated epsilon.</summary>
    public double? Epsilon(ParseResult arguments) => arguments.GetValue(epsilon);

    /// <summary>The stated number of flips.</summary>
    public int? Flips(ParseResult arguments) => arguments.GetValue(flips);

    /// <summary>The stated number of steps that a spike moves.</summary>
    public int? Retime(ParseResult arguments) => arguments.GetValue(retime);

    /// <summary>The stated number of spikes that move.</summary>
    public int? Retimed(ParseResult arguments) => arguments.GetValue(retimed);

    /// <summary>The stated file of a box.</summary>
    public string? EpsilonFile(ParseResult arguments) => arguments.GetValue(epsilonFile);

    /// <summary>Which flips count.</summary>
    public FlipMode Mode(ParseResult arguments) => arguments.GetValue(flipMode) ?? FlipMode.Both;

    /// <summary>Whether pixels stay in [0, 1].</summary>
    public bool Clamp(ParseResult arguments) => arguments.GetValue(clamp) != Answer.False;

    /// <summary>Refuses images that a box which is cut to [0, 1] is not for, before anything is run.</summary>
    public void CheckPixels(ParseResult arguments, NetworkDescription network, Dataset samples)
    {
        if (network.Encoding == Encoding.Spikes || !Clamp(arguments))
        {
            return;
        }

        double least = double.PositiveInfinity, greatest = double.NegativeInfinity;
        foreach (int[] batch in Enumerable.Range(0, samples.Count).Chunk(1024))
        {
            using var scope = NewDisposeScope();
            var pixels = samples.Inputs(batch);
            (least, greatest) = (Math.Min(least, pixels.min().to(ScalarType.Float64).item<double>()), Math.Max(greatest, pixels.max().to(ScalarType.Float64).item<double>()));
        }

        if (least < 0 || greatest > 1)
        {
            string wayOut = least >= 0 && greatest is > 2 and <= 255 ? "divide them by 255" : "scale them, or let the box reach beyond (--clamp false)";
            throw new UsageException(FormattableString.Invariant(
                $"The values of {samples.Name} lie between {least:G6} and {greatest:G6}, but a box that is cut to [0, 1] is for pixels in [0, 1]: {wayOut}."));
        }
    }

    /// <summary>Whether any of them was stated.</summary>
    public bool Stated(ParseResult arguments) => Kinds(arguments).Length > 0;

    /// <summary>Refuses what does not fit the network.</summary>
    public void Check(ParseResult arguments, NetworkDescription network)
    {
        bool events = network.Encoding == Encoding.Spikes;
        if (Kinds(arguments) is [var one, var other, ..])
        {
            throw new UsageException($"{one} and {other} say each what the adversary may do: give the one that fits the model.");
        }

        if (events && (Epsilon(arguments) is not null || EpsilonFile(arguments) is not null || arguments.GetValue(clamp) is not null))
        {
            throw new UsageException(
                $"{network.Name} takes recorded spikes, so --epsilon, --epsilon-file and --clamp do not fit it: give --flips or --retime.");
        }

        // Sums over such pixels overflow float32; a box that is cut ends at 0 and 1, whatever its epsilon.
        if (Epsilon(arguments) is { } size and > 1 << 24 && !Clamp(arguments))
        {
            throw new UsageException(FormattableString.Invariant(
                $"--epsilon is {size}, and boxes are not cut, but pixels beyond {1 << 24} are more than float32 sums can carry: state a smaller one, or leave --clamp out."));
        }

        if (!events && (Flips(arguments) is not null || arguments.GetValue(flipMode) is not null || Retime(arguments) is not null || Retimed(arguments) is not null))
        {
            throw new UsageException(
                $"{network.Name} takes images, so --flips, --flip-mode, --retime and --retimed do not fit it: give --epsilon or --epsilon-file.");
        }

        if (Retimed(arguments) is not null && Retime(arguments) is null)
        {
            throw new UsageException("--retimed says how many spikes move, but not how far: give --retime D as well.");
        }

        if (arguments.GetValue(flipMode) is not null && Retime(arguments) is not null)
        {
            throw new UsageException("--flip-mode is about --flips, but --retime moves spikes: leave it out.");
        }
    }

    /// <summary>The perturbation, which must be stated.</summary>
    public Perturbation Read(ParseResult arguments, NetworkDescription network)
    {
        Check(arguments, network);
        return (Epsilon(arguments), EpsilonFile(arguments), Flips(arguments), Retime(arguments)) switch
        {
            ({ } size, _, _, _) => new LInfinity(size, Clamp(arguments)),
            (_, { } path, _, _) => Box(path, Clamp(arguments), network),
            (_, _, { } count, _) => new SpikeFlips(count, Mode(arguments)),
            (_, _, _, { } steps) => new SpikeRetiming(steps, Retimed(arguments)),
            _ => throw new UsageException(network.Encoding == Encoding.Spikes
                ? $"State what the adversary may do: {network.Name} takes recorded spikes, so give --flips K or --retime D."
                : $"State what the adversary may do: {network.Name} takes images, so give --epsilon E or --epsilon-file FILE."),
        };
    }

    /// <summary>The options that state a recorded perturbation.</summary>
    /// <param name="perturbation">The perturbation.</param>
    /// <param name="box">The file of its box, if it is one.</param>
    public static IReadOnlyList<string> Stating(RecordedPerturbation perturbation, string box)
    {
        string[] cut = perturbation.Clamp == false ? ["--clamp", "false"] : [];
        string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
        return perturbation switch
        {
            { Epsilon: { } size } => ["--epsilon", Number(size), .. cut],
            { BoxSha256: not null } => ["--epsilon-file", box, .. cut],
            { Flips: { } count } => ["--flips", Number(count), .. perturbation.FlipMode is { } mode and not "both" ? ["--flip-mode", mode] : Array.Empty<string>()],
            { Jitter: { } steps } => ["--retime", Number(steps), .. perturbation.Moves is { } moves ? ["--retimed", Number(moves)] : Array.Empty<string>()],
            _ => [],
        };
    }

    private static PixelBox Box(string path, bool clamp, NetworkDescription network)
    {
        var box = PixelBox.Load(path, clamp);
        return box.Fits(network.InputShape)
            ? box
            : throw new UsageException(
                $"--epsilon-file '{path}' is {box.Describe()}, but {network.Name} takes {string.Join('x', network.InputShape)}: give it that shape, or N x that.");
    }

    private string[] Kinds(ParseResult arguments) =>
    [
        .. new (string Name, bool Given)[]
        {
            ("--epsilon", Epsilon(arguments) is not null), ("--epsilon-file", EpsilonFile(arguments) is not null),
            ("--flips", Flips(arguments) is not null), ("--retime", Retime(arguments) is not null),
        }.Where(kind => kind.Given).Select(kind => kind.Name),
    ];
}
