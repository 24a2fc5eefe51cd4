using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Networks;

/// <summary>Affine maps one after the other; where there are several, their product as well.</summary>
/// <typeparam name="T">The numbers.</typeparam>
internal sealed class MapChain<T>
    where T : struct, IReal<T>
{
    private readonly IReadOnlyList<AffineMap<T>> maps;
    private readonly Lazy<ProductMap<T>?> product;
    private readonly bool boxes;

    /// <summary>Chains maps.</summary>
    /// <param name="maps">The maps, first applied first.</param>
    public MapChain(IReadOnlyList<AffineMap<T>> maps)
        : this(maps, new(() => maps.Count > 1 ? ProductMap<T>.Of(maps) : null), boxes: false)
    {
    }

    private MapChain(IReadOnlyList<AffineMap<T>> maps, Lazy<ProductMap<T>?> product, bool boxes) =>
        (this.maps, this.product, this.boxes) = (maps, product, boxes);

    /// <summary>
    /// The same, where a box for each map is all that goes from one to the next. Bounds are then lower; but slopes are chosen by intervals, and
    /// those that tighter ones would choose can be worse.
    /// </summary>
    public MapChain<T> Boxes => boxes || maps.Count < 2 ? this : new(maps, product, boxes: true);

    /// <summary>The maps.</summary>
    public IReadOnlyList<AffineMap<T>> Maps => maps;

    /// <summary>The map from the first's inputs to the last's outputs; null where it is too large for one.</summary>
    public IAffineRows<T>? Whole => maps.Count == 1 ? maps[0] : product.Value;

    /// <summary>Bounds of every map's output, in order; the last takes the product of the maps into account, unless boxes are all.</summary>
    /// <param name="input">Bounds of what the first takes.</param>
    /// <param name="float32">Whether the outputs are what float32 arithmetic makes of them.</param>
    public IReadOnlyList<Box<T>> Bound(Box<T> input, bool float32 = false) =>
        Continue([], input, float32, !boxes && maps.Count > 1 ? Whole?.Bound(input, float32) : null);

    /// <summary>
    /// Bounds of the last map's outputs added up over inputs, each weighed by r, from what the weighed inputs add up to: W sum(r x) + sum(r) b, map by map, and by
    /// their product where there is one.
    /// </summary>
    /// <param name="sums">Bounds of sum(r x).</param>
    /// <param name="total">sum(r).</param>
    /// <param name="from">The map that takes them; those before it are done.</param>
    public Box<T> Summed(Box<T> sums, Interval<T> total, int from = 0)
    {
        var whole = from == 0 && !boxes && maps.Count > 1 && Whole is { } product ? Summed(product, sums, total) : null;
        var boxed = maps.Skip(from).Aggregate(sums, (box, map) => Summed(map, box, total));
        return whole is null ? boxed : boxed.Meet(whole);
    }

    /// <summary>The same of one map.</summary>
    /// <param name="map">The map.</param>
    /// <param name="sums">Bounds of sum(r x).</param>
    /// <param name="total">sum(r).</param>
    public static Box<T> Summed(IAffineRows<T> map, Box<T> sums, Interval<T> total)
    {
        var (bound, bias) = (map.Bound(sums), map.Bound(Box<T>.Exactly(new T[sums.Count])));
        return Box<T>.Of([.. Enumerable.Range(0, bound.Count).Select(i => bound[i] + ((total - T.One) * bias[i]))]);
    }

    /// <summary>At least what float32 arithmetic changes in each output of the last map.</summary>
    /// <param name="outputs">What <see cref="Bound"/> gave for every map, of float32 arithmetic.</param>
    public T[] Float32Loss(IReadOnlyList<Box<T>> outputs)
    {
        T[] lost = [];
        for (int at = 0; at < maps.Count; at++)
        {
            var (map, box) = (maps[at], outputs[at]);
            // What the map before lost is weighed as what it gave is; the bias falls out of the difference of the ends.
            var carried = at == 0 ? null : map.Bound(new Box<T>([.. lost.Select(loss => -loss)], lost, []));
            lost = [.. Enumerable.Range(0, map.Outputs).Select(i => T.Above(
                map.Float32Loss(i, box.Terms[i], box.Sums[i]) + (carried is null ? default : T.Sum(carried.Upper[i], -carried.Lower[i]).Upper)))];
        }

        return outputs[^1].Whole is { } whole ? [.. lost.Select((loss, i) => T.Min(loss, Whole!.Float32Loss(i, whole.Terms[i], whole.Sums[i])))] : lost;
    }

    /// <summary>The same, where the outputs of the first maps, and perhaps of all in one, are known.</summary>
    /// <param name="known">Bounds of the first maps' outputs.</param>
    /// <param name="input">Bounds of what the next takes.</param>
    /// <param name="float32">Whether the outputs are what float32 arithmetic makes of them.</param>
    /// <param name="whole">Bounds of the last map's output; null for none.</param>
    public IReadOnlyList<Box<T>> Continue(IReadOnlyList<Box<T>> known, Box<T> input, bool float32, Box<T>? whole)
    {
        List<Box<T>> boxes = [.. known];
        foreach (var map in maps.Skip(known.Count))
        {
            boxes.Add(input = map.Bound(input, float32));
        }

        if (whole is { } tighter)
        {
            boxes[^1] = boxes[^1].Meet(tighter) with { Whole = tighter };
        }

        return boxes;
    }
}
