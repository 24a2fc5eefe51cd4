using System.Runtime.CompilerServices;

namespace SnnDsl.Runtime.Tests.Events;

/// <summary>Memory for kernels that work on addresses, between margins that they must leave alone.</summary>
internal sealed unsafe class Guarded<T>
    where T : unmanaged, IEquatable<T>
{
    private const int Margin = 64;
    private readonly T[] memory;
    private readonly T untouched;
    private readonly int count;

    public Guarded(int count, T untouched)
    {
        (this.count, this.untouched) = (count, untouched);
        memory = GC.AllocateArray<T>(count + 2 * Margin, pinned: true);
        Array.Fill(memory, untouched);
        Guarded.Keep(memory);
    }

    public Guarded(T[] values, T untouched)
        : this(values.Length, untouched) => values.CopyTo(Values);

    public T* Address => (T*)Unsafe.AsPointer(ref memory[Margin]);

    public Span<T> Values => memory.AsSpan(Margin, count);

    /// <summary>The values, once the margins are seen to be as they were.</summary>
    public T[] Checked()
    {
        Assert.All(memory[..Margin], value => Assert.Equal(untouched, value));
        Assert.All(memory[^Margin..], value => Assert.Equal(untouched, value));
        return Values.ToArray();
    }
}

/// <summary>Holds the memory whose addresses a test has handed out, which the collector does not see.</summary>
internal static class Guarded
{
    [ThreadStatic]
    private static List<object>? kept;

    public static void Keep(object memory) => (kept ??= []).Add(memory);

    public static void Release() => kept?.Clear();
}
