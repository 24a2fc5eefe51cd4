using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Diagnostics;

/// <summary>SNN030 to SNN032: names of layers.</summary>
public class NameDiagnosticTests
{
    [Theory]
    [InlineData("")]
    [InlineData("1fc")]
    [InlineData("fc 1")]
    [InlineData("fc.1")]
    [InlineData("class")]
    [InlineData("await")]
    [InlineData("fc\u200d")]
    public Task NotAnIdentifier(string name) => Expect.InNetwork(
        $"[Input(4), Linear(3, Name = {{|SNN030:\"{name}\"|}}), Lif]",
        $"'{name}' cannot name a layer: use letters, digits and underscores, no digit first, and no keyword of C#");

    [Theory]
    [InlineData("forward")]
    [InlineData("train")]
    [InlineData("Steps")]
    [InlineData("Description")]
    [InlineData("Weights")]
    [InlineData("ToString")]
    [InlineData("Net")]
    [InlineData("Table")]
    [InlineData("input")]
    [InlineData("Reset")]
    [InlineData("Surrogate")]
    [InlineData("Encoding")]
    public Task TakenByAMember(string name) => Expect.InNetwork(
        $"[Input(4), Linear(3, Name = {{|SNN031:\"{name}\"|}}), Lif]",
        $"'{name}' cannot name a layer: the name '{name}' is already taken in 'Net'");

    [Theory]
    [InlineData("a", "aMap", "aMap")]
    [InlineData("aMap", "a", "aMap")]
    public Task TakenByWhatAnotherLayerBrings(string first, string second, string clash) => Expect.InNetwork(
        $"[Input(4), Linear(3, Name = \"{first}\"), Lif, Linear(3, Name = {{|SNN031:\"{second}\"|}}), Lif]",
        $"'{second}' cannot name a layer: the name '{clash}' is already taken in 'Net'");

    [Fact]
    public Task NamesThatDifferInCaseAloneAreTwo() => Expect.InNetwork("[Input(4), Linear(3, Name = \"a\"), Lif, Linear(3, Name = \"A\"), Lif]");

    [Fact]
    public Task TakenByAMemberOfTheUsersOwn() => Expect.Diagnostics(
        "[SpikingNetwork, Input(4), {|SNN031:Linear(3)|}, Lif]\npartial class Net { public int fc1; }\n",
        "'fc1' cannot name a layer: the name 'fc1' is already taken in 'Net'");

    [Fact]
    public Task Duplicate() => Expect.InNetwork(
        "[Input(4), Linear(3, Name = \"a\"), Lif, Linear(3, Name = {|SNN032:\"a\"|}), Lif(Name = {|SNN032:\"a\"|})]",
        "Layer name 'a' is already that of layer 1 (Linear)",
        "Layer name 'a' is already that of layer 1 (Linear)");

    [Fact]
    public Task DuplicateOfADefaultName() => Expect.InNetwork(
        "[Input(4), Linear(3, Name = \"fc2\"), Lif, {|SNN032:Linear(3)|}, Lif]", "Layer name 'fc2' is already that of layer 1 (Linear)");

    [Theory]
    [InlineData("größe")]
    [InlineData("_1")]
    [InlineData("Forward")]
    public Task Fine(string name) => Expect.InNetwork($"[Input(4), Linear(3, Name = \"{name}\"), Lif]");
}
