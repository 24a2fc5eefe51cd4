namespace SnnDsl.Architecture.Tests;

/// <summary>Arrows go downward only: between projects, and between the rooms of a project (docs/architecture.md).</summary>
public class HouseTests
{
    private static readonly House Runtime = new(
        "SnnDsl.Runtime",
        "Hardware",
        "Autograd",
        "Bounds",
        "Encoders",
        "Kernels",
        "Events",
        "Affine",
        "Perturbations",
        "Walks",
        "Networks",
        "Attacks",
        "Certification",
        "Certification/Search/Open",
        "Certification/Search/Lines",
        "Certification/Search/Tree",
        "Evaluation/Cascade",
        "Evaluation",
        "Training",
        "Smoothing");

    private static readonly House Generator = new(
        "SnnDsl.Generator",
        "Model",
        "Reading",
        "Writing",
        "Layers",
        "Readouts",
        "Parsing",
        "Planning",
        "Emission/Kernels",
        "Emission",
        "Diagnostics",
        ".");

    private static readonly string[] RecordRooms = ["Data", "Serialization", "Networks", "Certification", "Evaluation"];

    [Fact]
    public void TheRuntimesRoomsKnowOnlyLowerOnes() => Assert.Empty(Runtime.Upward());

    [Fact]
    public void TheGeneratorsRoomsKnowOnlyLowerOnes() => Assert.Empty(Generator.Upward());

    [Fact]
    public void TheRecordsRoomsKnowOnlyLowerOnes() => Assert.Empty(new House("SnnDsl.Records", RecordRooms).Upward());

    /// <summary>An order that nothing could break would keep nothing.</summary>
    [Fact]
    public void UpsideDownTheHouseFallsDown()
    {
        string[] arrows = [.. new House("SnnDsl.Records", [.. RecordRooms.Reverse()]).Upward()];
        Assert.Contains("Evaluation -> Data: ReportedDataset -> Dataset", arrows);
    }

    /// <summary>What is checked takes no part in the check.</summary>
    [Fact]
    public void TheCheckerKnowsRecordsAndEquationsAlone() => Assert.Equal(
        ["SnnDsl.Attributes", "SnnDsl.Model", "SnnDsl.Records"],
        Arrows.References("SnnDsl.Verification").Where(name => name.StartsWith("SnnDsl.", StringComparison.Ordinal)).Order());

    [Theory]
    [InlineData("SnnDsl.Attributes")]
    [InlineData("SnnDsl.Model")]
    [InlineData("SnnDsl.Records", "SnnDsl.Attributes")]
    [InlineData("SnnDsl.Runtime", "SnnDsl.Attributes", "SnnDsl.Model", "SnnDsl.Records")]
    [InlineData("SnnDsl.Generator", "SnnDsl.Model")]
    public void ProjectsKnowOnlyLowerOnes(string project, params string[] lower) => Assert.Equal(
        lower, Arrows.References(project).Where(name => name.StartsWith("SnnDsl.", StringComparison.Ordinal)).Order());

    /// <summary>Base, attribute, field, result, generic argument, constraint, handler, lambda, iterator.</summary>
    [Fact]
    public void EveryWayToNameATypeIsAnArrow()
    {
        var arrows = Arrows.Of("SnnDsl.Architecture.Tests").Where(arrow => arrow.From.EndsWith($".{nameof(Knows)}", StringComparison.Ordinal)).Select(arrow => arrow.To.Split('.')[^1]);
        Assert.Equal(
            [nameof(KnownArgument), nameof(KnownAttribute), nameof(KnownBase), nameof(KnownByLambda), nameof(KnownCatch), nameof(KnownConstraint), nameof(KnownField), nameof(KnownInIterator), nameof(KnownResult)],
            arrows.Order());
    }

    [Fact]
    public void MostTypesHaveARoomAndArrows()
    {
        Assert.InRange(Runtime.Types().Count, 250, 1000);
        Assert.InRange(Generator.Types().Count, 100, 500);
        Assert.InRange(Arrows.Of("SnnDsl.Runtime").Count, 1000, 10_000);
    }
}
