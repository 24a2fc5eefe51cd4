namespace SnnDsl.Generator.Model;

/// <summary>How an input becomes a sequence of T inputs. The values are those of <c>SnnDsl.Encoding</c>.</summary>
internal enum InputEncoding
{
    /// <summary>The image at every step.</summary>
    Direct,

    /// <summary>Spikes drawn from the pixels.</summary>
    Poisson,

    /// <summary>Recorded events in T frames.</summary>
    Spikes,
}
