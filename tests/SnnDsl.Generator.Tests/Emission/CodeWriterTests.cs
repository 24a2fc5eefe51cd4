using System.Globalization;
using CsCheck;
using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Tests.Emission;

public class CodeWriterTests
{
    [Fact]
    public void BlocksIndentAndEmptyLinesStayEmpty()
    {
        var writer = new CodeWriter();
        using (writer.Block("if (a)"))
        {
            writer.Comment("one\n\ntwo").Line();
            using (writer.Block("var b = new[]", "};"))
            {
                writer.Line("1,\n2,");
            }
        }

        Assert.Equal(
            "if (a)\n{\n    // one\n    //\n    // two\n\n    var b = new[]\n    {\n        1,\n        2,\n    };\n}\n", writer.ToString());
    }

    [Theory]
    [InlineData(0.25f, "0.25f")]
    [InlineData(0.1f, "0.1f")]
    [InlineData(-1e-20f, "-1E-20f")]
    [InlineData(16777216f, "16777216f")]
    [InlineData(float.MaxValue, "3.4028235E+38f")]
    public void LiteralsAreShort(float value, string literal) => Assert.Equal(literal, CodeWriter.Literal(value));

    [Fact]
    public void LiteralsGiveTheSameBitsAgain() => Gen.Float.Where(float.IsFinite).Sample(value => Assert.Equal(
        BitConverter.SingleToInt32Bits(value),
        BitConverter.SingleToInt32Bits(float.Parse(CodeWriter.Literal(value)[..^1], CultureInfo.InvariantCulture))));

    [Fact]
    public void NoLiteralStandsForWhatIsNotANumber() => Assert.Throws<ArgumentOutOfRangeException>(() => Numbers.Literal(float.NaN));

    [Fact]
    public void SizesSaturate()
    {
        Assert.Equal(long.MaxValue, Shape.Image(int.MaxValue, int.MaxValue, int.MaxValue).Elements);
        Assert.Equal(long.MaxValue, Saturating.Add(long.MaxValue, 1));
        Assert.Equal(6, Saturating.Multiply(2, 3));
        Assert.Equal(0, Saturating.Multiply(0, long.MaxValue));
    }
}
