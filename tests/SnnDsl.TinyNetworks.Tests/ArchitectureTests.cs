using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>What the text of an architecture may say, and the weights that belong to it.</summary>
public class ArchitectureTests
{
    private const string Lif = "Lif(threshold=1,decay=0.5,reset=Hard,resetValue=0)", Own = "Neuron(states=u,A=0.5,B=1,c=0,w=1,threshold=0.25,fires=above,P0=1,q0=0,P1=0,q1=0,surrogate=Rectangular,width=1,reset=differentiated)";

    public static TheoryData<string> Good => [.. new[]
    {
        Of($"fc1=Linear(features=2,bias=false)->2;lif1={Lif}->2"), Of($"lif1={Lif}->4"), Of($"fc1=Linear(features=2,bias=false)->2;bn1=BatchNorm1d(epsilon=1e-05,affine=false)->2;lif1={Lif}->2"),
        Of($"fc1=Linear(features=2,bias=false)->2;n1={Own}->2;n1.recurrent=Recurrent(diagonal=true)->2"), Of($"fc1=Linear(features=4,bias=false)->4;lif1={Lif}->4;add1<-lif1,fc1=Add()->4"),
        Of($"fc1=Linear(features=2,bias=false)->2;lif1={Lif}->2;delay1=Delay(steps=1)->2;fc2=Linear(features=2,bias=false)->2"),
        Of($"fc1=Linear(features=2,bias=false)->2;lif1={Lif}->2;fc2<-input=Linear(features=2,bias=false)->2;bn2=BatchNorm1d(epsilon=1e-05,affine=false)->2;lif2={Lif}->2;c<-lif1,lif2=Concat()->4"),
        Image($"c1=Conv2d(channels=2,kernel=2,stride=1,padding=0,groups=2,bias=false)->2x2x2;lif1={Lif}->2x2x2"), Image($"c1=ConvTranspose2d(channels=2,kernel=2,stride=2,padding=0,outputPadding=1,bias=false)->2x7x7;lif1={Lif}->2x7x7"),
        Image($"p1=AdaptiveAvgPool2d(height=1,width=2)->2x1x2;lif1={Lif}->2x1x2"), Image($"f1=Flatten()->18;lif1={Lif}->18"), Image($"n1=Normalize(scale=1|2,shift=0|1)->2x3x3;lif1={Lif}->2x3x3"),
        $"encoding=Spikes;steps=3;input=4;lif1={Lif}->4;fc1=Linear(features=2,bias=false)->2;readout=Membrane(decay=0.5)", $"encoding=Poisson;steps=3;input=4;lif1={Lif}->4;fc1=Linear(features=2,bias=false)->2;readout=Membrane(decay=0.5,mean=true)",
    }];

    public static TheoryData<string> Bad => [.. new[]
    {
        "", "encoding=Direct", "encoding=Direct;steps=3;input=4;readout=Mean()", "steps=3;encoding=Direct;input=4;lif1=Lif()->4;readout=Mean()", $"encoding=Direct;steps=x;input=4;lif1={Lif}->4;readout=Mean()",
        $"encoding=Direct;steps=3;input=a;lif1={Lif}->4;readout=Mean()", $"encoding=Direct;steps=3;input=4;lif1={Lif}->4;readout=Last()", $"encoding=Direct;steps=3;input=4;lif1={Lif}->4;readout=Mean", $"encoding=Direct;steps=3;input=4;lif1={Lif}->4;output=Mean()",
        $"encoding=Direct;steps=3;output=4;lif1={Lif}->4;readout=Mean()", Of("lif1->4"), Of($"->4=lif1{Lif}"), Of($"=x->4"), Of($"lif1={Lif}"), Of("lif1=Lif->4"), Of("lif1=Lif(threshold=1->4"), Of("lif1=(threshold=1->4)->4"),
        // No neurons, unknown ones, unknown layers.
        Of("fc1=Linear(features=2,bias=false)->2"), Of("lif1=Lif(threshold=1,decay=0.5,reset=Late,resetValue=0)->4"), Of($"d=Dense(features=2)->2;lif1={Lif}->2"),
        // Sizes that are not theirs.
        Of($"fc1=Linear(features=3,bias=false)->2;lif1={Lif}->2"), Of($"fc1=Linear(features=2,bias=false)->2;lif1={Lif}->3;fc2=Linear(features=2,bias=false)->2"), Of($"f=Flatten()->5;lif1={Lif}->4;a<-lif1,lif1=Add()->4"), Of($"lif1={Lif}->4;f=Flatten()->5;a<-lif1,lif1=Add()->4"),
        // Weights that are not theirs.
        Of($"fc9=Linear(features=2,bias=false)->2;lif1={Lif}->2"), Of($"fc1=Linear(features=3,bias=false)->3;lif1={Lif}->3"), Of($"fc1=Linear(features=2,bias=true)->2;lif1={Lif}->2"),
        // Normalisations of no map, without statistics, of none that are finite.
        Of($"bn1=BatchNorm1d(epsilon=1e-05,affine=false)->4;lif1={Lif}->4"), Of($"fc1=Linear(features=2,bias=false)->2;lif1={Lif}->2;bn2=BatchNorm1d(epsilon=1e-05,affine=false)->2"),
        Of($"fc1=Linear(features=2,bias=false)->2;lif1={Lif}->2;bn1<-fc1=BatchNorm1d(epsilon=1e-05,affine=false)->2;lif2={Lif}->2"), Of($"bn1<-input=BatchNorm1d(epsilon=1e-05,affine=false)->4;lif1={Lif}->4"),
        Of($"fc1=Linear(features=2,bias=false)->2;bn9=BatchNorm1d(epsilon=1e-05,affine=false)->2;lif1={Lif}->2"), Of($"fc1=Linear(features=2,bias=false)->2;bad=BatchNorm1d(epsilon=0,affine=false)->2;lif1={Lif}->2"), Of($"fc1=Linear(features=2,bias=false)->2;shifted=BatchNorm1d(epsilon=1,affine=true)->2;lif1={Lif}->2"),
        Of($"lif1={Lif}->4;x<-lif1=Flatten()->4;bn1=BatchNorm1d(epsilon=1e-05,affine=false)->4"),
        // Windows, groups and images.
        Image($"c1=Conv2d(channels=2,kernel=2,stride=1,padding=0,groups=3,bias=false)->2x2x2;lif1={Lif}->2x2x2"), Image($"c1=Conv2d(channels=2,kernel=2,stride=1,padding=0,groups=0,bias=false)->2x2x2;lif1={Lif}->2x2x2"), Image($"c1=Conv2d(channels=3,kernel=2,stride=1,padding=0,groups=2,bias=false)->3x2x2;lif1={Lif}->3x2x2"),
        Image($"c1=Conv2d(channels=2,stride=1,padding=0,groups=2,bias=false)->2x2x2;lif1={Lif}->2x2x2"), Image($"c1=Conv2d(channels=2,kernel=0,stride=1,padding=0,groups=2,bias=false)->2x2x2;lif1={Lif}->2x2x2"), Image($"c1=Conv2d(channels=2,kernel=2,stride=0,padding=0,groups=2,bias=false)->2x2x2;lif1={Lif}->2x2x2"),
        Image($"c1=Conv2d(channels=2,kernel=2,stride=1,padding=-1,groups=2,bias=false)->2x2x2;lif1={Lif}->2x2x2"), Image($"c1=Conv2d(channels=2,kernel=2x2x2,stride=1,padding=0,groups=2,bias=false)->2x2x2;lif1={Lif}->2x2x2"), Image($"c1=Conv2d(channels=2,kernel=2x0,stride=1,padding=0,groups=2,bias=false)->2x2x2;lif1={Lif}->2x2x2"),
        Transposed("2", 2, 2, 0, 1, "2x7x6"), Transposed("2", 2, 2, 0, 1, "2x6x7"), Transposed("3", 2, 2, 0, 1, "2x7x7"), Transposed("2", 2, 2, 0, 1, "98"), Transposed("2", 0, 2, 0, 1, "2x5x5"), Transposed("2", 2, 0, 0, 1, "2x3x3"), Transposed("2", 2, 2, -1, 1, "2x9x9"),
        Image($"p1=AdaptiveAvgPool2d(height=1,width=2)->2x2x1;lif1={Lif}->2x2x1"), Image($"p1=AdaptiveAvgPool2d(height=1,width=2)->1x1x2;lif1={Lif}->1x1x2"), Image($"p1=AdaptiveAvgPool2d(height=1,width=2)->4;lif1={Lif}->4"), Image($"p1=AdaptiveAvgPool2d(height=1,width=1)->2x1x2;lif1={Lif}->2x1x2"),
        Image($"n1=Normalize(scale=1|2,shift=0)->2x3x3;lif1={Lif}->2x3x3"), Image($"n1=Normalize(scale=1|2|3,shift=0|0|0)->2x3x3;lif1={Lif}->2x3x3"),
        // Graphs.
        Of($"fc1=Linear(features=4,bias=false)->4;lif1={Lif}->4;add1<-lif1,fc9=Add()->4"), Of($"fc1=Linear(features=4,bias=false)->4;lif1={Lif}->4;add1<-lif1,input=Add()->4"), Of($"fc1=Linear(features=2,bias=false)->2;lif1={Lif}->2;lif2<-input={Lif}->4;add1<-lif1,lif2=Add()->2"),
        Of($"fc1=Linear(features=2,bias=false)->2;lif1={Lif}->2;lif2<-input={Lif}->4;add1<-lif2,lif1=Add()->4"), Of($"lif1={Lif}->4;c<-lif1,input=Concat()->8"), Of($"lif1={Lif}->4;c<-lif1,lif1=Concat()->4"), Of($"lif1={Lif}->4;fc2<-lif1,lif1=Linear(features=2,bias=false)->2"),
        Of($"delay1=Delay(steps=1)->4;lif1={Lif}->4"), Of($"lif1={Lif}->4;delay1=Delay(steps=0)->4"), Of($"lif1={Lif}->4;delay1=Delay(steps=1)->2"), Of($"lif1={Lif}->4;fc4<-input=Linear(features=4,bias=false)->4;x<-lif1=Flatten()->4"), Of("fc1<-input=Linear(features=2,bias=false)->2"),
        Image($"c1=Conv2d(channels=2,kernel=2,stride=1,padding=0,groups=2,bias=false)->2x2x2;lif1={Lif}->2x2x2;lif2<-input={Lif}->2x3x3;c<-lif1,lif2=Concat()->26"),
        // What comes back.
        Of("r=Recurrent(diagonal=true)->4"), Of($"lif1={Lif}->4;r=Recurrent(diagonal=true)->4"), Of($"n1={Own}->4;n1.recurrent=Recurrent(diagonal=true)->2"), Of($"fc1=Linear(features=2,bias=false)->2;n1={Own}->2;n9.recurrent=Recurrent(diagonal=true)->2"),
        Of($"fc1=Linear(features=2,bias=false)->2;n1={Own}->2;n1.recurrent=Recurrent(diagonal=false)->2"), Of($"fc1=Linear(features=2,bias=false)->2;n1={Own}->2;n1.recurrent<-fc1=Recurrent(diagonal=true)->2"),
    }];

    [Theory, MemberData(nameof(Good))]
    public void ArchitecturesAreBuilt(string text)
    {
        var network = Build(text);
        Assert.Equal(Architecture.Read(text).Layers.Count(layer => layer.Kind is "Lif" or "Neuron"), network.Stages.Count);
        Assert.Equal(text.Split("->")[^1].Split(';')[0].Split('x').Select(int.Parse).Aggregate((a, b) => a * b), network.Classes);
        Assert.Equal(Architecture.Read(text).Layers[^1].Kind is "Lif" or "Neuron" or "Recurrent", network.EndsInNeurons);
        bool mean = text.Contains("Mean()", StringComparison.Ordinal) || text.Contains("mean=true", StringComparison.Ordinal);
        Assert.Equal(mean ? 3 : 1, network.MarginScale);
        for (int t = 0; t < 3; t++)
        {
            // By means each step weighs 1; a membrane keeps half of it a step, and its mean adds up what it was.
            double expected = text.Contains("Mean()", StringComparison.Ordinal) ? 1 : mean ? 2 - Math.Pow(0.5, 2 - t) : Math.Pow(0.5, 2 - t);
            Assert.Equal(expected, network.ReadoutWeight(t).Lower.ToDouble());
        }
    }

    [Theory, MemberData(nameof(Bad))]
    public void AnythingElseIsRefused(string text) =>
        Assert.True(Record.Exception(() => Build(text)) is FormatException or KeyNotFoundException or ArgumentException, text);

    /// <summary>A normalisation folds in float32, each operation by itself.</summary>
    [Theory, InlineData(false, false), InlineData(true, false), InlineData(false, true), InlineData(true, true)]
    public void NormalisationsFold(bool affine, bool bias)
    {
        var random = new Random(7);
        float[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() + 0.25f)];
        Dictionary<string, float[]> weights = new()
        {
            ["fc1.weight"] = Some(8), ["fc1.bias"] = Some(2), ["bn1.running_mean"] = Some(2), ["bn1.running_var"] = Some(2), ["bn1.weight"] = Some(2), ["bn1.bias"] = Some(2),
        };
        string text = Of($"fc1=Linear(features=2,bias={(bias ? "true" : "false")})->2;bn1=BatchNorm1d(epsilon=0.125,affine={(affine ? "true" : "false")})->2;lif1={Lif}->2");
        var map = Network<Rational>.Build(Architecture.Read(text), weights, 3).Stages[0].Maps.Maps.Single();
        for (int o = 0; o < 2; o++)
        {
            float scale = (affine ? weights["bn1.weight"][o] : 1) / MathF.Sqrt(weights["bn1.running_var"][o] + 0.125f);
            float centred = (bias ? weights["fc1.bias"][o] : 0) - weights["bn1.running_mean"][o], product = centred * scale, moved = affine ? product + weights["bn1.bias"][o] : product;
            Assert.Equal(moved, map.Bias(o).ToDouble());
            Assert.All(map.Numerators(o), tap => Assert.Equal(weights["fc1.weight"][(o * 4) + tap.Input] * scale, tap.Weight.ToDouble()));
        }
    }

    /// <summary>Coefficients that float32 sums can be bounded with: none beyond 2^24, none below the normal numbers.</summary>
    [Fact]
    public void EquationsAreOfNormalNumbers()
    {
        void Check(string number) => Neurons.CheckFloat32(SnnDsl.Model.NeuronEquations.Parse(Own.Replace("A=0.5", $"A={number}")));

        Assert.All(["0", "1", "-0.5", "16777216", "-16777216", "1.17549435E-38"], Check);
        Assert.All(["16777218", "-16777218", "1E-39", "-1E-45", "3E38"], number => Assert.Contains("nothing is known", Assert.Throws<FormatException>(() => Check(number)).Message, StringComparison.Ordinal));
        Assert.False(Neurons.By(SnnDsl.Model.NeuronEquations.Parse(Own)).HavePeriods);
        Assert.True(new Neurons(1, 0.5, false, 0).HavePeriods);
        Assert.False(new Neurons(1, 0.5, true, 0).HavePeriods);
        Assert.False(new Neurons(1, 0.5, false, 0.25).HavePeriods);
    }

    /// <summary>What a run takes, by which the checker plans its time.</summary>
    [Fact]
    public void ProductsAreCounted()
    {
        Assert.Equal(3 * 8, Build(Of($"fc1=Linear(features=2,bias=false)->2;lif1={Lif}->2")).Products);
        Assert.Equal(3 * (8 + 2), Build(Of($"fc1=Linear(features=2,bias=false)->2;n1={Own}->2;n1.recurrent=Recurrent(diagonal=true)->2")).Products);
        Assert.Equal(3 * (8 + 4), Build(Of($"fc1=Linear(features=2,bias=false)->2;lif1={Lif}->2;fc2=Linear(features=2,bias=false)->2")).Products);
        Assert.Equal(3 * (8 + 4), Build(Of($"fc1=Linear(features=2,bias=false)->2;lif1={Lif}->2;delay1=Delay(steps=1)->2;fc2=Linear(features=2,bias=false)->2")).Products);
        Assert.False(Build(Of($"fc1=Linear(features=2,bias=false)->2;lif1={Lif}->2")).HasChains);
        Assert.True(Build(Of($"fc1=Linear(features=2,bias=false)->2;fc2=Linear(features=2,bias=false)->2;lif1={Lif}->2;fc3=Linear(features=2,bias=false)->2;lif2={Lif}->2")).HasChains);
    }

    private static string Of(string layers) => $"encoding=Direct;steps=3;input=4;{layers};readout=Mean()";

    private static string Image(string layers) => $"encoding=Direct;steps=3;input=2x3x3;{layers};readout=Mean()";

    private static string Transposed(string channels, int kernel, int stride, int padding, int extra, string output) =>
        Image($"c1=ConvTranspose2d(channels={channels},kernel={kernel},stride={stride},padding={padding},outputPadding={extra},bias=false)->{output};lif1={Lif}->{output}");

    private static Network<Rational> Build(string text) => Network<Rational>.Build(
        Architecture.Read(text),
        new Dictionary<string, float[]>
        {
            // fc1 of four inputs and two outputs, or four; those behind it of two.
            ["fc1.weight"] = text.Contains("fc1=Linear(features=4", StringComparison.Ordinal) ? new float[16] : new float[8], ["fc2.weight"] = text.Contains("fc2<-input", StringComparison.Ordinal) ? new float[8] : new float[4],
            ["fc3.weight"] = new float[4], ["fc4.weight"] = new float[16], ["c1.weight"] = text.Contains("groups", StringComparison.Ordinal) ? new float[8] : new float[16], ["n1.recurrent.weight"] = new float[2],
            ["bn1.running_mean"] = new float[2], ["bn1.running_var"] = [1, 1], ["bn2.running_mean"] = new float[2], ["bn2.running_var"] = [1, 1],
            ["bad.running_mean"] = new float[2], ["bad.running_var"] = [1, 0], ["shifted.running_mean"] = new float[2], ["shifted.running_var"] = [1, 1], ["shifted.weight"] = [1, 1], ["shifted.bias"] = [0, float.PositiveInfinity],
        },
        3);
}
