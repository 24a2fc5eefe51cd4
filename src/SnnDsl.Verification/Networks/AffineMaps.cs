using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Networks;

/// <summary>Maps one after the other.</summary>
internal static class AffineMaps
{
    /// <summary>Bounds of every map's output, in order.</summary>
    /// <typeparam name="T">The numbers.</typeparam>
    /// <param name="maps">The maps.</param>
    /// <param name="input">Bounds of what the first takes.</param>
    /// <param name="float32">Whether the outputs are what float32 arithmetic makes of them.</param>
    public static IReadOnlyList<Box<T>> BoundAll<T>(this IEnumerable<AffineMap<T>> maps, Box<T> input, bool float32 = false)
        where T : struct, IReal<T>
    {
        List<Box<T>> boxes = [];
        foreach (var map in maps)
        {
            boxes.Add(input = map.Bound(input, float32));
        }

        return boxes;
    }

    /// <summary>The weights of one output of maps one after the other, on the inputs of the first: bounds of sums of products of weights.</summary>
    /// <typeparam name="T">The numbers.</typeparam>
    /// <param name="maps">The maps.</param>
    /// <param name="output">Which output of the last.</param>
    public static IReadOnlyDictionary<int, Interval<T>> ProductRow<T>(this IReadOnlyList<AffineMap<T>> maps, int output)
        where T : struct, IReal<T>
    {
        var row = maps[^1].Row(output).ToDictionary(tap => tap.Input, tap => (Interval<T>)tap.Weight);
        foreach (var map in maps.SkipLast(1).Reverse())
        {
            var before = new Dictionary<int, Interval<T>>();
            foreach (var (middle, weight) in row)
            {
                foreach (var (input, own) in map.Row(middle))
                {
                    before[input] = before.GetValueOrDefault(input) + (weight * own);
                }
            }

            row = before;
        }

        return row;
    }
}
