namespace SnnDsl.CommandLine.Output;

/// <summary>Progress told on the thread that works: <see cref="Progress{T}"/> would tell it later, and in any order.</summary>
/// <param name="tell">Whom to tell.</param>
internal sealed class Relay<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
