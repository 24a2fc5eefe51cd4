using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Diagnostics;

/// <summary>SNN050 to SNN054: which layers may follow which, and what can be read out.</summary>
public class StructureDiagnosticTests
{
    [Theory]
    [InlineData("Input(4), Lif, {|SNN050:Lif|}, Linear(3), Lif", "layer 1 (Lif)")]
    [InlineData("Input(4), Linear(3), Lif, {|SNN050:Lif|}", "layer 2 (Lif)")]
    [InlineData("Input(1, 4, 4), AvgPool2d(2), Lif, Flatten, {|SNN050:Lif|}", "layer 2 (Lif)")]
    public Task SpikingWithoutAffine(string attributes, string before) => Expect.InNetwork(
        $"[{attributes}]", $"Lif follows {before} with no affine layer between them: put Linear, Conv2d or AvgPool2d before it");

    [Fact]
    public Task OutputIsAnImage() => Expect.InNetwork(
        "[Input(1, 4, 4), AvgPool2d(2), {|SNN051:Lif|}]",
        "The last layer, Lif, gives 1x2x2: a readout needs a vector, one value a class; add [Flatten] and [Linear]");

    [Fact]
    public Task OneClass() => Expect.InNetwork(
        "[Input(4), Linear(1), {|SNN052:Lif|}]", "The last layer, Lif, gives 1 value: a classifier needs at least 2 classes");

    [Theory]
    [InlineData("Linear(3), Lif")]
    [InlineData("Linear(3), Lif, Flatten")]
    public Task MembraneReadoutOfNeuronsThatFire(string layers) => Expect.InNetwork(
        $"[Input(4), {layers}, {{|SNN053:MembraneReadout|}}]",
        "MembraneReadout integrates the last affine layer, but none follows the last Lif: remove that Lif or read out with [MeanReadout]");

    [Fact]
    public Task TwoReadouts() => Expect.InNetwork(
        "[Input(4), Linear(3), Lif, MeanReadout, {|SNN054:MembraneReadout|}]", "The network already has [MeanReadout]: keep one readout");

    [Theory]
    [InlineData("LayerNorm", "of normalisations it has [BatchNorm1d] and [BatchNorm2d], which fold into the map before them")]
    [InlineData("LPPool2d", "of pooling it has [MaxPool2d(kernel)] of spikes, [AvgPool2d(kernel)], [AdaptiveAvgPool2d(side)], [GlobalAvgPool2d] and [SumPool2d(kernel)]")]
    [InlineData("Dropout2d", "write [Dropout(rate)]")]
    [InlineData("Conv3d", "of convolutions it has [Conv2d(channels)], [Conv1d(channels)] and [ConvTranspose2d(channels)]")]
    [InlineData("Sequential", "the attributes on the class are the sequence; write its layers in order")]
    [InlineData("conv2D", "write [Conv2d]")]
    [InlineData("Dense", "write [Linear(features)]")]
    [InlineData("Linaer", "write [Linear]")]
    [InlineData("Flaten", "write [Flatten]")]
    [InlineData("Dropuot", "write [Dropout]")]
    [InlineData("LIFNode", "its neurons are [Lif(Threshold = ..., Decay = ...)], [If], [Plif] and others, and [Neuron(typeof(...))] of your own")]
    [InlineData("ReLU", "its neurons spike; write [Lif]")]
    [InlineData("Leaky", "its neurons are [Lif(Threshold = ..., Decay = ...)], [If], [Plif] and others, and [Neuron(typeof(...))] of your own")]
    [InlineData("SnnDsl.Dense", "write [Linear(features)]")]
    [InlineData("Max_Pooling2D", "of pooling it has [MaxPool2d(kernel)] of spikes, [AvgPool2d(kernel)], [AdaptiveAvgPool2d(side)], [GlobalAvgPool2d] and [SumPool2d(kernel)]")]
    [InlineData("ConvTranspose1d", "of convolutions it has [Conv2d(channels)], [Conv1d(channels)] and [ConvTranspose2d(channels)]")]
    public Task AttributesThatAreNoLayers(string name, string hint) => Expect.InNetwork(
        $"[Input(1, 4, 4), Lif, {{|SNN055:{name}(2)|}}, Linear(3), Lif]", $"'{name.Split('.')[^1]}' is no layer of SnnDsl: {hint}");

    [Theory]
    [InlineData("Nonsense")]
    [InlineData("Fact")]
    [InlineData("Flags")]
    [InlineData("Table")]
    [InlineData("Author(\"me\")")]
    [InlineData("TypeConverter(typeof(int))")]
    [InlineData("JsonConverter(typeof(int))")]
    [InlineData("ConventionTest")]
    [InlineData("SkipLocalsInit")]
    [InlineData("ObjectPoolPolicy")]
    [InlineData("AutoEncode")]
    [InlineData("Other.Dense(3)")]
    public Task UnknownAttributesThatLookLikeNoLayerAreLeftToTheCompiler(string attribute) =>
        Expect.InNetwork($"[Input(4), {attribute}, Linear(3), Lif]");

    /// <summary>The compiler says which two there are, or that one is out of reach; without it nothing else is judged.</summary>
    [Theory]
    [InlineData("class Lif : Attribute;", "Lif")]
    [InlineData("class Outer { protected class LifAttribute : Attribute; }", "Outer.Lif")]
    [InlineData("namespace Mine { class LifAttribute : Attribute; } namespace Other { class LifAttribute : Attribute; }", "Lif", "using Mine; using Other;")]
    public Task NamesThatAreAmbiguousOrOutOfReach(string types, string lif, string usings = "") => Expect.Diagnostics(
        $"{usings}\n{types}\n[SpikingNetwork, Input(4), Linear(3), {lif}]\npartial class Net;\n");

    /// <summary>What lacks stands there, misspelt.</summary>
    [Theory]
    [InlineData("SpikingNetwork, Inptu(4)")]
    [InlineData("SpikingNetwrok, Input(4)")]
    public Task TheOtherAttributesMisspelt(string attributes) => Expect.Diagnostics($"[{attributes}, Linear(3), Lif]\npartial class Net;\n");

    [Theory]
    [InlineData("LayerAttribute", "int a = 3")]
    [InlineData("ReadoutAttribute", "")]
    public async Task LayersOfTheUsersOwnCannotBe(string ancestor, string parameters)
    {
        var compilation = Compiler.Compile(
            $"class FancyAttribute({parameters}) : {ancestor};\n[SpikingNetwork, Input(4), Linear(3), Lif, Fancy]\npartial class Net;\n");
        Assert.Contains(compilation.GetDiagnostics(), diagnostic => diagnostic.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error);
        Assert.Equal("SNN055", Assert.Single(await Compiler.Analyze(compilation)).Id);
        Assert.All(Compiler.Generate(compilation).Files, file => Assert.True(Compiler.IsOutline(file)));
    }

    [Theory]
    [InlineData("Linear(3), Lif, Flatten, MeanReadout")]
    [InlineData("Linear(3), Lif, Linear(3), Linear(2), MembraneReadout")]
    [InlineData("Linear(3), Lif, Linear(3), Linear(2)")]
    [InlineData("Lif, Linear(3), Lif")]
    [InlineData("Flatten, Alif, Linear(3), Lif")]
    [InlineData("Dropout(0.5), If")]
    public Task Fine(string layers) => Expect.InNetwork($"[Input(4), {layers}]");
}
