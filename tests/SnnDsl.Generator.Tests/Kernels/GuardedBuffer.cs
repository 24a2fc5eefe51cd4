using System.Runtime.CompilerServices;

namespace SnnDsl.Generator.Tests.Kernels;

/// <summary>A buffer between guards that a kernel must leave as they are.</summary>
internal sealed class GuardedBuffer
{
    private const int Guard = 32;
    private const float Mark = 12345.678f;
    private readonly float[] all;

    public GuardedBuffer(int length)
    {
        all = new float[length + 2 * Guard];
        Array.Fill(all, Mark);
    }

    public GuardedBuffer(IReadOnlyCollection<float> values)
        : this(values.Count) => values.ToArray().CopyTo(Values);

    public ref float Origin => ref all[Guard];

    public Span<float> Values => all.AsSpan(Guard, all.Length - 2 * Guard);

    public float this[int index] => Values[index];

    public static ref float Null => ref Unsafe.NullRef<float>();

    /// <summary>Guards are whole, and so is what lies outside [from, to) of every row.</summary>
    public void AssertUntouched(int stride = 0, int from = 0, int to = int.MaxValue)
    {
        Assert.False(all.AsSpan(0, Guard).ContainsAnyExcept(Mark), "A kernel wrote before its buffer.");
        Assert.False(all.AsSpan(all.Length - Guard).ContainsAnyExcept(Mark), "A kernel wrote behind its buffer.");
        for (int k = 0; k < Values.Length && stride > 0; k++)
        {
            bool inside = k % stride >= from && k % stride < to;
            if (inside != (Values[k] != Mark))
            {
                Assert.Fail($"Element {k} of rows of {stride}: {(inside ? "not written" : "written outside the range")}.");
            }
        }
    }
}
