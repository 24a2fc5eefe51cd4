using System.CommandLine;
using SnnDsl.Networks;
using SnnDsl.Perturbations;

namespace SnnDsl.CommandLine.Options;

/// <summary>What an adversary may do to an input.</summary>
internal sealed class PerturbationOptions
{
    private readonly Option<double?> epsilon = Choice.Number<double>(
        "--epsilon", "E", "Images: how far every pixel moves, in units of [0, 1]; 0.1 is 25 of 255 grey values.",
        value => value is >= 0 and < double.PositiveInfinity ? null : "it must be a number of at least 0: pixels lie in [0, 1]");

    private readonly Option<int?> flips = Choice.AtLeast(
        0, "--flips", "K", "Event recordings: how many entries of the binned recording are flipped, anywhere.");

    private readonly Option<FlipMode?> flipMode = Choice.Of(
        "--flip-mode", "flip mode", "Which flips count: any, added spikes only, removed spikes only. [default: both]",
        ("both", FlipMode.Both), ("insert", FlipMode.Insert), ("delete", FlipMode.Delete));

    private readonly Option<bool?> clamp = new("--clamp")
    {
        HelpName = "true|false",
        Description = "Whether pixels stay in [0, 1] when they move, as those of an image do. [default: true]",
    };

    public IEnumerable<Option> All => [epsilon, flips, flipMode, clamp];

    /// <summary>The stated epsilon.</summary>
    public double? Epsilon(ParseResult arguments) => arguments.GetValue(epsilon);

    /// <summary>The stated number of flips.</summary>
    public int? Flips(ParseResult arguments) => arguments.GetValue(flips);

    /// <summary>Which flips count.</summary>
    public FlipMode Mode(ParseResult arguments) => arguments.GetValue(flipMode) ?? FlipMode.Both;

    /// <summary>Whether pixels stay in [0, 1].</summary>
    public bool Clamp(ParseResult arguments) => arguments.GetValue(clamp) ?? true;

    /// <summary>Whether any of them was stated.</summary>
    public bool Stated(ParseResult arguments) => Epsilon(arguments) is not null || Flips(arguments) is not null;

    /// <summary>Refuses what does not fit the network.</summary>
    public void Check(ParseResult arguments, NetworkDescription network)
    {
        bool events = network.Encoding == Encoding.Spikes;
        if (Epsilon(arguments) is not null && Flips(arguments) is not null)
        {
            throw new UsageException("--epsilon moves pixels and --flips flips spikes: give the one that fits the model.");
        }

        if (events && (Epsilon(arguments) is not null || arguments.GetValue(clamp) is not null))
        {
            throw new UsageException($"{network.Name} takes recorded spikes, so --epsilon and --clamp do not fit it: give --flips.");
        }

        if (!events && (Flips(arguments) is not null || arguments.GetValue(flipMode) is not null))
        {
            throw new UsageException($"{network.Name} takes images, so --flips and --flip-mode do not fit it: give --epsilon.");
        }
    }

    /// <summary>The perturbation, which must be stated.</summary>
    public Perturbation Read(ParseResult arguments, NetworkDescription network)
    {
        Check(arguments, network);
        return (Epsilon(arguments), Flips(arguments)) switch
        {
            ({ } size, _) => new LInfinity(size, Clamp(arguments)),
            (_, { } count) => new SpikeFlips(count, Mode(arguments)),
            _ => throw new UsageException(network.Encoding == Encoding.Spikes
                ? $"State what the adversary may do: {network.Name} takes recorded spikes, so give --flips K."
                : $"State what the adversary may do: {network.Name} takes images, so give --epsilon E."),
        };
    }
}
