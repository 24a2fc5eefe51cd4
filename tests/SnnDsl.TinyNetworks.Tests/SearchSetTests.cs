using SnnDsl.Certification.Search;
using SnnDsl.Certification.Search.Inputs;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>Sets of inputs as a search sees them: the least value of a form is that of a member, at the point that is named, and cuts share out the members.</summary>
public class SearchSetTests
{
    public static TheoryData<string, int> Sets
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string layout in new[] { "dense", "bare", "recording", "single event" })
            {
                for (int seed = 0; seed < 6; seed++)
                {
                    data.Add(layout, seed);
                }
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Sets))]
    public void TheLeastValueIsThatOfItsPoint(string layout, int seed)
    {
        if (Drawn(layout, seed) is not var (set, search))
        {
            return;
        }

        var random = new Random(seed);
        for (int draw = 0; draw < 12; draw++)
        {
            double[] a = Form(search, random), x = [.. a.Select(_ => double.NaN)];
            double least = search.Least(a, x);
            Assert.Equal(set.Members.Min(member => Value(a, member)), least, 1e-12);
            Assert.Equal(least, a.Zip(x, (weight, value) => weight * value).Sum(), 1e-12);
            // The point is a member, or lies in the box of them.
            Assert.True(set is TinySet.Pixels box
                ? x.Select((value, i) => box.Lower[i] <= value && value <= box.Upper[i]).All(inside => inside)
                : set.Members.Any(member => member.SelectMany(step => step).SequenceEqual(x)));
        }
    }

    [Theory, MemberData(nameof(Sets))]
    public void CutsShareOutTheMembers(string layout, int seed)
    {
        if (Drawn(layout, seed) is not var (set, search))
        {
            return;
        }

        var random = new Random(seed);
        for (int draw = 0; draw < 12; draw++)
        {
            int entry = random.Next(search.Entries), step = random.Next(search.Steps);
            double value = random.Next(-1, 10) / 8.0;
            var split = set is TinySet.Pixels ? Split.Pixel(entry, value) : Split.Entry(step, entry);
            foreach (bool second in new[] { false, true })
            {
                var own = set.Members.Where(member => set switch
                {
                    TinySet.Flips flips => (member[step][entry] != flips.Recording[step][entry]) == second,
                    _ => second ? member[0][entry] >= value : member[0][entry] <= value,
                }).ToList();
                double[] a = Form(search, random), x = new double[a.Length];
                var cut = search.Cut(split, second);
                if (cut is null)
                {
                    Assert.Empty(own);
                    continue;
                }

                // Ends of a box that is cut are no members of the grid, but on a line's way from one to the next.
                double found = cut.Least(a, x);
                if (own.Count > 0)
                {
                    Assert.True(found <= own.Min(member => Value(a, member)) + 1e-12);
                }

                if (set is TinySet.Flips)
                {
                    // An entry that cannot change at all stays as it is on either side.
                    Assert.True(own.Count == 0 || Math.Abs(found - own.Min(member => Value(a, member))) < 1e-12);
                }
                else if (set is TinySet.Pixels box)
                {
                    double[] lower = [.. box.Lower], upper = [.. box.Upper];
                    (second ? lower : upper)[entry] = second ? Math.Max(lower[entry], value) : Math.Min(upper[entry], value);
                    Assert.Equal(a.Select((weight, i) => weight * (weight > 0 ? lower[i] : upper[i])).Sum(), found, 1e-12);
                }
            }
        }
    }

    /// <summary>What looks most promising is what a form weighs most among what is free; nothing, where nothing is.</summary>
    [Fact]
    public void ThePromisingIsWhatWeighsMost()
    {
        var flips = new FlipSet([0, 1, 0, 1], [1, -1, 0, -1], 1, null!, 2);
        Assert.Equal(Split.Entry(1, 1), flips.Promising([1, 2, 9, -3]));
        Assert.Equal(Split.Entry(0, 0), flips.Promising([-4, 2, 9, -3]));
        Assert.Null(new FlipSet([0, 1], [0, 0], 1, null!, 1).Promising([1, 2]));
        Assert.Null(new FlipSet([0, 1], [1, -1], 0, null!, 1).Promising([1, 2]));
        Assert.Null(new FlipSet([0, 1], [1, -1], 0, null!, 1).Cut(Split.Entry(0, 0), second: true));
        Assert.NotNull(new FlipSet([0, 1], [1, -1], 0, null!, 1).Cut(Split.Entry(0, 0), second: false));
        var box = new PixelSet([0, 0.25, 0.5], [0.5, 1, 0.5], default);
        Assert.Equal(Split.Pixel(1, 0.625), box.Promising([1, 1, 100]));
        Assert.Equal(Split.Pixel(0, 0.25), box.Promising([-2, 1, 100]));
        Assert.Equal(Split.Pixel(1, 0.625), box.Promising([0, 0, 0]));
        Assert.Null(new PixelSet([0.5], [0.5], default).Promising([1]));
    }

    // Retimed sets are not drawn here.
    private static (TinySet Set, SearchSet Search)? Drawn(string layout, int seed)
    {
        var network = TinyNetwork.Of(layout, seed);
        var set = TinySet.Of(network, seed);
        return set is TinySet.Moves ? null : (set, TinySearch.Set(network, set));
    }

    private static double[] Form(SearchSet set, Random random) => [.. Enumerable.Range(0, set.Steps * set.Entries).Select(_ => random.Next(-4, 5) / 4.0)];

    private static double Value(double[] a, double[][] member) => member.SelectMany(step => step).Zip(a, (value, weight) => value * weight).Sum();
}
