using SnnDsl.Data;
using static TorchSharp.torch;

namespace SpikingApp;

/// <summary>Pictures of 8 x 8 pixels in [0, 1]: a row, a column, a cross or a dot near the middle, and noise. Made from a seed: certificates are checked on the same ones again.</summary>
public static class ShapeData
{
    private const int Side = 8, Classes = 4;

    /// <summary>400 pictures to train on, or 80 to test on.</summary>
    public static Dataset Load(string split)
    {
        var random = new Random(split == "train" ? 1 : 2);
        int count = split == "train" ? 400 : 80;
        var pixels = new float[count * Side * Side];
        var labels = new long[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = i % Classes;
            var (row, column) = (random.Next(3, 5), random.Next(3, 5));
            for (int y = 0; y < Side; y++)
            {
                for (int x = 0; x < Side; x++)
                {
                    bool inRow = y == row, inColumn = x == column;
                    bool isBright = labels[i] switch { 0 => inRow, 1 => inColumn, 2 => inRow || inColumn, _ => inRow && inColumn };
                    pixels[(((i * Side) + y) * Side) + x] = (isBright ? 0.8f : 0.05f) + (0.15f * random.NextSingle());
                }
            }
        }

        using Tensor inputs = tensor(pixels, [count, 1, Side, Side]), classes = tensor(labels);
        return Dataset.FromTensors(inputs, classes, "shapes", split);
    }
}
