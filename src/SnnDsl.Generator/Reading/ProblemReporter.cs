using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Parsing;

/// <summary>Takes the problems of one part of a declaration, so that what checks it need not know where it stands.</summary>
/// <param name="problems">Where they are collected.</param>
/// <param name="place">The part.</param>
internal sealed class ProblemReporter(List<Problem> problems, Place place)
{
    /// <summary>A reporter for another part of the same declaration.</summary>
    public ProblemReporter At(Place other) => new(problems, other);

    /// <summary>Adds a problem of a piece of code that the part names.</summary>
    public void ReportIn(CodeSpan code, string id, params string[] arguments) =>
        problems.Add(new Problem(id, place with { Code = code }, arguments.ToEquatableArray()));

    /// <summary>Adds a problem of the whole part.</summary>
    public void Report(string id, params string[] arguments) => ReportAt(null, id, arguments);

    /// <summary>Adds a problem of one argument: a constructor parameter or a property.</summary>
    public void ReportAt(string? argument, string id, params string[] arguments) =>
        problems.Add(new Problem(id, place with { Argument = argument }, arguments.ToEquatableArray()));
}
