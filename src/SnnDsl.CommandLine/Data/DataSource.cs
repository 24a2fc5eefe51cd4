using SnnDsl.Data;
using SnnDsl.Networks;

namespace SnnDsl.CommandLine;

/// <summary>
/// A kind of data that networks of a host can be trained and judged on. Files of a standard format have classes of their own
/// (<see cref="ImageData"/>, <see cref="NumpyData"/>, ...); <see cref="MemoryData"/> takes a function; anything else derives from this
/// class or, where a subset may travel in the program, from <see cref="FileData"/>.
/// </summary>
/// <param name="name">What <c>--dataset</c> and records call it, such as <c>mnist</c>.</param>
public abstract class DataSource(string name)
{
    /// <summary>What <c>--dataset</c> and records call it.</summary>
    public string Name { get; } = name;

    /// <summary>Whether it holds recorded spikes, for networks with spike encoding, instead of pixels or features.</summary>
    public abstract bool HoldsSpikes { get; }

    /// <summary>
    /// The shape of one input, without batch and time, such as [3, 32, 32], where it is known before anything is read; null: any. The
    /// first source that fits a network is its default.
    /// </summary>
    public virtual IReadOnlyList<long>? InputShape => null;

    /// <summary>Whether <c>--data</c> means anything to it; where it does not, giving it is refused instead of being ignored.</summary>
    public virtual bool TakesPath => true;

    /// <summary>
    /// What the classes are called, in their order, where the data does not say it itself: for pages and pictures. There are as many classes as
    /// names, also where a split does not have all of them.
    /// </summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>One split, for a network that runs for a number of steps.</summary>
    /// <param name="path">What the user gave as <c>--data</c>; null: nothing.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="steps">T, which events are binned into.</param>
    /// <returns>The samples; <c>verify</c> must get the same ones again. They are renamed to <see cref="Name"/>.</returns>
    /// <exception cref="DataFileException">The files are absent or damaged: its message is shown to the user.</exception>
    public abstract Dataset Load(string? path, string split, int steps);

    /// <summary>What the classes of such data are always called, whatever the program says; null: nothing is known before it is read.</summary>
    internal virtual IReadOnlyList<string>? PublishedNames => null;

    /// <summary>How many classes there are, as far as that is known beside their names.</summary>
    internal virtual int? StatedClasses => null;

    /// <summary>What the classes are called, as far as that is known before anything is read.</summary>
    /// <exception cref="UsageException">The program gives names that no classes can have, or more or fewer than there are classes.</exception>
    internal IReadOnlyList<string>? KnownNames()
    {
        if (PublishedNames is not null || ClassNames is null)
        {
            return PublishedNames;
        }

        try
        {
            Dataset.CheckClassNames(ClassNames, Name, StatedClasses);
            return ClassNames;
        }
        catch (ArgumentException error)
        {
            throw new UsageException($"The data set {Name} cannot be used: {error.Message.Split(" (Parameter")[0]}");
        }
    }

    /// <summary>Whether a network takes such data.</summary>
    internal bool Fits(NetworkDescription network) =>
        (network.Encoding == Encoding.Spikes) == HoldsSpikes && (InputShape is null || InputShape.SequenceEqual(network.InputShape));
}
