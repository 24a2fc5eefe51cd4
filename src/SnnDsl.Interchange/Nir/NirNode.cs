namespace SnnDsl.Interchange.Nir;

/// <summary>A node of a NIR graph as it stands in its file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type: Affine, LIF, ...</param>
/// <param name="Fields">Its fields but for the type.</param>
internal sealed record NirNode(string Name, string Type, IReadOnlyDictionary<string, NirValue> Fields)
{
    /// <summary>A field's numbers.</summary>
    /// <exception cref="InterchangeException">It has no such field, or it is a text.</exception>
    public NirValue Numbers(string field) => Fields.TryGetValue(field, out var value) && value.Text is null
        ? value
        : throw Wrong($"has no numbers '{field}'");

    /// <summary>The one number that a field holds, however often; 0 dimensions or many.</summary>
    /// <param name="field">The field.</param>
    /// <param name="absent">What it is where there is no such field; null where it must be there.</param>
    /// <exception cref="InterchangeException">It is not there, or holds different numbers.</exception>
    public double One(string field, double? absent = null)
    {
        if (absent is { } value && !Fields.ContainsKey(field))
        {
            return value;
        }

        double[] numbers = Numbers(field).Numbers;
        double first = numbers.Length > 0 ? numbers[0] : throw Wrong($"holds no number in '{field}'");
        return !double.IsFinite(first) ? throw Wrong($"has {field} = {first}")
            : numbers.All(number => number == first) ? first
            : throw Wrong($"gives each of its {numbers.Length} neurons its own {field}, and an attribute says one for the layer");
    }

    /// <summary>A whole number that a field holds once or twice.</summary>
    /// <exception cref="InterchangeException">It is none, or the two differ.</exception>
    public int Side(string field, int least)
    {
        double value = One(field);
        return value == Math.Floor(value) && value >= least && value <= int.MaxValue ? (int)value : throw Wrong($"has {field} = {value}, which is no whole number of at least {least}");
    }

    /// <summary>An error at this node.</summary>
    public InterchangeException Wrong(string what) => new(FormattableString.Invariant($"The node '{Name}' ({Type}) {what}."));
}
