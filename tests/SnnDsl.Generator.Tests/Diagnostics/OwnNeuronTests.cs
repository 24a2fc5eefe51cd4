using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Diagnostics;

/// <summary>SNN084 and SNN085, on the argument and in the code of the neuron; and what is read of code that is affine.</summary>
public class OwnNeuronTests
{
    private const string Net = "[SpikingNetwork]\n[Input(4)]\n[Linear(3)]\n[Neuron(typeof(Own))]\npublic sealed partial class Net;\n";

    private static string Neuron(string fields, string integrate, string fires, string spike) =>
        $"{Net}public struct Own : INeuron {{ {fields} public void Integrate(float current) {{ {integrate} }} public readonly bool Fires => {fires}; public void Spike() {{ {spike} }} }}\n";

    [Theory]
    [InlineData("public struct Own;", "it does not implement SnnDsl.INeuron")]
    [InlineData("public struct Own : INeuron { public void Integrate(float i) { } public bool Fires => true; public void Spike() { } }", "it has no state: give it fields of type float")]
    [InlineData("public struct Own : INeuron { int u; public void Integrate(float i) { } public bool Fires => true; public void Spike() { } }", "its field u is no float")]
    [InlineData("public struct Own : INeuron { float U { get; set; } public void Integrate(float i) { } public bool Fires => true; public void Spike() { } }",
        "its state U is no field with a name of ASCII letters, digits and _")]
    [InlineData("public class Base { public float b; } public class Own : Base, INeuron { float u; public void Integrate(float i) { } public bool Fires => true; public void Spike() { } }",
        "it derives from Base, whose states are not read")]
    public Task IsNoNeuron(string type, string why) => Expect.Diagnostics(Net.Replace("typeof(Own)", "{|SNN084:typeof(Own)|}") + type + "\n", $"Own is no neuron: {why}");

    private const string Shape = "only sums, differences, and products and quotients with constants are";

    [Theory]
    [InlineData("float u, v;", "u = 0.5f * u + {|SNN085:v * current|};", "u > 1", "u = 0;", "v * current", Shape)]
    [InlineData("float u;", "u = {|SNN085:current / u|};", "u > 1", "u = 0;", "current / u", Shape)]
    [InlineData("float u;", "u += {|SNN085:MathF.Exp(u)|};", "u > 1", "u = 0;", "MathF.Exp(u)", Shape)]
    [InlineData("float u;", "u = {|SNN085:current > 0 ? current : 0|};", "u > 1", "u = 0;", "current > 0 ? current : 0", Shape)]
    [InlineData("float u;", "{|SNN085:if (current > 0) u += current;|}", "u > 1", "u = 0;", "if (current > 0) u += current;", "a step is made of assignments alone")]
    [InlineData("float u;", "u = {|SNN085:(int)current|};", "u > 1", "u = 0;", "(int)current", "its type is no float")]
    [InlineData("float u; static float g;", "u += {|SNN085:g|};", "u > 1", "u = 0;", "g", Shape)]
    [InlineData("float u; static float g;", "{|SNN085:g|} = u;", "u > 1", "u = 0;", "g", "only states and locals can be assigned")]
    [InlineData("float u;", "u += current;", "{|SNN085:u == 1|}", "u = 0;", "u == 1", "Fires compares two affine expressions by >, >=, < or <=")]
    [InlineData("float u;", "u += current;", "{|SNN085:2 > 1f|}", "u = 0;", "2 > 1f", "Fires compares no state")]
    [InlineData("float u, v;", "u += current;", "{|SNN085:u * v|} > 1", "u = 0;", "u * v", Shape)]
    [InlineData("float u, v;", "u += current;", "u > 1", "v = {|SNN085:u * u|};", "u * u", Shape)]
    public Task IsNotAffine(string fields, string integrate, string fires, string spike, string what, string why) => Expect.Diagnostics(
        Neuron(fields, integrate, fires, spike), $"Of neuron Own, '{what}' is not affine in the states and the current: {why}");

    [Theory]
    [InlineData("float u;", "u = 0.5f * u + current;", "u > 1", "u = 0;",
        "states=u,A=0.5,B=1,c=0,w=1,threshold=1,fires=above,P0=1,q0=0,P1=0,q1=0")]
    [InlineData("const float D = 0.5f; static readonly double K = Math.Exp(-0.0); float u; float b;", "this.u = (current - u) * D + u; float half = b / 2; b = half - (float)K * -0.25f;", "1 <= 2 * (u - b)", "(u, b) = (b, u); b++;",
        "states=u b,A=0.5 0|0 0.5,B=0.5 0,c=0 0.25,w=2 -2,threshold=1,fires=atOrAbove,P0=1 0|0 1,q0=0 0,P1=0 1|1 0,q1=0 1")]
    [InlineData("float a, b;", "a *= 0.5f; a += current; b = -a; a = a + b;", "b < -0.5f", "a -= 1; { b = b + a; }",
        "states=a b,A=0 0|-0.5 0,B=0 -1,c=0 0,w=0 -1,threshold=0.5,fires=above,P0=1 0|0 1,q0=0 0,P1=1 0|1 1,q1=-1 -1")]
    public void IsRead(string fields, string integrate, string fires, string spike, string equations)
    {
        var layer = Assert.IsType<OwnNeuronLayer>(Plans.Of(Neuron(fields, integrate, fires, spike)).Spec.Layers.Last());
        Assert.Equal($"Neuron({equations},surrogate=Rectangular,width=1,reset=differentiated)", layer.Equations.ToString());
    }

    /// <summary>What a step without a spike does, and arguments of the attribute.</summary>
    [Fact]
    public void ReadsSilenceAndSurrogates()
    {
        const string Code = "public sealed class Own : ISilentNeuron { private float u; public void Integrate(float i) => u = u + 2 * i; "
            + "public bool Fires { get { return u >= 3; } } public void Spike() => u -= 3; void ISilentNeuron.Silence() { u *= 0.25f; } }";
        var layer = (OwnNeuronLayer)Plans.Of(Net.Replace("typeof(Own)", "typeof(Own), Surrogate = Surrogate.Erf, SurrogateWidth = 2, DetachReset = true") + Code).Spec.Layers.Last();
        Assert.Equal(
            "Neuron(states=u,A=1,B=2,c=0,w=1,threshold=3,fires=atOrAbove,P0=0.25,q0=0,P1=1,q1=-3,surrogate=Erf,width=2,reset=detached)", layer.Equations.ToString());
        Assert.Equal("u = u + 2 I; fires where u is at or above 3; after a spike u = u - 3; else u = 0.25 u", layer.Equation(null!, null!));
    }
}
