namespace SnnDsl.Generator.Parsing;

/// <summary>Which of some names was meant by one that was misspelt.</summary>
internal static class Spelling
{
    /// <summary>The nearest of some names; null where none is near.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="names">What could have been; of two that are as near the first.</param>
    /// <param name="share">One letter in so many may be wrong: 2 where one of the names was surely meant, more where none may have been.</param>
    public static string? Nearest(string name, IEnumerable<string> names, int share = 2)
    {
        var nearest = names.Select(other => (Name: other, Changes: Changes(name, other))).OrderBy(other => other.Changes).FirstOrDefault();
        return nearest.Name is not null && share * nearest.Changes <= name.Length ? nearest.Name : null;
    }

    /// <summary>The one of some names that this one is short for: letters are left out of it, not the first, and at most half of them.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="names">What could have been.</param>
    /// <returns>Null where it is short for none of them, or for several.</returns>
    public static string? Abbreviated(string name, IEnumerable<string> names)
    {
        string[] longer = [.. names.Where(other => IsShort(Plain(name), Plain(other)))];
        return longer is [var one] ? one : null;
    }

    /// <summary>A name without what does not count: case and underscores.</summary>
    public static string Plain(string name) => name.Replace("_", "").ToUpperInvariant();

    private static bool IsShort(string name, string other)
    {
        int found = 0;
        foreach (char letter in other)
        {
            found += found < name.Length && name[found] == letter ? 1 : 0;
        }

        return name.Length > 0 && found == name.Length && name[0] == other[0] && 2 * name.Length >= other.Length;
    }

    // How many letters are put in, taken out, written in place of others or exchanged with their neighbours, whatever their case and underscores
    // (Damerau's and Levenshtein's distance, each place edited once).
    private static int Changes(string from, string to)
    {
        (from, to) = (Plain(from), Plain(to));
        int[,] changes = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    changes[i, j] = i + j;
                    continue;
                }

                int replaced = changes[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                changes[i, j] = Math.Min(replaced, 1 + Math.Min(changes[i - 1, j], changes[i, j - 1]));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    changes[i, j] = Math.Min(changes[i, j], changes[i - 2, j - 2] + 1);
                }
            }
        }

        return changes[from.Length, to.Length];
    }
}
