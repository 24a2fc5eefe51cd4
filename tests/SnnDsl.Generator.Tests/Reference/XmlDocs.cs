using System.Reflection;
using System.Text;
using System.Xml.Linq;

namespace SnnDsl.Generator.Tests.Reference;

/// <summary>The doc comments of an assembly, as the compiler wrote them beside it, in Markdown.</summary>
internal sealed class XmlDocs
{
    private readonly Dictionary<string, XElement> _members;

    private XmlDocs(XDocument document) => _members = document.Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);

    /// <summary>The comments of an assembly.</summary>
    public static XmlDocs Of(Assembly assembly) => new(XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")));

    /// <summary>What a type is: its summary and its remarks, paragraphs and code.</summary>
    public string About(Type type) => string.Join("\n\n", Parts(_members[$"T:{type.FullName}"]));

    /// <summary>What a property or an enum's value means, in one line.</summary>
    public string About(MemberInfo member) => Line(_members[$"{(member is FieldInfo ? 'F' : 'P')}:{member.DeclaringType!.FullName}.{member.Name}"].Element("summary")!);

    /// <summary>What a constructor's parameter means, in one line.</summary>
    public string About(ConstructorInfo constructor, ParameterInfo parameter)
    {
        string types = string.Join(",", constructor.GetParameters().Select(other => Name(other.ParameterType)));
        var documented = _members[$"M:{constructor.DeclaringType!.FullName}.#ctor({types})"];
        return Line(documented.Elements("param").Single(element => element.Attribute("name")!.Value == parameter.Name));
    }

    private static string Name(Type type) => type.FullName ?? type.Name;

    private static IEnumerable<string> Parts(XElement member) =>
        new[] { "summary", "remarks" }.SelectMany(name => member.Elements(name)).SelectMany(Blocks).Where(block => block.Length > 0);

    // Texts between code; a paragraph is a line of Markdown.
    private static IEnumerable<string> Blocks(XElement element)
    {
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            if (node is XElement { Name.LocalName: "code" } code)
            {
                yield return Words(text.ToString());
                text.Clear();
                // Declarations begin with an attribute; others are equations.
                string block = Unindented(code.Value);
                yield return $"```{(block.StartsWith('[') ? "csharp" : "text")}\n{block}\n```";
            }
            else if (node is XElement { Name.LocalName: "para" } paragraph)
            {
                yield return Words(text.ToString());
                text.Clear();
                yield return Line(paragraph);
            }
            else
            {
                text.Append(Inline(node));
            }
        }

        yield return Words(text.ToString());
    }

    private static string Line(XElement element) => Words(string.Concat(element.Nodes().Select(Inline)));

    private static string Inline(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement element when (element.Attribute("cref") ?? element.Attribute("langword") ?? element.Attribute("name")) is { } named =>
            $"`{Short(named.Value)}`",
        XElement element => string.Concat(element.Nodes().Select(Inline)),
        _ => "",
    };

    // T:SnnDsl.Reset, F:SnnDsl.Reset.Hard and P:SnnDsl.LayerAttribute.Name as a user writes them.
    private static string Short(string reference)
    {
        string[] parts = reference[(reference.IndexOf(':') + 1)..].Split('.');
        string last = parts[^1].EndsWith("Attribute", StringComparison.Ordinal) ? $"[{parts[^1][..^"Attribute".Length]}]" : parts[^1];
        return reference.StartsWith("F:", StringComparison.Ordinal) ? $"{parts[^2]}.{last}" : last;
    }

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Unindented(string code)
    {
        var lines = code.ReplaceLineEndings("\n").Trim('\n').Split('\n').Select(line => line.TrimEnd()).ToList();
        int margin = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > 0 ? line[margin..] : "")).TrimEnd();
    }
}
