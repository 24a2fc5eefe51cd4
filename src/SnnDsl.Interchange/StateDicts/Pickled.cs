namespace SnnDsl.Interchange;

/// <summary>A dictionary of a pickle: keys and values in order. A second value under one key takes the place of the first.</summary>
internal sealed class PickledDictionary
{
    private readonly OrderedDictionary<object, object?> entries = [];

    public IReadOnlyList<KeyValuePair<object, object?>> Entries => [.. entries];

    public void Set(object? key, object? value)
    {
        if (key is not (string or long or bool or double))
        {
            throw new FormatException($"uses {PickledText.Of(key)} as the key of a dictionary");
        }

        entries[key] = value;
    }
}

/// <summary>A list of a pickle.</summary>
internal sealed class PickledList
{
    public List<object?> Items { get; } = [];
}

/// <summary>Values that an instruction of a pickle takes together.</summary>
/// <param name="Items">The values.</param>
internal sealed record PickledTuple(object?[] Items);

/// <summary>A name of Python's that a pickle may mention, and what it stands for.</summary>
/// <param name="Name">Module and name.</param>
internal sealed record PickledName(string Name);

/// <summary>Where a tensor's numbers lie in an archive.</summary>
/// <param name="Type">The name of their type: torch.FloatStorage, ...</param>
/// <param name="Key">The file of the archive: data/KEY.</param>
/// <param name="Count">How many numbers.</param>
internal sealed record PickledStorage(string Type, string Key, long Count);

/// <summary>A tensor of a pickle: a view of a storage.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="Sizes">Its sizes.</param>
/// <param name="Strides">Its steps.</param>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Sizes, long[] Strides);

/// <summary>What things of a pickle are called in messages.</summary>
internal static class PickledText
{
    public static string Of(object? value) => value switch
    {
        null => "None",
        string text => $"'{text}'",
        bool or long or double => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value}"),
        PickledDictionary dictionary => $"a dictionary of {dictionary.Entries.Count}",
        PickledList list => $"a list of {list.Items.Count}",
        PickledTuple tuple => $"a tuple of {tuple.Items.Length}",
        PickledTensor tensor => $"a tensor of {string.Join('x', tensor.Sizes)}",
        PickledName name => name.Name,
        _ => "something else",
    };
}
