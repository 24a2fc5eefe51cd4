namespace SnnDsl.Data;

/// <summary>
/// The SplitMix64 generator (Steele, Lea, Flood 2014). Ours rather than torch's or .NET's, so that a seed names the same
/// order of samples on any device, with any version, whatever else has drawn numbers in between.
/// </summary>
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number in [0, bound), each equally likely (Lemire's multiplication with rejection).</summary>
    public int Next(int bound)
    {
        ulong range = (ulong)bound, threshold = (0 - range) % range;
        while (true)
        {
            ulong high = Math.BigMul(Next(), range, out ulong low);
            if (low >= threshold) return (int)high;
        }
    }

    /// <summary>Fisher and Yates' shuffle: every order equally likely.</summary>
    public void Shuffle(Span<int> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = Next(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
