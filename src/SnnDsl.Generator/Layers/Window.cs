using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.Generator.Layers;

/// <summary>The shape rule that convolution and pooling share.</summary>
internal static class Window
{
    /// <summary>
    /// The stride, or the longer side of the padded input where it is longer: the kernel then has one place in either case, and sums of
    /// places and strides stay as small as the image.
    /// </summary>
    /// <param name="input">Channels x height x width.</param>
    /// <param name="stride">The step as it was declared.</param>
    /// <param name="padding">Zeros on every side.</param>
    public static int Stride(Shape input, int stride, int padding) =>
        (int)Math.Min(stride, Math.Max(input.Height, input.Width) + (2L * padding));

    /// <summary>What a pool gives: its places, channel by channel.</summary>
    /// <param name="kind">Who asks, for the message.</param>
    /// <param name="input">Channels x height x width.</param>
    /// <param name="kernel">The side of the square.</param>
    /// <param name="stride">Its step.</param>
    /// <param name="padding">Zeros on every side.</param>
    /// <param name="problems">Takes the reason if the input is a vector, or the kernel does not fit.</param>
    public static Shape? Pool(LayerKind kind, Shape input, int kernel, int stride, int padding, ProblemReporter problems)
    {
        if (input.IsVector)
        {
            problems.Report(ProblemIds.NeedsImage, kind.Title, input.Text);
            return null;
        }

        return Slide(kind, "kernel", input, input.Channels, kernel, stride, padding, problems);
    }

    /// <summary>floor((size + 2 padding - kernel) / stride) + 1 in both directions.</summary>
    /// <param name="kind">Who asks, for the message.</param>
    /// <param name="kernelArgument">The attribute's argument that holds the kernel's side.</param>
    /// <param name="input">Channels x height x width.</param>
    /// <param name="channels">The number of channels that the layer gives.</param>
    /// <param name="kernel">The side of the square.</param>
    /// <param name="stride">Its step.</param>
    /// <param name="padding">Zeros on every side.</param>
    /// <param name="problems">Takes the reason if the kernel does not fit, or the padded input is too large.</param>
    public static Shape? Slide(
        LayerKind kind, string kernelArgument, Shape input, int channels, int kernel, int stride, int padding, ProblemReporter problems)
    {
        long height = input.Height + (2L * padding);
        long width = input.Width + (2L * padding);
        if (kernel > Math.Min(height, width))
        {
            string zeros = padding > 0 ? $", {Numbers.Plain(height)}x{Numbers.Plain(width)} with its padding" : "";
            problems.ReportAt(kernelArgument, ProblemIds.KernelTooLarge, kind.Title, Numbers.Plain(kernel), input.Text, zeros);
            return null;
        }

        long padded = Saturating.Multiply(input.Channels, Saturating.Multiply(height, width));
        if (padded > int.MaxValue)
        {
            problems.Report(ProblemIds.TooLarge, kind.Title, "padded input values", Numbers.Grouped(padded));
            return null;
        }

        return Shape.Image(channels, (int)((height - kernel) / stride) + 1, (int)((width - kernel) / stride) + 1);
    }
}
