using System.Globalization;
using SnnDsl.Generator.Emission.Kernels;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Tests.Kernels;

public class EmittedKernelTextTests
{
    private static readonly NeuronModel Lif = new(0.25f, 0.25f, ResetKind.Hard, 0f, SurrogateKind.Rectangular, 1f);

    [Fact]
    public void A_public_kernel_compiles_without_a_diagnostic_whose_network_has_members_of_the_same_names()
    {
        string text = NeuronKernelEmitter.Emit(Lif, "Kernel", "public");
        var (_, diagnostics) = EmittedKernels.Compile($$"""
            #nullable enable
            namespace Emitted
            {
                /// <summary>A network.</summary>
                public class Network
                {
                    /// <summary>A member.</summary>
                    public int Load { get; set; }

                    /// <summary>A member.</summary>
                    public static void Select()
                    {
                    }

            {{text}}
                }
            }

            """);
        Assert.Empty(diagnostics);
    }

    [Fact]
    public void Forward_shows_the_membrane_as_one_would_write_it()
    {
        string text = NeuronKernelEmitter.Emit(Lif, "Kernel");
        Assert.Contains("// u[t] = 0.25 r[t-1] + I[t];  s[t] = 1 if u[t] > 0.25, else 0;  r[t] = 0 after a spike, else u[t].\n", text);
        Assert.Contains("var u = 0.25f * r + Load(ref current, t * currentStride + i, lanes);\n", text);
        Assert.Contains("r = Select(fires, 0f, u);\n", text);
    }

    [Theory]
    [InlineData(0f, false, "var u = Load(ref current")]
    [InlineData(1f, false, "var u = r + Load(ref current")]
    [InlineData(0.5f, true, "r = Select(fires, u - All(0.25f), u);")]
    public void What_the_constants_make_superfluous_is_not_there(float decay, bool soft, string expected)
    {
        string text = NeuronKernelEmitter.Emit(Lif with { Decay = decay, Reset = soft ? ResetKind.Soft : ResetKind.Hard }, "Kernel");
        Assert.Contains(expected, text);
        Assert.DoesNotContain("0f * r", text.Replace("0.5f * r", ""));
        Assert.Equal(decay != 0, text.Contains("nothing reads the last reset"));
        Assert.Equal(decay != 0 && !soft, text.Contains("RelaxationRule.Joint"));
    }

    [Fact]
    public void Text_is_the_same_under_a_culture_with_odd_numbers()
    {
        var model = new NeuronModel(0.25f, 1e-6f, ResetKind.Hard, -1234.5f, SurrogateKind.Arctan, 0.1f);
        string expected = Both(model);
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("")
            {
                NumberFormat = { NegativeSign = "~", NumberDecimalSeparator = ",", NumberGroupSeparator = "." },
            };
            Assert.Equal(expected, Both(model));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Lines_are_short_enough_to_read()
    {
        foreach (var model in EmittedKernels.Models)
        {
            string[] lines = Both(model).Split('\n');
            Assert.All(lines, line => Assert.True(line.Length <= 122, line));
            Assert.DoesNotContain(lines, line => line.EndsWith(' ') || line.Contains('\r'));
        }
    }

    [Fact]
    public void Cuda_text_reads_as_one_would_write_it()
    {
        string text = CudaKernelEmitter.Emit(Lif);
        Assert.Contains("float u = 0.25f * r + current[t * currentStride + i];\n", text);
        Assert.Contains("spikes[t * stride + i] = fires ? 1.0f : 0.0f;\n", text);
        Assert.Contains("r = fires ? 0.0f : u;\n", text);
        Assert.Contains("dcs = concave ? dEnds : dJump;\n", text);
        Assert.Contains("float reset = (u > 0.25f ? 0.0f : 1.0f) - u * surrogate;\n", text);
    }

    [Theory]
    [InlineData(0f, "0.0f")]
    [InlineData(-1f, "-1.0f")]
    [InlineData(0.1f, "0.1f")]
    [InlineData(16777216f, "16777216.0f")]
    [InlineData(1e-6f, "1E-06f")]
    [InlineData(3e20f, "3E+20f")]
    public void Cuda_literals_are_numbers_of_cpp(float value, string expected) => Assert.Equal(expected, CudaDialect.Literal(value));

    [Theory]
    [InlineData("x = (a ? b : c);", "x = a ? b : c;")]
    [InlineData("float x = (a > b && !(c > d) ? f(e) : g);", "float x = a > b && !(c > d) ? f(e) : g;")]
    [InlineData("x = (a ? b : c) - (d ? e : f);", "x = (a ? b : c) - (d ? e : f);")]
    [InlineData("x = (cr - chord) * lower;", "x = (cr - chord) * lower;")]
    [InlineData("    return (a ? b : (c ? d : e));", "    return a ? b : (c ? d : e);")]
    public void Parentheses_stay_where_they_are_needed(string text, string expected) => Assert.Equal(expected, CudaDialect.Tidy(text));

    [Fact]
    public void The_limits_of_lines_are_the_same_on_cuda()
    {
        Assert.Contains($"constexpr float Steepest = {CudaDialect.Literal(SnnDsl.Kernels.LineLimits.Steepest)};\n", CudaKernelEmitter.Emit(Lif));
        Assert.Contains($"constexpr float Near = {CudaDialect.Literal(SnnDsl.Kernels.LineLimits.Near)};\n", CudaKernelEmitter.Emit(Lif));
    }

    private static string Both(NeuronModel model) => NeuronKernelEmitter.Emit(model, "Kernel") + CudaKernelEmitter.Emit(model);
}
