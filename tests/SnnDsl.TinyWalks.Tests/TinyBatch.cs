using SnnDsl.Perturbations;
using SnnDsl.TinyNetworks.Tests;
using static TorchSharp.torch;

namespace SnnDsl.TinyWalks.Tests;

/// <summary>A tiny network with a batch of sets of inputs, as the checker sees each and as the runtime sees them together.</summary>
/// <param name="Network">The network.</param>
/// <param name="Sets">The sets.</param>
/// <param name="Again">The same network once more, for whoever changes its weights.</param>
/// <param name="IsFine">Whether weights have all their digits.</param>
/// <param name="Name">Which they are, for messages.</param>
internal sealed record TinyBatch(TinyNetwork Network, TinySet[] Sets, Func<TinyNetwork> Again, bool IsFine, string Name)
{
    private const int Seeds = 3;

    /// <summary>Layouts with a list of layers.</summary>
    public static TheoryData<string> Chains => [.. TinyNetwork.Layouts, .. TinyNetwork.Single];

    /// <summary>All layouts.</summary>
    public static TheoryData<string> Layouts => [.. TinyNetwork.Layouts, .. TinyNetwork.Single, .. TinyNetwork.Graphs, .. TinyNetwork.Any];

    /// <summary>Some networks of a layout, each with a batch.</summary>
    /// <param name="layout">Which.</param>
    /// <param name="isFine">Whether weights have all their digits.</param>
    public static IEnumerable<TinyBatch> Of(string layout, bool isFine = false)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            int drawn = seed;
            var network = TinyNetwork.Of(layout, seed, isFine);
            TinySet[] sets = network.Encoding == Encoding.Spikes
                // Retimed spikes are bounded by less than their members.
                ? [TinySet.Of(network, seed - (seed % 4 / 3))]
                : [.. Enumerable.Range(0, 2).Select(place => TinySet.Of(network, seed + (7 * place)))];
            yield return new(network, sets, () => TinyNetwork.Of(layout, drawn, isFine), isFine, $"{network.Text} {seed}");
        }
    }

    /// <summary>The sets together.</summary>
    /// <param name="type">In which numbers.</param>
    public IPerturbedInput Input(ScalarType type)
    {
        long[] shape = [.. Network.Input.Select(size => (long)size)];
        Tensor Side(Func<TinySet, double[]> values) => stack(Sets.Select(set => tensor(values(set)).view(shape))).to(type);
        switch (Sets[0])
        {
            case TinySet.Flips flips:
                var mode = (flips.Insert, flips.Delete) switch { (true, true) => FlipMode.Both, (true, false) => FlipMode.Insert, _ => FlipMode.Delete };
                return new FlippedInput(stack(flips.Recording.Select(step => tensor(step).view(shape))).unsqueeze(1).to(type), flips.Most, mode);
            case TinySet.Nested:
                var all = Sets.Cast<TinySet.Nested>().ToList();
                var noise = stack(Enumerable.Range(0, Network.Steps).Select(t => stack(all.Select(set => tensor(set.Noise[t]).view(shape))))).to(type);
                return new PoissonInput(new(Side(set => ((TinySet.Nested)set).Lower), Side(set => ((TinySet.Nested)set).Upper)), noise);
            default:
                return new BoxInput(new(Side(set => ((TinySet.Pixels)set).Lower), Side(set => ((TinySet.Pixels)set).Upper)), hasTime: false);
        }
    }

    /// <summary>A class for each set.</summary>
    public Tensor Labels => tensor([.. Sets.Select((_, place) => (long)(place % Network.Classes))]);

    /// <summary>The class and the rival of each margin, in the runtime's order.</summary>
    public IEnumerable<(int Place, int Own, int Rival, int Column)> Margins =>
        from place in Enumerable.Range(0, Sets.Length)
        let own = place % Network.Classes
        from rival in Enumerable.Range(0, Network.Classes).Where(rival => rival != own)
        select (place, own, rival, rival < own ? rival : rival - 1);

    /// <summary>The least margin that an input of a set has.</summary>
    public double Least(int place, int own, int rival) =>
        Sets[place].Members.Select(Network.Run).Min(run => run.Logits[own] - run.Logits[rival]) / Network.Scale;
}
