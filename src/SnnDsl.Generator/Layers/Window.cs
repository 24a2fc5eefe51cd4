using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>A kernel that slides over an image with zeros around it: the geometry, and the shape rule, that convolution and pooling share.</summary>
/// <remarks>Equality: both slides.</remarks>
/// <param name="Down">How it slides down the rows.</param>
/// <param name="Across">How it slides across the columns.</param>
internal sealed record Window(Slide Down, Slide Across)
{
    /// <summary>A square.</summary>
    public static Window Square(int side, int stride, int padding)
    {
        var slide = Slide.Even(side, stride, padding);
        return new(slide, slide);
    }

    /// <summary>Its rows and columns: "3", or "3x5".</summary>
    public string Kernel => Both(slide => Numbers.Plain(slide.Kernel));

    /// <summary>"3x3": rows and columns, also of a square.</summary>
    public string Sides => $"{Numbers.Plain(Down.Kernel)}x{Numbers.Plain(Across.Kernel)}";

    /// <summary>"2", or "2x1".</summary>
    public string Stride => Both(slide => Numbers.Plain(slide.Stride));

    /// <summary>"1", "1x0", or with different ends "0:1".</summary>
    public string Padding => Both(slide => slide.Padding);

    /// <summary>"2", "2x1", or null where no taps are left out.</summary>
    public string? Dilation => Down.Dilation == 1 && Across.Dilation == 1 ? null : Both(slide => Numbers.Plain(slide.Dilation));

    /// <summary>How many values it sees.</summary>
    public long Taps => Saturating.Multiply(Down.Kernel, Across.Kernel);

    // What the runtime has short constructors for.
    private bool IsSquare => Down == Across && Down.Before == Down.After && Down.Dilation == 1;

    /// <summary>
    /// The same function in the one form that is emitted and described. A stride is at most the longer side of the padded input: the kernel then has
    /// one place in either case, and sums of places and strides stay as small as the image. A kernel of one tap has no next tap to step to.
    /// </summary>
    /// <param name="input">Channels x height x width, which the window fits into.</param>
    public Window Within(Shape input)
    {
        long longer = Math.Max(Down.Padded(input.Height), Across.Padded(input.Width));
        Slide Bounded(Slide slide) => slide with
        {
            Stride = (int)Math.Min(slide.Stride, longer), Dilation = slide.Kernel == 1 ? 1 : slide.Dilation,
        };
        return new(Bounded(Down), Bounded(Across));
    }

    /// <summary>Reads the window of a convolution: Kernel, Stride, Padding and Dilation, each by itself or by its sides, or Same in place of a padding.</summary>
    /// <param name="arguments">The attribute's arguments.</param>
    public static Window Read(AttributeArguments arguments)
    {
        var (kernel, stride) = (arguments.Sides("Kernel", side => arguments.Size(side, 3)), arguments.Sides("Stride", side => arguments.Size(side, 1)));
        var (padding, dilation) = (arguments.Sides("Padding", arguments.Padding), arguments.Sides("Dilation", side => arguments.Size(side, 1)));
        if (!arguments.Value("Same", false))
        {
            return new(
                Slide.Even(kernel.Height, stride.Height, padding.Height, dilation.Height), Slide.Even(kernel.Width, stride.Width, padding.Width, dilation.Width));
        }

        foreach (string name in new[] { "Stride", "StrideHeight", "StrideWidth", "Padding", "PaddingHeight", "PaddingWidth" })
        {
            // A stride of 1 may be written.
            if (arguments.Has(name) && !(name.StartsWith("Stride", StringComparison.Ordinal) && arguments.Value(name, 1) == 1))
            {
                arguments.Refuse(name, ProblemIds.Same, arguments.Title, name, Numbers.Plain(arguments.Value(name, 0)));
            }
        }

        return arguments.SizesAreValid ? new(Slide.Same(kernel.Height, dilation.Height), Slide.Same(kernel.Width, dilation.Width)) : Square(1, 1, 0);
    }

    /// <summary>A window along the one row of an image that stands for a sequence.</summary>
    /// <param name="across">How it slides.</param>
    public static Window OfSequence(Slide across) => new(Slide.Even(1, 1, padding: 0), across);

    /// <summary>Whether an input is one that a kind's layers slide over.</summary>
    /// <param name="kind">Who asks.</param>
    /// <param name="input">What the layer before it gives.</param>
    /// <param name="problems">Takes the reason if it is not.</param>
    /// <param name="inputChannels">How many channels it was said to have, or null.</param>
    public static bool Fits(LayerKind kind, Shape input, ProblemReporter problems, int? inputChannels = null)
    {
        if (input.IsVector || (kind.OfSequences && input.Height != 1))
        {
            problems.Report(kind.OfSequences ? ProblemIds.NeedsSequence : ProblemIds.NeedsImage, kind.Title, input.Text);
            return false;
        }

        if (inputChannels is { } stated && stated != input.Channels)
        {
            problems.ReportAt(
                "inputChannels", ProblemIds.StatedSizeDiffers, kind.Title, Numbers.Plain(stated), "input channels",
                $"{Numbers.Plain(input.Channels)} ({input.Text})");
            return false;
        }

        return true;
    }

    /// <summary>What a pool gives: its places, channel by channel.</summary>
    /// <param name="kind">Who asks, for the message.</param>
    /// <param name="input">Channels x height x width.</param>
    /// <param name="problems">Takes the reason if the input is a vector, or the kernel does not fit.</param>
    public Shape? Pool(LayerKind kind, Shape input, ProblemReporter problems) =>
        Fits(kind, input, problems) ? Over(kind, "kernel", input, input.Channels, problems) : null;

    /// <summary>floor((size + padding - extent) / stride) + 1 in both directions.</summary>
    /// <param name="kind">Who asks, for the message.</param>
    /// <param name="kernelArgument">The attribute's argument that holds the kernel's side; with Height or Width behind it, one of its sides.</param>
    /// <param name="input">Channels x height x width.</param>
    /// <param name="channels">The number of channels that the layer gives.</param>
    /// <param name="problems">Takes the reason if the kernel does not fit, or the padded input is too large.</param>
    public Shape? Over(LayerKind kind, string kernelArgument, Shape input, int channels, ProblemReporter problems)
    {
        long height = Down.Padded(input.Height), width = Across.Padded(input.Width);
        foreach (var (slide, padded, side) in new[] { (Down, height, "Height"), (Across, width, "Width") })
        {
            if (slide.Extent <= padded)
            {
                continue;
            }

            string zeros = height > input.Height || width > input.Width ? $", {Numbers.Plain(height)}x{Numbers.Plain(width)} with its padding" : "";
            // What is to blame is the dilation, where the taps side by side would fit.
            bool dilated = slide.Kernel <= padded;
            string of = dilated ? "Dilation" : kernelArgument;
            string kernel = kind.OfSequences ? Numbers.Plain(slide.Kernel) : Kernel;
            string? dilation = kind.OfSequences && slide.Dilation > 1 ? Numbers.Plain(slide.Dilation) : Dilation;
            kernel += dilation is null ? "" : $" with dilation {dilation}";
            problems.ReportAt($"{of}{side}|{of}|{kernelArgument}{side}|{kernelArgument}", ProblemIds.KernelTooLarge, kind.Title, kernel, input.Text, zeros);
            return null;
        }

        long values = Saturating.Multiply(input.Channels, Saturating.Multiply(height, width));
        if (values > int.MaxValue)
        {
            problems.Report(ProblemIds.TooLarge, kind.Title, "padded input values", Numbers.Grouped(values));
            return null;
        }

        return Shape.Image(channels, (int)((height - Down.Extent) / Down.Stride) + 1, (int)((width - Across.Extent) / Across.Stride) + 1);
    }

    /// <summary>The arguments of a runtime map behind its weights.</summary>
    /// <param name="at">The layer in its place.</param>
    /// <param name="names">What of a square its constructor takes.</param>
    public string Arguments(PlannedLayer at, params string[] names)
    {
        var square = names.Select(name => $"{name}: {Numbers.Plain(name switch { "kernel" => Down.Kernel, "stride" => Down.Stride, _ => Down.Before })}");
        return string.Join(", ", IsSquare ? square : [$"down: {Down.Arguments}", $"across: {Across.Arguments}"]) + $", {at.Input.Arguments}";
    }

    /// <summary>Emits the constant map of a pool.</summary>
    /// <param name="at">The layer in its place.</param>
    /// <param name="type">The map's type.</param>
    /// <param name="writer">Where to.</param>
    /// <param name="names">What of a square its constructor takes.</param>
    public void EmitPool(PlannedLayer at, string type, CodeWriter writer, params string[] names)
    {
        writer.Comment($"{at.Heading}.");
        writer.Line($"private static readonly {type} {((AffineLayer)at.Layer).Map} = new(");
        using (writer.Indent())
        {
            writer.Line($"{Arguments(at, names)});");
        }

        writer.Line();
    }

    private string Both(Func<Slide, string> text) => text(Down) == text(Across) ? text(Down) : $"{text(Down)}x{text(Across)}";
}
