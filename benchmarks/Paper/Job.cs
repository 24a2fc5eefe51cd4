using System.Globalization;
using SnnDsl.Perturbations;

namespace SnnDsl.Benchmarks.Paper;

/// <summary>A row of the table: a network, trained in one way on one data set, attacked and certified against one perturbation.</summary>
/// <param name="Network">The network's class.</param>
/// <param name="Data">The data set: mnist, fashion-mnist or nmnist.</param>
/// <param name="Budget">What the adversary may do.</param>
/// <param name="Size">How much of it: an epsilon, flips, or steps.</param>
/// <param name="Steps">T', the time steps of training; null for the network's own.</param>
/// <param name="IsCertified">Whether it is trained for bounds.</param>
internal sealed record Job(string Network, string Data, Budget Budget, double Size, int? Steps, bool IsCertified)
{
    /// <summary>The grid, the paper's own setting first.</summary>
    public static IReadOnlyList<Job> All { get; } =
    [
        .. from data in new[] { "mnist", "fashion-mnist" }
           from network in new[] { "FcDirect", "ConvDirect" }
           from steps in new[] { 3, 10 }
           from job in Pair(network, data, Budget.Epsilon, 0.06, steps)
           select job,
        .. Pair("FcPoisson", "mnist", Budget.Epsilon, 0.06, null),
        .. from network in new[] { "FcEncoded", "ConvEncoded" }
           from setting in new[] { ("mnist", 0.1), ("mnist", 0.3), ("fashion-mnist", 0.1) }
           from job in Pair(network, setting.Item1, Budget.Epsilon, setting.Item2, null)
           select job,
        .. from network in new[] { "NmnistFc", "NmnistShallow", "NmnistIntegrated" }
           from setting in new[] { (Budget.Flips, 1), (Budget.Flips, 5), (Budget.Retiming, 1) }
           from job in Pair(network, "nmnist", setting.Item1, setting.Item2, null)
           select job,
    ];

    /// <summary>Its folder: "FcDirect.mnist.epsilon-0.06.t3.certified".</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Network}.{Data}.{Budget.ToString().ToLowerInvariant()}-{Size}{(Steps is { } t ? $".t{t}" : "")}.{Training}");

    /// <summary>How it is trained.</summary>
    public string Training => IsCertified ? "certified" : "natural";

    /// <summary>The perturbation.</summary>
    public Perturbation Perturbation => Budget switch
    {
        Budget.Epsilon => new LInfinity(Size),
        Budget.Flips => new SpikeFlips((int)Size),
        _ => new SpikeRetiming((int)Size),
    };

    /// <summary>The weights' file: natural ones know of no perturbation.</summary>
    public string Weights => (IsCertified ? Name : $"{Network}.{Data}{(Steps is { } t ? $".t{t}" : "")}.natural") + ".safetensors";

    private static Job[] Pair(string network, string data, Budget budget, double size, int? steps) =>
        [new(network, data, budget, size, steps, false), new(network, data, budget, size, steps, true)];
}

/// <summary>What an adversary's strength is counted in.</summary>
internal enum Budget
{
    /// <summary>How far every pixel moves.</summary>
    Epsilon,

    /// <summary>How many entries of a recording are flipped.</summary>
    Flips,

    /// <summary>By how many steps every spike moves.</summary>
    Retiming,
}
