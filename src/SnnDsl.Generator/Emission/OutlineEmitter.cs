using SnnDsl.Generator.Diagnostics;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.Generator.Emission;

/// <summary>
/// The other half of a class whose declaration is refused: a network to whoever uses it, so that what is wrong with the declaration does not stand
/// among a dozen errors about what the class does not have.
/// </summary>
internal static class OutlineEmitter
{
    /// <summary>The one file; none where the class can have no other half.</summary>
    /// <param name="refusal">Whose, and why.</param>
    public static EmittedFiles? Emit(Refusal refusal) => refusal.Outlined is not { } @class
        ? null
        // Whose names are taken is not known of a declaration with errors, so types are named in full.
        : new([EmittedFile.Of(@class, "Outline", spellsTypes: true, spellsNames: true, writer => Emit(@class, refusal.Problems, writer))]);

    private static void Emit(DeclaredClass @class, EquatableArray<Problem> problems, CodeWriter writer)
    {
        string why = problems.Count == 0 ? "its declaration does not compile" : string.Join("; ", problems.Select(problem => $"{problem.Id}: {Descriptors.MessageOf(problem)}"));
        writer.Doc($"<summary>{@class.PlainName} is not generated: {CodeWriter.Xml(OnOneLine(why))}.</summary>");
        using var type = writer.Block($"partial class {@class.Name} : {RuntimeNames.SpikingModule}");
        writer.Doc("<summary>Throws: the declaration has an error.</summary>");
        writer.Doc("<param name=\"seed\">Without effect.</param>");
        using (writer.Block($"public {@class.Name}(long seed = 0)\n    : base(Table)"))
        {
        }

        string[] members =
        [
            $"public override {RuntimeNames.NetworkStages} Stages",
            $"protected override {RuntimeNames.Tensor} Simulate({RuntimeNames.Tensor} input)",
            $"protected override {RuntimeNames.NetworkIntervals} PropagateIntervals({RuntimeNames.IPerturbedInput} input)",
            $"protected override {RuntimeNames.LinearForm} ReadOut({RuntimeNames.LinearQuery} query)",
            $"protected override {RuntimeNames.LinearBound} PropagateBack({RuntimeNames.IPerturbedInput} input, {RuntimeNames.LinearQuery} query)",
        ];
        foreach (string member in members)
        {
            writer.Line().Line($"{member} => throw new {RuntimeNames.InvalidOperation}();");
        }

        writer.Line().Line($"private static {RuntimeNames.NetworkDescription} Table => throw new {RuntimeNames.InvalidOperation}(");
        using (writer.Indent())
        {
            writer.Line($"{CodeWriter.Quote($"Network '{@class.PlainName}' was not generated: {OnOneLine(why)}.")});");
        }
    }

    // What a message names may be any text of the user's.
    private static string OnOneLine(string text) => new([.. text.Select(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\u0085' ? ' ' : letter)]);
}
