using System.Globalization;
using static TorchSharp.torch;

namespace SnnDsl.Interchange.Nir;

/// <summary>The affine nodes of a graph as layers: matrices, convolutions, pools, and the scales that no weights stand beside.</summary>
/// <param name="links">The graph; it knows which scales the weights beside them take in.</param>
internal sealed class NirMaps(NirLinks links)
{
    private const long MostScaled = 4096;

    /// <summary>The nodes' types.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["Affine", "Linear", "Conv1d", "Conv2d", "SumPool2d", "AvgPool2d", "Scale"];

    /// <summary>The layer that a node becomes.</summary>
    /// <param name="node">The node, one of <see cref="Kinds"/>.</param>
    /// <param name="shape">The shape of what it reads.</param>
    /// <param name="takesSequences">Whether inputs are channels x length, which are images of one row here.</param>
    /// <exception cref="InterchangeException">It has no counterpart; the message names it and says why.</exception>
    public NirLayer Read(NirNode node, long[] shape, bool takesSequences) => node.Type switch
    {
        "Conv1d" or "Conv2d" => Convolution(node, shape),
        "SumPool2d" or "AvgPool2d" => Pool(node, shape, takesSequences),
        "Scale" => Scale(node, shape, takesSequences),
        _ => Matrix(node, shape),
    };

    private NirLayer Matrix(NirNode node, long[] shape)
    {
        var weight = node.Numbers("weight");
        if (shape.Length != 1 || weight.Shape is not [var features, var inputs] || inputs != shape[0])
        {
            throw node.Wrong($"has a weight of {string.Join('x', weight.Shape)}, and gets {string.Join('x', shape)}");
        }

        return node.Type == "Affine"
            ? new("Linear", [$"{features}"], [features], Weights(node, weight, node.Numbers("bias")))
            : new("Linear", [$"{features}", "Bias = false"], [features], Weights(node, weight, null));
    }

    private NirLayer Convolution(NirNode node, long[] shape)
    {
        var weight = node.Numbers("weight");
        bool isSequence = node.Type == "Conv1d";
        int groups = node.Fields.ContainsKey("groups") ? node.Side("groups", 1) : 1;
        long[] kernel = weight.Shape.Length == (isSequence ? 3 : 4) ? isSequence ? [1, weight.Shape[2]] : weight.Shape[2..] : throw node.Wrong($"has a weight of {string.Join('x', weight.Shape)}");
        if (shape.Length != 3 || weight.Shape[1] * groups != shape[0] || (isSequence && shape[1] != 1))
        {
            throw node.Wrong($"has a weight of {string.Join('x', weight.Shape)} in {groups} groups, and gets {string.Join('x', shape)}");
        }

        long[] stride = Pair(node, "stride", 1), dilation = Pair(node, "dilation", 1), padding = [0, 0];
        long[] extent = [(dilation[0] * (kernel[0] - 1)) + 1, (dilation[1] * (kernel[1] - 1)) + 1];
        bool isSame = false;
        switch (node.Fields.GetValueOrDefault("padding")?.Text)
        {
            case null:
                padding = Pair(node, "padding", 0);
                break;
            case "valid":
                break;
            case "same" when stride is [1, 1]:
                isSame = extent.Any(size => size % 2 == 0);
                padding = isSame ? padding : [extent[0] / 2, extent[1] / 2];
                break;
            case var text:
                throw node.Wrong($"pads '{text}' with a stride of {string.Join('x', stride)}");
        }

        var bias = node.Numbers("bias");
        bool hasBias = bias.Numbers.Any(value => value != 0);
        long[] output = isSame
            ? [weight.Shape[0], shape[1], shape[2]]
            : [weight.Shape[0], NirLinks.Places(node, shape[1], extent[0], stride[0], padding[0]), NirLinks.Places(node, shape[2], extent[1], stride[1], padding[1])];
        return new(node.Type,
            [
                $"{weight.Shape[0]}", .. Sides("Kernel", kernel, 0), .. Sides("Stride", stride, 1), .. Sides("Padding", padding, 0), .. isSame ? ["Same = true"] : Array.Empty<string>(),
                .. Sides("Dilation", dilation, 1), .. Apart(groups), .. hasBias ? Array.Empty<string>() : ["Bias = false"],
            ],
            output, Weights(node, weight, hasBias ? bias : null));

        // Of a sequence, which has one row, what leaves that as it is.
        long[] Pair(NirNode at, string field, int least) => isSequence ? [least, Pairs(at, field, least)[1]] : Pairs(at, field, least);

        string[] Sides(string argument, long[] sides, long usual) => !isSequence ? Sided(argument, sides, usual)
            : sides.All(side => side == usual) ? [] : [$"{argument} = {sides[1]}"];
    }

    // Pixels are normalised. Beside no weights any other scale has some of its own: a diagonal, or a convolution of each channel by one number.
    private NirLayer Scale(NirNode node, long[] shape, bool takesSequences)
    {
        long count = shape[0];
        if (links.Divisors(node.Name) is { } by)
        {
            return new("Normalize", by.Distinct().Count() == 1 ? ["0", Text(by[0])] : [Many(by.Select(_ => "0")), Many(by.Select(Text))], shape);
        }

        double[] factors = NirLinks.Factors(node, count);
        if (shape.Length == 3)
        {
            return new(takesSequences ? "Conv1d" : "Conv2d", [$"{count}", "Kernel = 1", .. Apart(count), "Bias = false"], shape,
                ("weight", NirLinks.Floats(node, "scale", factors, takesSequences ? [count, 1, 1] : [count, 1, 1, 1])));
        }

        if (count > MostScaled)
        {
            throw node.Wrong($"scales {count} values that no weights stand beside, and as a matrix of its own it would be {count}x{count}: fold it into weights directly before or behind it");
        }

        double[] diagonal = new double[count * count];
        for (int i = 0; i < count; i++)
        {
            diagonal[(i * count) + i] = factors[i];
        }

        return new("Linear", [$"{count}", "Bias = false"], shape, ("weight", NirLinks.Floats(node, "scale", diagonal, [count, count])));

        static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
        static string Many(IEnumerable<string> values) => $"new double[] {{ {string.Join(", ", values)} }}";
    }

    private static NirLayer Pool(NirNode node, long[] shape, bool takesSequences)
    {
        long[] kernel = Pairs(node, "kernel_size", 1), stride = Pairs(node, "stride", 1), padding = Pairs(node, "padding", 0);
        bool pads = padding.Any(zeros => zeros > 0);
        if (shape.Length != 3 || takesSequences || (pads && node.Type == "AvgPool2d"))
        {
            throw node.Wrong(shape.Length != 3 || takesSequences ? $"pools over rows and columns, and gets {string.Join('x', shape)}" : $"pads by {string.Join('x', padding)}, and [AvgPool2d] has no padding");
        }

        long[] output = [shape[0], NirLinks.Places(node, shape[1], kernel[0], stride[0], padding[0]), NirLinks.Places(node, shape[2], kernel[1], stride[1], padding[1])];
        if (((long[][])[kernel, stride, padding]).All(sides => sides[0] == sides[1]))
        {
            return new(node.Type, [$"{kernel[0]}", .. Sided("Stride", stride, kernel[0]), .. Sided("Padding", padding, 0)], output);
        }

        // A sum over no square is a convolution of each channel by ones, and a mean by 1/n, where that is a float32 number.
        long count = kernel[0] * kernel[1];
        if (node.Type == "AvgPool2d" && !long.IsPow2(count))
        {
            throw node.Wrong($"averages over {kernel[0]}x{kernel[1]} values, pools here are squares, and as weights of a convolution 1/{count} is no float32 number: make it a SumPool2d, and divide the weights behind it");
        }

        double weight = node.Type == "AvgPool2d" ? 1.0 / count : 1;
        return new("Conv2d",
            [$"{shape[0]}", .. Sided("Kernel", kernel, 0), .. Sided("Stride", stride, 1), .. Sided("Padding", padding, 0), .. Apart(shape[0]), "Bias = false"], output,
            ("weight", NirLinks.Floats(node, "kernel_size", [.. Enumerable.Repeat(weight, (int)(shape[0] * count))], [shape[0], 1, .. kernel])));
    }

    private IReadOnlyList<(string Parameter, Tensor Value)> Weights(NirNode node, NirValue weight, NirValue? bias)
    {
        var (scaled, shifted) = links.Scaled(node, weight, bias);
        if (shifted is not null && (bias!.Shape is not [var count] || count != weight.Shape[0]))
        {
            throw node.Wrong($"has a bias of {string.Join('x', bias.Shape)} for {weight.Shape[0]} outputs");
        }

        var matrix = ("weight", NirLinks.Floats(node, "weight", scaled, weight.Shape));
        return shifted is null ? [matrix] : [matrix, ("bias", NirLinks.Floats(node, "bias", shifted, bias!.Shape))];
    }

    // Rows and columns.
    private static long[] Pairs(NirNode at, string field, int least)
    {
        double[] given = at.Numbers(field).Numbers;
        return given.Length is 1 or 2 && given.All(value => value == Math.Floor(value) && value >= least && value <= int.MaxValue)
            ? [(long)given[0], (long)given[^1]]
            : throw at.Wrong($"has {field} = {string.Join("x", given)}, which are no whole numbers of at least {least} for rows and columns");
    }

    private static string[] Sided(string argument, long[] sides, long usual) => sides.All(side => side == usual) ? []
        : sides[0] == sides[1] ? [$"{argument} = {sides[1]}"]
        : [$"{argument}Height = {sides[0]}", $"{argument}Width = {sides[1]}"];

    private static string[] Apart(long channels) => channels == 1 ? [] : [$"Groups = {channels}"];
}
