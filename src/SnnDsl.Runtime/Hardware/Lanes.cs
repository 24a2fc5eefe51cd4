using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SnnDsl.Hardware;

/// <summary>
/// Some neighbouring channels at once: kernels are written for any number of them, and compiled for each. Sixteen of them are a vector,
/// with the operations of <see cref="Wide"/>; more are several.
/// </summary>
/// <typeparam name="T">The implementing type.</typeparam>
internal unsafe interface ILanes<T>
    where T : struct, ILanes<T>
{
    /// <summary>How many channels.</summary>
    static abstract int Count { get; }

    /// <summary>Reads <see cref="Count"/> values.</summary>
    /// <param name="from">The first; no alignment is asked for.</param>
    static abstract T Load(float* from);

    /// <summary>The sum.</summary>
    /// <param name="a">Values.</param>
    /// <param name="b">Values.</param>
    static abstract T operator +(T a, T b);

    /// <summary>a b + c, rounded once or twice.</summary>
    /// <param name="a">Values.</param>
    /// <param name="b">Values.</param>
    /// <param name="c">What is added.</param>
    static abstract T MultiplyAdd(T a, T b, T c);

    /// <summary>a b + c, rounded once or twice.</summary>
    /// <param name="a">Values.</param>
    /// <param name="b">The same value in all lanes.</param>
    /// <param name="c">What is added.</param>
    static abstract T MultiplyAdd(T a, Vector512<float> b, T c);

    /// <summary>max(a, 0).</summary>
    /// <param name="a">Values.</param>
    static abstract T Positive(T a);

    /// <summary>min(a, 0).</summary>
    /// <param name="a">Values.</param>
    static abstract T Negative(T a);

    /// <summary>In each lane one of three values, as a weight is above, below, or equal to 0.</summary>
    /// <param name="weight">The weights.</param>
    /// <param name="above">Taken where a weight is above 0.</param>
    /// <param name="below">Taken where it is below.</param>
    /// <param name="zero">Taken where it is neither.</param>
    static abstract T Choose(T weight, T above, T below, T zero);

    /// <summary>Half of the values.</summary>
    /// <param name="a">Values.</param>
    static abstract T Half(T a);

    /// <summary>Writes the values.</summary>
    /// <param name="to">Where the first goes.</param>
    void Store(float* to);

    /// <summary>The sum over the lanes.</summary>
    float Sum();
}

/// <summary>One channel.</summary>
/// <param name="v">Its value.</param>
internal readonly unsafe struct Lane(float v) : ILanes<Lane>
{
    private readonly float v = v;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane Load(float* from) => new(*from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane operator +(Lane a, Lane b) => new(a.v + b.v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane MultiplyAdd(Lane a, Lane b, Lane c) => new(float.MultiplyAddEstimate(a.v, b.v, c.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane MultiplyAdd(Lane a, Vector512<float> b, Lane c) => new(float.MultiplyAddEstimate(a.v, b.ToScalar(), c.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane Positive(Lane a) => new(Math.Max(a.v, 0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane Negative(Lane a) => new(Math.Min(a.v, 0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane Choose(Lane weight, Lane above, Lane below, Lane zero) => weight.v > 0 ? above : weight.v < 0 ? below : zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane Half(Lane a) => new(a.v * 0.5f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to) => *to = v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => v;
}

/// <summary>Sixteen channels: a vector.</summary>
/// <param name="v">Their values.</param>
internal readonly unsafe struct Lanes16(Vector512<float> v) : ILanes<Lanes16>
{
    private readonly Vector512<float> v = v;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Load(float* from) => new(Wide.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator +(Lanes16 a, Lanes16 b) => new(Wide.Add(a.v, b.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 MultiplyAdd(Lanes16 a, Lanes16 b, Lanes16 c) => new(Wide.MultiplyAdd(a.v, b.v, c.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 MultiplyAdd(Lanes16 a, Vector512<float> b, Lanes16 c) => new(Wide.MultiplyAdd(a.v, b, c.v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Positive(Lanes16 a) => new(Wide.Max(a.v, Vector512<float>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Negative(Lanes16 a) => new(Wide.Min(a.v, Vector512<float>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Choose(Lanes16 weight, Lanes16 above, Lanes16 below, Lanes16 zero) => new(Vector512.ConditionalSelect(
        Vector512.GreaterThan(weight.v, Vector512<float>.Zero),
        above.v,
        Vector512.ConditionalSelect(Vector512.LessThan(weight.v, Vector512<float>.Zero), below.v, zero.v)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Half(Lanes16 a) => new(a.v * 0.5f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to) => Wide.Store(to, v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => Vector512.Sum(v);
}

/// <summary>Twice as many channels.</summary>
/// <typeparam name="T">Half of them.</typeparam>
/// <param name="a">The first half.</param>
/// <param name="b">The second.</param>
internal readonly unsafe struct Pair<T>(T a, T b) : ILanes<Pair<T>>
    where T : struct, ILanes<T>
{
    private readonly T a = a;
    private readonly T b = b;

    public static int Count => 2 * T.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Load(float* from) => new(T.Load(from), T.Load(from + T.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> operator +(Pair<T> a, Pair<T> b) => new(a.a + b.a, a.b + b.b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> MultiplyAdd(Pair<T> a, Pair<T> b, Pair<T> c) =>
        new(T.MultiplyAdd(a.a, b.a, c.a), T.MultiplyAdd(a.b, b.b, c.b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> MultiplyAdd(Pair<T> a, Vector512<float> b, Pair<T> c) =>
        new(T.MultiplyAdd(a.a, b, c.a), T.MultiplyAdd(a.b, b, c.b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Positive(Pair<T> a) => new(T.Positive(a.a), T.Positive(a.b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Negative(Pair<T> a) => new(T.Negative(a.a), T.Negative(a.b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Choose(Pair<T> weight, Pair<T> above, Pair<T> below, Pair<T> zero) => new(
        T.Choose(weight.a, above.a, below.a, zero.a), T.Choose(weight.b, above.b, below.b, zero.b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<T> Half(Pair<T> a) => new(T.Half(a.a), T.Half(a.b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to)
    {
        a.Store(to);
        b.Store(to + T.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => (a + b).Sum();
}
