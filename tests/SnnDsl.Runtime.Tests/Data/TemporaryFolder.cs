namespace SnnDsl.Runtime.Tests;

/// <summary>A folder of its own for a test, gone after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("snndsl-").FullName;

    public string this[params string[] parts] => Path.Combine([_path, .. parts]);

    public string[] Files => [.. Directory.EnumerateFiles(_path).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    public string Put(string name, byte[] content)
    {
        string path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
