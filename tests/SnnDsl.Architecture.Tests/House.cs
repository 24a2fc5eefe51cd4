using System.Reflection;
using System.Text.RegularExpressions;

namespace SnnDsl.Architecture.Tests;

/// <summary>A project as rooms, one a folder, in order: a room knows those before it, and those of its own line.</summary>
/// <param name="project">The project, and its assembly.</param>
/// <param name="lines">The rooms from the lowest on; those of one line, between which arrows may go both ways, stand in one string. A folder below a room belongs to it unless it is one.</param>
internal sealed partial class House(string project, params string[] lines)
{
    private static readonly string Sources = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(pair => pair.Key == "Sources").Value!;

    /// <summary>Every room with its place in the order.</summary>
    public IReadOnlyDictionary<string, int> Rooms { get; } = lines
        .SelectMany((line, place) => line.Split(' '), (line, room) => (room, place: Array.IndexOf(lines, line)))
        .ToDictionary(entry => entry.room, entry => entry.place);

    /// <summary>The type's room, by full names: a namespace is what users know a type by, a folder is where it lives.</summary>
    public IReadOnlyDictionary<string, string> Types()
    {
        string root = Path.Combine(Sources, project);
        var types = new Dictionary<string, string>();
        foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string folder = Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace('\\', '/');
            if (folder.Split('/')[0] is "obj" or "bin")
            {
                continue;
            }

            string text = File.ReadAllText(file);
            string space = Space().Match(text).Groups[1].Value;
            foreach (Match declared in Declaration().Matches(text))
            {
                types[$"{space}.{declared.Groups[1].Value}"] = RoomOf(folder);
            }
        }

        return types;
    }

    /// <summary>Arrows upward: "Room -> Higher: Type -> Other".</summary>
    public IReadOnlyList<string> Upward()
    {
        var types = Types();
        return
        [
            .. Arrows.Of(project)
                .Where(arrow => types.ContainsKey(arrow.From) && types.ContainsKey(arrow.To))
                .Select(arrow => (arrow.From, arrow.To, Low: types[arrow.From], High: types[arrow.To]))
                .Where(arrow => Rooms[arrow.Low] < Rooms[arrow.High])
                .Select(arrow => $"{arrow.Low} -> {arrow.High}: {Short(arrow.From)} -> {Short(arrow.To)}"),
        ];
    }

    private string RoomOf(string folder)
    {
        for (string? room = folder; !string.IsNullOrEmpty(room); room = Path.GetDirectoryName(room)?.Replace('\\', '/'))
        {
            if (Rooms.ContainsKey(room))
            {
                return room;
            }
        }

        throw new InvalidOperationException($"{project}/{folder} is no room: give it its place in the order.");
    }

    private static string Short(string type) => type[(type.LastIndexOf('.') + 1)..];

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Space();

    // Types that are not nested begin their lines, for namespaces are those of whole files.
    [GeneratedRegex(@"^(?:public|internal)\b[^\n(]*?\b(?:class|struct|interface|enum|record struct|record class|record|delegate \S+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
