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
}
