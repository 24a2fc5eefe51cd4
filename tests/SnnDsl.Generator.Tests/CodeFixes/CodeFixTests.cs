using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using SnnDsl.CodeFixes;
using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.CodeFixes;

public class CodeFixTests
{
    private const string Layers = "[SpikingNetwork, Input(4), Linear(3), Lif]";

    [Theory]
    [InlineData("public sealed class Net;", "public sealed partial class Net;", "Make 'Net' partial")]
    [InlineData("class Net;", "partial class Net;", "Make 'Net' partial")]
    [InlineData("/* why */ class Net { }", "/* why */ partial class Net { }", "Make 'Net' partial")]
    public Task MakePartial(string before, string after, string title) =>
        Check(new MakePartialFix(), $"{Layers}\n{before}\n", $"{Layers}\n{after}\n", title);

    /// <summary>The part that is mended may stand in another file than the layers.</summary>
    [Fact]
    public async Task MakeTheOtherPartPartial()
    {
        var files = new Files("public class Net;", $"{Layers}\npublic partial class Net;\n");
        var found = Assert.Single(await Compiler.Analyze(await files.Compilation()));
        List<CodeAction> actions = [];
        await new MakePartialFix().RegisterCodeFixesAsync(new CodeFixContext(files.Document, found, (action, _) => actions.Add(action), default));
        var changed = (await Assert.Single(actions).GetOperationsAsync(default)).OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(files.Document.Id)!;
        Assert.Equal("public partial class Net;", (await changed.GetTextAsync()).ToString());
    }

    [Fact]
    public Task MakeContainersPartial() => Check(
        new MakePartialFix(),
        $"public static class A\n{{\n    // inner\n    struct B\n    {{\n        {Layers}\n        class Net;\n    }}\n}}\n",
        $"public static partial class A\n{{\n    // inner\n    partial struct B\n    {{\n        {Layers}\n        partial class Net;\n    }}\n}}\n",
        "Make 'Net' and 'B' and 'A' partial");

    [Theory]
    [InlineData(
        "// first\n[Conv2d(2)]\n[Lif]\n// second\n[Linear(3, Name = \"fc1\")] // why\n[Lif]",
        "// first\n[Conv2d(2)]\n[Lif]\n// second\n[Flatten]\n[Linear(3, Name = \"fc1\")] // why\n[Lif]")]
    [InlineData("[Conv2d(2), Lif, Linear(3), Lif]", "[Conv2d(2), Lif, Flatten, Linear(3), Lif]")]
    [InlineData("[Linear(3), Lif]", "[Flatten, Linear(3), Lif]")]
    [InlineData("[global::SnnDsl.Linear(3)]\n[Lif]", "[global::SnnDsl.Flatten]\n[global::SnnDsl.Linear(3)]\n[Lif]")]
    public Task InsertFlatten(string before, string after) => Check(
        new InsertFlattenFix(),
        $"[SpikingNetwork, Input(1, 4, 4)]\n{before}\npartial class Net;\n",
        $"[SpikingNetwork, Input(1, 4, 4)]\n{after}\npartial class Net;\n",
        "Insert [Flatten] before [Linear]");

    [Theory]
    [InlineData("using S = SnnDsl;", "[S.Linear(3)]", "[S.Flatten]")]
    [InlineData("using S = SnnDsl;", "[S::Linear(3)]", "[S::Flatten]")]
    [InlineData("using Fc = SnnDsl.LinearAttribute;", "[Fc(3)]", "[Flatten]")]
    [InlineData("using S = SnnDsl; using Fc = SnnDsl.LinearAttribute; class FlattenAttribute : Attribute;", "[Fc(3)]", "[S.Flatten]")]
    [InlineData("using Fc = SnnDsl.LinearAttribute; class FlattenAttribute : Attribute;", "[Fc(3)]", "[global::SnnDsl.Flatten]")]
    public Task InsertFlattenByANameThatMeansIt(string head, string linear, string flatten) => Check(
        new InsertFlattenFix(),
        $"{head}\n[SpikingNetwork, Input(1, 4, 4)]\n{linear}\n[Lif]\npartial class Net;\n",
        $"{head}\n[SpikingNetwork, Input(1, 4, 4)]\n{flatten}\n{linear}\n[Lif]\npartial class Net;\n",
        "Insert [Flatten] before [Linear]");

    [Theory]
    [InlineData("\t[Linear(3)]\r\n\t[Lif]\r\n", "\t[Flatten]\r\n\t[Linear(3)]\r\n\t[Lif]\r\n")]
    [InlineData("  /* why */ [Linear(3)] // so\r\n[Lif]\r\n", "  /* why */ [Flatten] [Linear(3)] // so\r\n[Lif]\r\n")]
    [InlineData("[Conv2d(2)] [Lif] [Linear(3)]\r\n[Lif]\r\n", "[Conv2d(2)] [Lif] [Flatten] [Linear(3)]\r\n[Lif]\r\n")]
    [InlineData("[Conv2d(2),\r\n Lif,\r\n Linear(3),\r\n Lif]\r\n", "[Conv2d(2),\r\n Lif,\r\n Flatten,\r\n Linear(3),\r\n Lif]\r\n")]
    public Task InsertFlattenAsTheFileIsWritten(string before, string after) => Check(
        new InsertFlattenFix(),
        $"[SpikingNetwork, Input(1, 4, 4)]\r\n{before}partial class Net;\r\n",
        $"[SpikingNetwork, Input(1, 4, 4)]\r\n{after}partial class Net;\r\n",
        "Insert [Flatten] before [Linear]");

    /// <summary>What another layer is called by default, makes of its name, or a member has, is not offered.</summary>
    [Theory]
    [InlineData("Linear(3, Name = \"fc1\"), Lif, Linear(3, Name = \"fc1\"), Lif, Linear(2)", "", "Linear(3, Name = \"fc2\")", "fc2")]
    [InlineData("Linear(3, Name = \"fc3\"), Lif, Linear(3, Name = \"fc3\"), Lif, Linear(2, Name = \"fc2Map\")", "", "Linear(3, Name = \"fc4\")", "fc4")]
    [InlineData("Linear(3, Name = \"a\"), Lif, Linear(3, Name = \"a\"), Lif, Linear(2)", "int a2Output, a3;", "Linear(3, Name = \"a4\")", "a4")]
    [InlineData("Linear(3, Name = \"a\"), Lif(Name = \"A2\"), Linear(3, Name = \"a\"), Lif, Linear(2)", "", "Linear(3, Name = \"a2\")", "a2")]
    public Task RenameOffersWhatIsAccepted(string layers, string members, string renamed, string name)
    {
        int at = layers.LastIndexOf("Linear(3", StringComparison.Ordinal);
        string after = layers[..at] + renamed + layers[layers.IndexOf(", Lif", at, StringComparison.Ordinal)..];
        return Check(
            new RenameLayerFix(),
            $"[SpikingNetwork, Input(4), {layers}, Lif]\npartial class Net {{ {members} }}\n",
            $"[SpikingNetwork, Input(4), {after}, Lif]\npartial class Net {{ {members} }}\n",
            $"Rename to '{name}'");
    }

    [Fact]
    public Task InsertFlattenWithTheIndentationOfItsNeighbours() => Check(
        new InsertFlattenFix(),
        "partial class A\n{\n    [SpikingNetwork, Input(1, 4, 4)]\n    // why\n    [Linear(3)]\n    [Lif]\n    partial class Net;\n}\n",
        "partial class A\n{\n    [SpikingNetwork, Input(1, 4, 4)]\n    // why\n    [Flatten]\n    [Linear(3)]\n    [Lif]\n    partial class Net;\n}\n",
        "Insert [Flatten] before [Linear]");

    [Theory]
    [InlineData("Linear(3, Name = \"fc1\")", "Linear(3, Name = \"fc1\")", "Linear(3, Name = \"fc2\")", "fc2")]
    [InlineData("Linear(3, Name = \"fc2\")", "Linear(3)", "Linear(3, Name = \"fc3\")", "fc3")]
    [InlineData("Linear(3, Name = \"a\"), Linear(3, Name = \"a2\")", "Linear(features: 3, Name = \"a\")", "Linear(features: 3, Name = \"a3\")", "a3")]
    [InlineData("Linear(3, Name = \"lif1\")", "Lif", "Lif(Name = \"lif2\")", "lif2")]
    public Task RenameDuplicate(string first, string before, string after, string name) => Check(
        new RenameLayerFix(),
        $"[SpikingNetwork, Input(4)]\n[{first}]\n[{before}]\n[Linear(2, Name = \"last\"), Lif(Name = \"end\")]\npartial class Net;\n",
        $"[SpikingNetwork, Input(4)]\n[{first}]\n[{after}]\n[Linear(2, Name = \"last\"), Lif(Name = \"end\")]\npartial class Net;\n",
        $"Rename to '{name}'");

    [Fact]
    public void EveryFixIsFoundByEditors() => Assert.All(
        typeof(MakePartialFix).Assembly.GetTypes().Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(CodeFixProvider))),
        type => Assert.Single(type.GetCustomAttributes(typeof(ExportCodeFixProviderAttribute), inherit: false)));

    [Theory]
    [InlineData("Linear(3, Name = \"fc.1\"), Lif, Linear(3, Name = \"rest\"), Residual(\"fc.1\")", "Linear(3, Name = \"fc_1\"), Lif, Linear(3, Name = \"rest\"), Residual(\"fc_1\")", "fc_1")]
    [InlineData("Linear(3, Name = \"1st\")", "Linear(3, Name = \"fc1st\")", "fc1st")]
    [InlineData("Linear(3, Name = \"class\")", "Linear(3, Name = \"class2\")", "class2")]
    [InlineData("Linear(3, Name = \"\")", "Linear(3, Name = \"fc\")", "fc")]
    [InlineData("Linear(3, Name = \"train\")", "Linear(3, Name = \"train2\")", "train2")]
    [InlineData("Linear(3, Name = \"input\"), Lif, Dropout(0.5, From = \"input\")", "Linear(3, Name = \"input2\"), Lif, Dropout(0.5, From = \"input2\")", "input2")]
    public Task RenameWhatIsNoName(string before, string after, string name) => Check(
        new RenameLayerFix(),
        $"[SpikingNetwork, Input(4), {before}, Lif(Name = \"end\")]\npartial class Net;\n",
        $"[SpikingNetwork, Input(4), {after}, Lif(Name = \"end\")]\npartial class Net;\n",
        $"Rename to '{name}'");

    /// <summary>Each gets a name of its own, which mending one by one would not give.</summary>
    [Fact]
    public Task RenameAll() => CheckAll(
        new RenameLayerFix(),
        "[SpikingNetwork, Input(4)]\n[Linear(3, Name = \"a\")]\n[Linear(3, Name = \"a\")]\n[Linear(3, Name = \"a\"), Lif]\npartial class Net;\n",
        "[SpikingNetwork, Input(4)]\n[Linear(3, Name = \"a\")]\n[Linear(3, Name = \"a2\")]\n[Linear(3, Name = \"a3\"), Lif]\npartial class Net;\n",
        nameof(RenameLayerFix));

    [Theory]
    [InlineData("Linear(3), Lif(Treshold = 1, Decay = 0.5)", "Linear(3), Lif(Threshold = 1, Decay = 0.5)", "Write Threshold = ...")]
    [InlineData("Linear(3), Lif(beta: 0.5)", "Linear(3), Lif(Decay = 0.5)", "Write Decay = ...")]
    [InlineData("Linear(3), Lif(Decay: 0.5)", "Linear(3), Lif(Decay = 0.5)", "Write Decay = ...")]
    [InlineData("Linear(features = 3), Lif", "Linear(features: 3), Lif", "Write features: ...")]
    [InlineData("Linear(3), Lif(Treshold /* why */ = 1)", "Linear(3), Lif(Threshold /* why */ = 1)", "Write Threshold = ...")]
    [InlineData("Linear(3), Lif(beta /* why */ : 0.5)", "Linear(3), Lif(Decay /* why */ = 0.5)", "Write Decay = ...")]
    [InlineData("Linear(Features = 3), Lif", "Linear(features: 3), Lif", "Write features: ...")]
    [InlineData("Linear(3, bias  =  /* why */ false), Lif", "Linear(3, Bias =  /* why */ false), Lif", "Write Bias = ...")]
    public Task WriteTheArgumentThatWasMeant(string before, string after, string title) => Check(
        new CorrectFix(), $"[SpikingNetwork, Input(4), {before}]\npartial class Net;\n", $"[SpikingNetwork, Input(4), {after}]\npartial class Net;\n", title);

    /// <summary>What is mended beside it counts for where an argument may stand.</summary>
    [Theory]
    [InlineData("Input(1, 8, 8), Conv2d(filters: 8, kernel_size: 3, stride: 2), Lif, Flatten", "Input(1, 8, 8), Conv2d(channels: 8, Kernel = 3, Stride = 2), Lif, Flatten")]
    [InlineData("Input(4), Linear(4), Synaptic(alpha: 0.9, beta: 0.8)", "Input(4), Linear(4), Synaptic(SynapticDecay = 0.9, Decay = 0.8)")]
    public Task WriteAllTheArgumentsThatWereMeant(string before, string after) => CheckAll(
        new CorrectFix(), $"[SpikingNetwork, {before}, Linear(3), Lif]\npartial class Net;\n", $"[SpikingNetwork, {after}, Linear(3), Lif]\npartial class Net;\n", "Named");

    [Theory]
    [InlineData("Linear(Bias = false, Features = 3), Lif")]
    [InlineData("Linear(bias: false, 3), Lif")]
    [InlineData("Linear(3, Activation = 3), Lif")]
    public Task AnArgumentThatWouldStandInTheWrongPlaceIsLeft(string layers) =>
        CheckOffersNothing(new CorrectFix(), $"[SpikingNetwork, Input(4), {layers}]\npartial class Net;\n");

    [Theory]
    [InlineData("[Input(4)]\n[Linear(3)]\n[Lif]", "[SpikingNetwork]\n[Input(4)]\n[Linear(3)]\n[Lif]")]
    [InlineData("[SnnDsl.Input(4), SnnDsl.Linear(3), SnnDsl.Lif]", "[SnnDsl.SpikingNetwork, SnnDsl.Input(4), SnnDsl.Linear(3), SnnDsl.Lif]")]
    public Task AddNetwork(string before, string after) => Check(
        new AddNetworkFix(), $"{before}\npartial class Net;\n", $"{after}\npartial class Net;\n", "Add [SpikingNetwork]");

    [Theory]
    [InlineData("[Input(4)]\n[Linear(3)] // why", "[Input(4)]\n[Linear(3)] // why\n[Lif]", "Add [Lif] behind [Linear]")]
    [InlineData("[Input(4), Linear(3)]", "[Input(4), Linear(3), Lif]", "Add [Lif] behind [Linear]")]
    [InlineData("[Input(4)]\n[Linear(3, Bias = false)]\n[BatchNorm1d]", "[Input(4)]\n[Linear(3, Bias = false)]\n[BatchNorm1d]\n[Lif]", "Add [Lif] behind [BatchNorm1d]")]
    [InlineData("[Input(4)]\n[Linear(8)]\n[Lif]\n[Lif]", "[Input(4)]\n[Linear(8)]\n[Lif]\n[Linear(8)]\n[Lif]", "Insert [Linear(8)] before [Lif]")]
    [InlineData(
        "[Input(1, 4, 4)]\n[Conv2d(3)]\n[Lif]\n[If]\n[Flatten]\n[Linear(2)]\n[Lif]",
        "[Input(1, 4, 4)]\n[Conv2d(3)]\n[Lif]\n[Conv2d(3, Padding = 1)]\n[If]\n[Flatten]\n[Linear(2)]\n[Lif]", "Insert [Conv2d(3, Padding = 1)] before [If]")]
    [InlineData(
        "[Input(2, 8)]\n[Conv1d(3)]\n[Lif]\n[Lif]\n[Flatten]\n[Linear(2)]\n[Lif]",
        "[Input(2, 8)]\n[Conv1d(3)]\n[Lif]\n[Conv1d(3, Padding = 1)]\n[Lif]\n[Flatten]\n[Linear(2)]\n[Lif]", "Insert [Conv1d(3, Padding = 1)] before [Lif]")]
    [InlineData("[Input(1, 4, 4)]\n[Conv2d(3)]\n[Lif]", "[Input(1, 4, 4)]\n[Conv2d(3)]\n[Lif]\n[Flatten]\n[Linear(10)]\n[Lif]", "Add [Flatten], [Linear(10)] and [Lif]")]
    [InlineData("[Input(1, 4, 4), Conv2d(3), Lif]", "[Input(1, 4, 4), Conv2d(3), Lif, Flatten, Linear(10), Lif]", "Add [Flatten], [Linear(10)] and [Lif]")]
    [InlineData(
        "[Input(1, 4, 4)]\n[Conv2d(3)]\n[Lif]\n[Conv2d(3, Kernel = 2)]\n[MembraneReadout]",
        "[Input(1, 4, 4)]\n[Conv2d(3)]\n[Lif]\n[Conv2d(3, Kernel = 2)]\n[Flatten]\n[Linear(10)]\n[MembraneReadout]", "Add [Flatten] and [Linear(10)]")]
    public Task AddLayers(string before, string after, string title) => Check(
        new AddLayersFix(), $"[SpikingNetwork]\n{before}\npartial class Net;\n", $"[SpikingNetwork]\n{after}\npartial class Net;\n", title);

    [Theory]
    [InlineData("[Linear(3)]\n[Input(4)] // four\n[Lif]", "[Input(4)] // four\n[Linear(3)]\n[Lif]", "Move [Input] before [Linear]")]
    [InlineData("[Linear(3), Input(4), Lif]", "[Input(4), Linear(3), Lif]", "Move [Input] before [Linear]")]
    [InlineData("[Linear(3), Lif, Input(4)]", "[Input(4), Linear(3), Lif]", "Move [Input] before [Linear]")]
    [InlineData("[Input(4)]\n[MeanReadout]\n[Linear(3)]\n[Lif]", "[Input(4)]\n[Linear(3)]\n[Lif]\n[MeanReadout]", "Move [MeanReadout] behind [Lif]")]
    [InlineData("[Input(4)] [MeanReadout]\n[Linear(3), Lif]", "[Input(4)] \n[Linear(3), Lif, MeanReadout]", "Move [MeanReadout] behind [Lif]")]
    [InlineData(
        "[Input(1, 4, 4)]\n[Flatten]\n[Conv2d(3)]\n[Lif]\n// the last\n[Linear(2)]\n[Lif]",
        "[Input(1, 4, 4)]\n[Conv2d(3)]\n[Lif]\n// the last\n[Flatten]\n[Linear(2)]\n[Lif]", "Move [Flatten] before [Linear]")]
    [InlineData(
        "[Input(1, 4, 4)]\n[Conv2d(3)]\n[MaxPool2d(2)]\n[Lif]\n[Flatten]\n[Linear(2)]\n[Lif]",
        "[Input(1, 4, 4)]\n[Conv2d(3)]\n[Lif]\n[MaxPool2d(2)]\n[Flatten]\n[Linear(2)]\n[Lif]", "Move [MaxPool2d] behind [Lif]")]
    [InlineData(
        "[Input(1, 4, 4)]\n[Conv2d(3, Bias = false)]\n[Lif]\n[BatchNorm2d(Affine = false)]\n[Flatten]\n[Linear(2)]\n[Lif]",
        "[Input(1, 4, 4)]\n[Conv2d(3, Bias = false)]\n[BatchNorm2d(Affine = false)]\n[Lif]\n[Flatten]\n[Linear(2)]\n[Lif]", "Move [BatchNorm2d] behind [Conv2d]")]
    [InlineData("[Input(4)]\n[SnnDsl.Delay(1)]\n[SnnDsl.Linear(3)]\n[Lif]", "[Input(4)]\n[SnnDsl.Linear(3)]\n[SnnDsl.Delay(1)]\n[Lif]", "Move [Delay] behind [Linear]")]
    public Task MoveLayer(string before, string after, string title) => Check(
        new MoveLayerFix(), $"[SpikingNetwork]\n{before}\npartial class Net;\n", $"[SpikingNetwork]\n{after}\npartial class Net;\n", title);

    [Theory]
    [InlineData("Linear(3), Lif(Reset = Reset.Soft, ResetValue = 0.5)", "Linear(3), Lif(Reset = Reset.Soft)", "Remove ResetValue")]
    [InlineData("Linear(3), Lif(Reset = Reset.None, DetachReset = true)", "Linear(3), Lif(Reset = Reset.None)", "Remove DetachReset")]
    [InlineData("Linear(3), Lif(Tau = 2, Decay = 0.25)", "Linear(3), Lif(Decay = 0.25)", "Remove Tau", "Remove Decay")]
    [InlineData("Linear(3), Lif(Tau = 2, Decay = 0.25)", "Linear(3), Lif(Tau = 2)", "Remove Decay", "Remove Tau")]
    [InlineData("Linear(3), Lif(RecurrentDiagonal = true)", "Linear(3), Lif", "Remove RecurrentDiagonal", "Add Recurrent = true")]
    [InlineData("Linear(3), Lif(RecurrentDiagonal = true)", "Linear(3), Lif(RecurrentDiagonal = true, Recurrent = true)", "Add Recurrent = true", "Remove RecurrentDiagonal")]
    [InlineData("Linear(3), Lif, MeanReadout, MembraneReadout", "Linear(3), Lif, MeanReadout", "Remove the readout")]
    [InlineData("Linear(3), Lif(Threshold = 0, Decay = 0.5)", "Linear(3), Lif(Decay = 0.5)", "Remove Threshold")]
    [InlineData("Linear(3), Lif(Decay = 1.5)", "Linear(3), Lif", "Remove Decay")]
    [InlineData("Linear(3), Synaptic(SynapticDecay = -1)", "Linear(3), Synaptic", "Remove SynapticDecay")]
    [InlineData("Linear(3), Lif, Linear(2), MembraneReadout(Decay = 2)", "Linear(3), Lif, Linear(2), MembraneReadout", "Remove Decay")]
    [InlineData("Linear(3), Lif(ResetValue = double.NaN)", "Linear(3), Lif", "Remove ResetValue")]
    [InlineData("Linear(3), Lif(SurrogateWidth = -1)", "Linear(3), Lif", "Remove SurrogateWidth")]
    [InlineData("Linear(3), Lif(Tau = 0.5)", "Linear(3), Lif", "Remove Tau")]
    [InlineData("Linear(3), Lif, Linear(2), Lif, MembraneReadout", "Linear(3), Lif, Linear(2), MembraneReadout", "Remove the last neurons", "Remove the readout: rates are read out")]
    [InlineData("Linear(3), Lif, Linear(2), Lif, MembraneReadout", "Linear(3), Lif, Linear(2), Lif", "Remove the readout: rates are read out", "Remove the last neurons")]
    public Task Remove(string before, string after, string title, string? other = null) => Check(
        new RemoveFix(), $"[SpikingNetwork, Input(4), {before}]\npartial class Net;\n", $"[SpikingNetwork, Input(4), {after}]\npartial class Net;\n", title, other);

    [Theory]
    [InlineData("Padding = -1", "", "Remove Padding")]
    [InlineData("Kernel = 3, KernelWidth = 2", "KernelWidth = 2", "Remove Kernel", "Remove KernelWidth")]
    [InlineData("KernelHeight = 1, Kernel = 3, KernelWidth = 2", "Kernel = 3", "Remove KernelHeight and KernelWidth", "Remove Kernel")]
    [InlineData("KernelHeight = 1, /* wide */ KernelWidth = 2, Kernel = 3", "KernelHeight = 1, /* wide */ KernelWidth = 2", "Remove Kernel", "Remove KernelHeight and KernelWidth")]
    [InlineData("Same = true, Stride = 2", "Stride = 2", "Remove Same", "Remove Stride")]
    [InlineData("Same = true, Stride = 2", "Same = true", "Remove Stride", "Remove Same")]
    public Task RemoveOfAConvolution(string before, string after, string title, string? other = null) => Check(
        new RemoveFix(),
        $"[SpikingNetwork]\n[Input(1, 5, 5)]\n[Conv2d(2, {before})]\n[Lif]\n[Flatten]\n[Linear(2), Lif]\npartial class Net;\n",
        $"[SpikingNetwork]\n[Input(1, 5, 5)]\n[Conv2d(2{(after.Length > 0 ? ", " : "")}{after})]\n[Lif]\n[Flatten]\n[Linear(2), Lif]\npartial class Net;\n", title, other);

    [Theory]
    [InlineData("SpikingNetwork(TimeSteps = 0)", "SpikingNetwork")]
    [InlineData("SpikingNetwork(TimeSteps = -1, Encoding = Encoding.Poisson)", "SpikingNetwork(Encoding = Encoding.Poisson)")]
    public Task RemoveOfANetwork(string before, string after) => Check(
        new RemoveFix(), $"[{before}, Input(4), Linear(3), Lif]\npartial class Net;\n", $"[{after}, Input(4), Linear(3), Lif]\npartial class Net;\n", "Remove TimeSteps");

    [Theory]
    [InlineData("[Linear(3)]\n[Lif]", "[Input(784)]")]
    [InlineData("[Linear(7, 3)]\n[Lif]", "[Input(7)]")]
    [InlineData("[Lif]\n[Linear(3)]\n[Lif]", "[Input(784)]")]
    [InlineData("[Flatten]\n[Linear(3)]\n[Lif]", "[Input(1, 28, 28)]")]
    [InlineData("[Conv2d(3, 8)]\n[Lif]\n[Flatten]\n[Linear(3)]\n[Lif]", "[Input(3, 28, 28)]")]
    [InlineData("[ConvTranspose2d(2, 8)]\n[Lif]\n[Flatten]\n[Linear(3)]\n[Lif]", "[Input(2, 28, 28)]")]
    [InlineData("[AvgPool2d(2)]\n[Flatten]\n[Linear(3)]\n[Lif]", "[Input(1, 28, 28)]")]
    [InlineData("[Conv1d(2, 8)]\n[Lif]\n[Flatten]\n[Linear(3)]\n[Lif]", "[Input(2, 100)]")]
    public Task AddInput(string layers, string input) => Check(
        new AddInputFix(), $"[SpikingNetwork]\n{layers}\npartial class Net;\n", $"[SpikingNetwork]\n{input}\n{layers}\npartial class Net;\n", $"Add {input}");

    [Fact]
    public Task AddInputAsTheNetworkIsWritten() => Check(
        new AddInputFix(), "[SnnDsl.SpikingNetwork, SnnDsl.Linear(3), SnnDsl.Lif]\npartial class Net;\n",
        "[SnnDsl.SpikingNetwork, SnnDsl.Input(784), SnnDsl.Linear(3), SnnDsl.Lif]\npartial class Net;\n", "Add [Input(784)]");

    [Theory]
    [InlineData("Linear(4, Name = \"first\"), Lif, Linear(4), Residual(\"frist\"), Lif", "\"first\"")]
    [InlineData("Linear(4, Name = \"first\"), Lif, Linear(4), Residual(\"First\"), Lif", "\"first\"")]
    [InlineData("Linear(4), Lif, Linear(4), Residual(\"fc\"), Lif", "\"fc1\"")]
    [InlineData("Linear(4), Lif, Linear(4), Lif, Concat(\"lif\"), Linear(2), Lif", "\"lif1\"")]
    [InlineData("Linear(4), Lif, Linear(4), Lif, Linear(3, From = \"lif9\"), Lif, Concat(\"lif2\"), Linear(2), Lif", "\"lif2\"")]
    // Not what is folded away, whose name is as near.
    [InlineData("Linear(4, Bias = false), BatchNorm1d(Name = \"fc12\"), Lif, Linear(4), Residual(\"fc13\"), Lif", "\"fc12\"")]
    // One like that which comes later.
    [InlineData("Linear(4), Lif, Linear(3), Lif, Linear(4), Residual(\"late\"), Lif, Linear(4, Name = \"late\"), Lif", "\"fc1\"")]
    [InlineData("Linear(4), Lif(Name = \"a\"), Linear(4), Lif, Concat(\"c\"), Linear(4), Lif(Name = \"c\")", "\"a\"")]
    [InlineData("Linear(4), Lif, Linear(3, From = \"z\"), Lif(Name = \"z\")", null)]
    [InlineData("Linear(4), Lif, Linear(4), Residual(\"shortcut\"), Lif", null)]
    public async Task NameALayerThatCanBeRead(string layers, string? name)
    {
        string before = $"[SpikingNetwork, Input(4), {layers}]\npartial class Net;\n";
        string wrong = new[] { "\"frist\"", "\"First\"", "\"fc\"", "\"lif\"", "\"lif9\"", "\"fc13\"", "Residual(\"late\"", "Concat(\"c\"", "\"z\"", "\"shortcut\"" }.First(before.Contains);
        if (name is null)
        {
            await CheckOffersNothing(new SourceFix(), before);
            return;
        }

        int bracket = wrong.IndexOf('(') + 1;
        await Check(new SourceFix(), before, before.Replace(wrong, wrong[..bracket] + name), $"Write {name}");
    }

    [Theory]
    [InlineData("[Input(4, 5, 5)]\n[Conv2d(8, Groups = 3)]", "[Input(4, 5, 5)]\n[Conv2d(8, Groups = 2)]", 2)]
    [InlineData("[Input(4, 5, 5)]\n[Conv2d(8, Groups = 16)]", "[Input(4, 5, 5)]\n[Conv2d(8, Groups = 4)]", 4)]
    [InlineData("[Input(3, 5, 5)]\n[Conv2d(8, Groups = 2)]", "[Input(3, 5, 5)]\n[Conv2d(8, Groups = 1)]", 1)]
    [InlineData("[Input(6, 9)]\n[Conv1d(4, Groups = 3)]", "[Input(6, 9)]\n[Conv1d(4, Groups = 2)]", 2)]
    public Task GroupsThatDivide(string before, string after, int groups)
    {
        const string Rest = "[Lif]\n[Flatten]\n[Linear(2), Lif]\npartial class Net;\n";
        return Check(new CorrectFix(), $"[SpikingNetwork]\n{before}\n{Rest}", $"[SpikingNetwork]\n{after}\n{Rest}", $"Write Groups = {groups}");
    }

    /// <summary>Lines of their own go as a whole; what is said behind them stays.</summary>
    [Theory]
    [InlineData("[MeanReadout]\n[MembraneReadout]\n", "[MeanReadout]\n")]
    [InlineData("[MeanReadout] [MembraneReadout]\n", "[MeanReadout] \n")]
    [InlineData("[MeanReadout]\n[MembraneReadout] // or this\n", "[MeanReadout]\n // or this\n")]
    public Task RemoveLines(string before, string after) => Check(
        new RemoveFix(), $"[SpikingNetwork, Input(4), Linear(3), Lif]\n{before}partial class Net;\n", $"[SpikingNetwork, Input(4), Linear(3), Lif]\n{after}partial class Net;\n", "Remove the readout");

    [Theory]
    [InlineData("[Input(4)]\n[Linear(5, 3)]\n[Lif]", "[Input(4)]\n[Linear(4, 3)]\n[Lif]", "Write 4")]
    [InlineData("[Input(4)]\n[Linear(features: 3, inputs: 5)]\n[Lif]", "[Input(4)]\n[Linear(features: 3, inputs: 4)]\n[Lif]", "Write 4")]
    [InlineData(
        "[Input(2, 4, 4)]\n[Conv2d(1, 3)]\n[Lif]\n[Flatten]\n[Linear(2), Lif]", "[Input(2, 4, 4)]\n[Conv2d(2, 3)]\n[Lif]\n[Flatten]\n[Linear(2), Lif]", "Write 2", "Encoding.Spikes")]
    [InlineData(
        "[Input(1, 4, 4)]\n[Conv2d(3, Bias = false)]\n[BatchNorm1d]\n[Lif]\n[Flatten]\n[Linear(2), Lif]",
        "[Input(1, 4, 4)]\n[Conv2d(3, Bias = false)]\n[BatchNorm2d]\n[Lif]\n[Flatten]\n[Linear(2), Lif]", "Write [BatchNorm2d]")]
    [InlineData("[Input(4)]\n[Dense(3)]\n[Lif]", "[Input(4)]\n[Linear(3)]\n[Lif]", "Write [Linear]")]
    [InlineData("[Input(4)]\n[Linear(3)]\n[SnnDsl.LIF]", "[Input(4)]\n[Linear(3)]\n[SnnDsl.Lif]", "Write [Lif]")]
    [InlineData("[Input(4)]\n[Linear(8)]\n[BatchNorm1d]\n[Lif]", "[Input(4)]\n[Linear(8, Bias = false)]\n[BatchNorm1d]\n[Lif]", "Write Bias = false")]
    [InlineData("[Input(4)]\n[Linear(8, Bias = true)]\n[BatchNorm1d]\n[Lif]", "[Input(4)]\n[Linear(8, Bias = false)]\n[BatchNorm1d]\n[Lif]", "Write Bias = false")]
    public Task Correct(string before, string after, string title, string? encoding = null)
    {
        string network = encoding is null ? "SpikingNetwork" : $"SpikingNetwork(Encoding = {encoding})";
        return Check(new CorrectFix(), $"[{network}]\n{before}\npartial class Net;\n", $"[{network}]\n{after}\npartial class Net;\n", title);
    }

    [Theory]
    [InlineData("", "SpikingNetwork", "SpikingNetwork(Encoding = Encoding.Spikes)")]
    [InlineData("", "SpikingNetwork(TimeSteps = 4)", "SpikingNetwork(TimeSteps = 4, Encoding = Encoding.Spikes)")]
    [InlineData("", "SpikingNetwork(Encoding = Encoding.Poisson)", "SpikingNetwork(Encoding = Encoding.Spikes)")]
    [InlineData("using System.Text;\n", "SpikingNetwork", "SpikingNetwork(Encoding = global::SnnDsl.Encoding.Spikes)")]
    public Task CorrectTheEncoding(string head, string before, string after) => Check(
        new CorrectFix(),
        $"{head}[{before}]\n[Input(2, 4, 4)]\n[Flatten]\n[Linear(3)]\n[Lif]\npartial class Net;\n",
        $"{head}[{after}]\n[Input(2, 4, 4)]\n[Flatten]\n[Linear(3)]\n[Lif]\npartial class Net;\n",
        $"Write Encoding = {after[(after.IndexOf("= ", after.IndexOf("Encoding", StringComparison.Ordinal), StringComparison.Ordinal) + 2)..^1]}");

    [Theory]
    [InlineData("abstract partial class Net;", "partial class Net;", "Remove 'abstract'")]
    [InlineData("public static partial class Net;", "public partial class Net;", "Remove 'static'")]
    [InlineData("file partial class Net;", "partial class Net;", "Remove 'file'")]
    [InlineData("partial class Net : Exception;", "partial class Net;", "Remove 'Exception'")]
    [InlineData("partial class Net : Exception, ICloneable { public object Clone() => this; }", "partial class Net : ICloneable { public object Clone() => this; }", "Remove 'Exception'")]
    public Task MakeOrdinary(string before, string after, string title) =>
        Check(new OrdinaryClassFix(), $"{Layers}\n{before}\n", $"{Layers}\n{after}\n", title);

    [Theory]
    [InlineData("functional.cross_entropy(network.call(x), y)", "functional.cross_entropy(network.call(x) * 5, y)")]
    [InlineData("functional.cross_entropy(network.forward(x), y)", "functional.cross_entropy(network.forward(x) * 5, y)")]
    [InlineData("CrossEntropyLoss().call(network.call(x), y)", "CrossEntropyLoss().call(network.call(x) * 5, y)")]
    public Task ScaleLogits(string before, string after)
    {
        string head = $"{Layers}\npartial class Net;\nclass Loop {{ object Loss(Net network, TorchSharp.torch.Tensor x, TorchSharp.torch.Tensor y) => TorchSharp.torch.nn.";
        return Check(new ScaleLogitsFix(), $"{head}{before}; }}\n", $"{head}{after}; }}\n", "Multiply by 5");
    }

    /// <summary>Offers the fix for the first diagnostic that it knows, applies it, and compares the text; then everywhere at once. Both with either end of lines.</summary>
    private static async Task Check(CodeFixProvider provider, string before, string after, string title, string? other = null)
    {
        string key = await CheckAlone(provider, Unix(before), Unix(after), title, other);
        Assert.Equal(key, await CheckAlone(provider, Windows(before), Windows(after), title, other));
        await CheckAll(provider, before, after, key);
    }

    private static async Task<string> CheckAlone(CodeFixProvider provider, string before, string after, string title, string? other)
    {
        var files = new Files(before);
        var document = files.Document;
        var found = (await Compiler.Analyze(await files.Compilation())).First(diagnostic => provider.FixableDiagnosticIds.Contains(diagnostic.Id));
        List<CodeAction> actions = [];
        await provider.RegisterCodeFixesAsync(new CodeFixContext(document, found, (action, _) => actions.Add(action), default));
        Assert.Equal(new[] { title, other }.OfType<string>().Order(), actions.Select(action => action.Title).Order());
        var offered = actions.Single(action => action.Title == title);

        var changed = (await offered.GetOperationsAsync(default)).OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
        Assert.Equal(after, (await changed.GetTextAsync()).ToString());
        Assert.DoesNotContain(
            await Compiler.Analyze((await changed.Project.GetCompilationAsync())!),
            diagnostic => diagnostic.Id == found.Id && diagnostic.Location.SourceSpan.Start <= found.Location.SourceSpan.Start);
        await CheckCompiles(changed.Project);
        return offered.EquivalenceKey!;
    }

    private static async Task CheckOffersNothing(CodeFixProvider provider, string source)
    {
        var files = new Files(source);
        var found = (await Compiler.Analyze(await files.Compilation())).First(diagnostic => provider.FixableDiagnosticIds.Contains(diagnostic.Id));
        await provider.RegisterCodeFixesAsync(new CodeFixContext(files.Document, found, (action, _) => Assert.Fail(action.Title), default));
    }

    private static async Task CheckAll(CodeFixProvider provider, string before, string after, string key)
    {
        await CheckEverywhere(provider, before, after, key, Unix);
        await CheckEverywhere(provider, before, after, key, Windows);
    }

    // Three networks in two files, so that changes of one file meet.
    private static async Task CheckEverywhere(CodeFixProvider provider, string before, string after, string key, Func<string, string> ends)
    {
        string Twice(string source) => ends($"namespace Second\n{{\n{source}}}\nnamespace Third\n{{\n{source}}}\n");

        var files = new Files(ends(before), Twice(before));
        var known = (await Compiler.Analyze(await files.Compilation())).Where(diagnostic => provider.FixableDiagnosticIds.Contains(diagnostic.Id)).ToList();
        Assert.True(known.Count > 2);
        var context = new FixAllContext(
            files.Document, provider, FixAllScope.Project, key, provider.FixableDiagnosticIds, new Known(known), default);
        var action = await provider.GetFixAllProvider()!.GetFixAsync(context);
        var changed = (await action!.GetOperationsAsync(default)).OfType<ApplyChangesOperation>().Single().ChangedSolution.GetProject(files.Document.Project.Id)!;
        string[] texts = await Task.WhenAll(changed.Documents.Where(document => document.Name != "Usings.cs").Select(async document => (await document.GetTextAsync()).ToString()));
        Assert.Equal(ends(after), texts[0]);
        Assert.Equal(Twice(after), texts[1]);
        await CheckCompiles(changed);
    }

    private static async Task CheckCompiles(Project project) => Assert.DoesNotContain(
        (await project.GetCompilationAsync())!.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    private static string Unix(string text) => text.Replace("\r\n", "\n");

    private static string Windows(string text) => Unix(text).Replace("\n", "\r\n");

    /// <summary>A user's project with the generator, in an editor.</summary>
    private sealed class Files
    {
        private readonly AdhocWorkspace _workspace = new();

        public Files(params string[] sources)
        {
            var compilation = Compiler.Compile(sources);
            var project = _workspace.AddProject("User", LanguageNames.CSharp)
                .WithParseOptions(Compiler.ParseOptions).WithCompilationOptions(compilation.Options).WithMetadataReferences(compilation.References)
                .AddAnalyzerReference(new Generator());
            project = project.AddDocument("Usings.cs", compilation.SyntaxTrees.Last().ToString(), filePath: "Usings.cs").Project;
            for (int i = 0; i < sources.Length; i++)
            {
                project = project.AddDocument(Compiler.NameOf(i), SourceText.From(sources[i]), filePath: Compiler.NameOf(i)).Project;
            }

            Document = project.Documents.Single(document => document.Name == Compiler.FileName);
        }

        public Document Document { get; }

        public async Task<Compilation> Compilation() => (await Document.Project.GetCompilationAsync())!;
    }

    private sealed class Generator : AnalyzerReference
    {
        private readonly ISourceGenerator _generator = new SpikingNetworkGenerator().AsSourceGenerator();

        public override string? FullPath => null;

        public override object Id => nameof(Generator);

        public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzers(string language) => [];

        public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzersForAllLanguages() => [];

        public override ImmutableArray<ISourceGenerator> GetGenerators(string language) => [_generator];
    }

    private sealed class Known(IReadOnlyList<Diagnostic> all) : FixAllContext.DiagnosticProvider
    {
        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken)
        {
            var tree = await document.GetSyntaxTreeAsync(cancellationToken);
            return all.Where(diagnostic => diagnostic.Location.SourceTree == tree);
        }

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>([]);

        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(all);
    }
}
