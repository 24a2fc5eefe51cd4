namespace SnnDsl.Soundness.Tests.Neurons;

/// <summary>Every spike tires it for some steps.</summary>
internal struct Tired : INeuron
{
    private const float Leak = 0.75f;
    private float u, rest;

    public readonly bool Fires => u > 0.5f;

    public void Integrate(float current)
    {
        u = (Leak * u) + current - (0.25f * rest);
        rest *= 0.5f;
    }

    public void Spike()
    {
        u = 0;
        rest += 1;
    }
}

/// <summary>A synapse that a spike drives on, and that silence tires; fires on its threshold, too.</summary>
internal struct Driven : ISilentNeuron
{
    private float u;
    private float drive;

    public readonly bool Fires => (2 * u) - drive >= 0.625f;

    public void Integrate(float current)
    {
        float kick = current / 2;
        drive = (0.5f * drive) + kick;
        u = (0.875f * u) + drive;
    }

    public void Spike() => (u, drive) = (u - 0.5f, (0.5f * drive) + (0.25f * u));

    public void Silence() => drive -= 0.125f * drive;
}
