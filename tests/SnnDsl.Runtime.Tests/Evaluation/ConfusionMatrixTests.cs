using SnnDsl.Bounds;
using SnnDsl.Evaluation;
using SnnDsl.Runtime.Tests.Training;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Evaluation;

public class ConfusionMatrixTests
{
    [Fact]
    public void CountsAreThoseOfALoopOverSamples()
    {
        using var network = new TinyNetwork(Encoding.Direct, steps: 3, [1, 6, 6], hidden: 12, classes: 4, seed: 5);
        var data = TinyData.Images(90, noise: 0.5);
        var matrix = ConfusionMatrix.Of(network, data);
        var counts = new long[4, 4];
        using var scope = NewDisposeScope();
        for (int i = 0; i < data.Count; i++)
        {
            long predicted = Margins.Predict(network.forward(data.Inputs(i).to(ScalarType.Float64))).item<long>();
            counts[data.LabelsAt(i).item<long>(), predicted]++;
        }

        for (int label = 0; label < 4; label++)
        {
            for (int predicted = 0; predicted < 4; predicted++)
            {
                Assert.Equal(counts[label, predicted], matrix[label, predicted]);
            }
        }

        Assert.Equal((4, 90L, counts[0, 0] + counts[1, 1] + counts[2, 2]), (matrix.Classes, matrix.Samples, matrix.Right));
        Assert.Equal(matrix.Right / 90.0, Accuracy.Of(network, data));
        // No sample is of the fourth class.
        Assert.Null(matrix.Recall(3));
        Assert.Equal(counts[1, 1] / (double)(counts[1, 0] + counts[1, 1] + counts[1, 2] + counts[1, 3]), matrix.Recall(1));
        long taken = counts[0, 1] + counts[1, 1] + counts[2, 1];
        Assert.Equal(taken == 0 ? null : counts[1, 1] / (double)taken, matrix.Precision(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix[0, 4]);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix[-1, 0]);
    }
}
