using SnnDsl.Certification.Search;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>The search's weights, kept as whole rows or as what is not 0 of them: the same matrix.</summary>
public class MatrixTests
{
    [Theory, InlineData(0.05), InlineData(0.2), InlineData(0.9)]
    public void RowsOfEitherKindAreTheMatrix(double density)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var (rows, width) = (random.Next(1, 8), random.Next(1, 60));
            // Quarters, so that any order of a sum gives the same number.
            double[] weights = [.. Enumerable.Range(0, rows * width).Select(_ => random.NextDouble() < density ? random.Next(1, 9) * (random.Next(2) == 0 ? 0.25 : -0.25) : 0)];
            double[] x = [.. Enumerable.Range(0, width).Select(_ => random.Next(-8, 9) / 4.0)], a = [.. Enumerable.Range(0, rows).Select(_ => random.Next(-2, 3) / 2.0)];
            var matrix = new Matrix(rows, width, weights);
            bool isSparse = weights.Count(weight => weight != 0) < 0.25 * weights.Length;
            Assert.Equal((rows, width, !isSparse), (matrix.Rows, matrix.Width, matrix.ReachesAll));
            double[] y = [.. a], absolute = [.. a], back = [.. x];
            matrix.Apply(x, y);
            matrix.ApplyAbsolute(x, absolute);
            matrix.PullBack(a, back);
            for (int row = 0; row < rows; row++)
            {
                double[] own = weights[(row * width)..((row + 1) * width)], read = [.. x];
                matrix.Row(row, read);
                Assert.Equal(own, read);
                double sum = own.Zip(x, (weight, value) => weight * value).Sum(), sizes = own.Zip(x, (weight, value) => Math.Abs(weight) * value).Sum();
                Assert.Equal((sum, sizes), (matrix.Dot(row, x), matrix.DotAbsolute(row, x)));
                Assert.Equal((a[row] + sum, a[row] + sizes, own.Sum(Math.Abs)), (y[row], absolute[row], matrix.AbsoluteSum(row)));
            }

            for (int column = 0; column < width; column++)
            {
                double[] own = [.. Enumerable.Range(0, rows).Select(row => weights[(row * width) + column])];
                Assert.Equal(isSparse ? own.Index().Where(weight => weight.Item != 0).Select(weight => weight.Index) : Enumerable.Range(0, rows), matrix.RowsOf(column).ToArray());
                Assert.Equal(x[column] + own.Zip(a, (weight, factor) => weight * factor).Sum(), back[column]);
            }
        }
    }
}
