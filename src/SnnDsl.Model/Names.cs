using System.Collections;

namespace SnnDsl.Model;

/// <summary>Names in order.</summary>
/// <remarks>Equality: the names and their order.</remarks>
/// <param name="names">The names.</param>
public sealed class Names(IEnumerable<string> names) : IReadOnlyList<string>, IEquatable<Names>
{
    private readonly string[] _names = [.. names];

    /// <inheritdoc/>
    public int Count => _names.Length;

    /// <inheritdoc/>
    public string this[int index] => _names[index];

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)_names).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _names.GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(Names? other) => other is not null && _names.SequenceEqual(other._names, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Names);

    /// <inheritdoc/>
    public override int GetHashCode() => _names.Aggregate(17, (hash, name) => unchecked((hash * 31) + StringComparer.Ordinal.GetHashCode(name)));

    /// <summary>The names between blanks.</summary>
    public override string ToString() => string.Join(" ", _names);
}
