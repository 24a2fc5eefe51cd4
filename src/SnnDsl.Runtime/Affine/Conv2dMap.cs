using System.Collections.Concurrent;
using SnnDsl.Events;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Affine;

/// <summary>A convolution over channels x height x width.</summary>
/// <remarks>
/// W has as many input channels as a group; that many output channels over the number of groups see them. With one group each output sees all, with
/// as many as there are channels (depthwise) only its own.
/// </remarks>
public sealed class Conv2dMap : AffineMap
{
    private static readonly ConcurrentDictionary<(long, long, Window), ConvEventMap> EventMaps = [];

    // With more of them what places see is many times the input.
    private const long FewChannels = 4;

    private readonly Tensor weight;
    private readonly Tensor? bias;
    private readonly Window window;

    /// <summary>Creates the map of a layer's current weights.</summary>
    /// <param name="weight">W, [output channels, input channels of a group, kernel, kernel].</param>
    /// <param name="bias">b, [output channels], or null.</param>
    /// <param name="stride">
    /// The step of the kernel; beyond the padded input it is that of its longer side, for the kernel has one place in either case.
    /// </param>
    /// <param name="padding">Zeros on every side.</param>
    /// <param name="inputShape">Channels, height, width of an input.</param>
    /// <exception cref="ArgumentException">
    /// The kernel does not fit into the padded input, which has at most 2^31 - 1 values, channels do not divide into groups, or a number is out of its range.
    /// </exception>
    public Conv2dMap(Tensor weight, Tensor? bias, int stride, int padding, params long[] inputShape)
        : this(weight, bias, new Slide(weight.dim() == 3 ? 1 : weight.size(2), stride, padding), new Slide(weight.size(-1), stride, padding), inputShape)
    {
    }

    /// <summary>Creates the map of a layer's current weights whose kernel slides in its own way down the rows and across the columns.</summary>
    /// <param name="weight">W, [output channels, input channels of a group, kernel rows, kernel columns], or without the rows where there is one.</param>
    /// <param name="bias">b, [output channels], or null.</param>
    /// <param name="down">How the kernel slides down the rows; a step beyond the padded input as above.</param>
    /// <param name="across">How it slides across the columns.</param>
    /// <param name="inputShape">Channels, height, width of an input.</param>
    /// <exception cref="ArgumentException">As above, or a slide is of another kernel than the weight.</exception>
    public Conv2dMap(Tensor weight, Tensor? bias, Slide down, Slide across, params long[] inputShape)
        : this(weight, bias, Window.Over(down, across, inputShape), inputShape)
    {
        if (weight.dim() is not (3 or 4) || (weight.dim() == 4 && weight.size(2) != down.Kernel) || (weight.dim() == 3 && down.Kernel != 1) || weight.size(-1) != across.Kernel)
        {
            throw new ArgumentException($"A weight of {string.Join('x', weight.shape)} has another kernel than {down.Kernel}x{across.Kernel}.", nameof(weight));
        }

        if (inputShape[0] % weight.size(1) != 0 || weight.size(0) % Groups != 0)
        {
            throw new ArgumentException(
                $"A weight of {string.Join('x', weight.shape)} divides {inputShape[0]} input channels into no groups with as many outputs each.", nameof(weight));
        }
    }

    private Conv2dMap(Tensor weight, Tensor? bias, Window window, long[] inputShape)
        : base(inputShape, [weight.size(0), window.Rows, window.Columns])
    {
        this.weight = weight;
        this.bias = bias;
        this.window = window;
    }

    /// <summary>W, [output channels, input channels of a group, kernel rows, kernel columns], or without the rows where there is one.</summary>
    public Tensor Weight => weight;

    /// <summary>How the kernel slides down the rows.</summary>
    public Slide Down => window.Down;

    /// <summary>How it slides across the columns.</summary>
    public Slide Across => window.Across;

    /// <summary>Into how many groups the channels are divided, each of which sees none of the others.</summary>
    public long Groups => InputShape[0] / weight.size(1);

    /// <inheritdoc/>
    public override long Terms => weight.size(1) * window.Taps;

    /// <inheritdoc/>
    public override AffineMap With(Func<Tensor, Tensor> change) =>
        new Conv2dMap(change(weight), bias is null ? null : change(bias), window, InputShape);

    /// <inheritdoc/>
    public override Tensor? DotBias(Tensor a) => bias is null ? null : a.sum([-2L, -1L]).matmul(bias);

    /// <inheritdoc/>
    internal override AffineMap Scaled(Tensor scale, Tensor mean, Tensor? shift) =>
        new Conv2dMap(weight * scale.view([-1, .. Enumerable.Repeat(1L, (int)weight.dim() - 1)]), ScaledBias(bias, scale, mean, shift), window, InputShape);

    /// <inheritdoc/>
    internal override IEnumerable<MapRow> Rows(int[] outputs, Tensor like)
    {
        int places = (int)(window.Rows * window.Columns), pixels = (int)(window.Height * window.Width), taps = (int)window.Taps;
        int seen = (int)weight.size(1), filters = (int)(weight.size(0) / Groups);
        double[] kernels = weight.Doubles();
        int[] sources = window.Sources();
        foreach (int output in outputs)
        {
            var (filter, place) = Math.DivRem(output, places);
            int first = filter / filters * seen;
            List<int> inputs = new(seen * taps);
            List<double> weights = new(seen * taps);
            for (int channel = 0; channel < seen; channel++)
            {
                for (int tap = 0; tap < taps; tap++)
                {
                    if (sources[(place * taps) + tap] is >= 0 and var pixel)
                    {
                        inputs.Add(((first + channel) * pixels) + pixel);
                        weights.Add(kernels[(((filter * seen) + channel) * taps) + tap]);
                    }
                }
            }

            yield return new([.. inputs], [.. weights]);
        }
    }

    /// <inheritdoc/>
    internal override Tensor? ApplyInward(Tensor x) =>
        x.dim() == 4 && Groups == 1 && InputShape[0] <= FewChannels && !x.requires_grad && KernelChoice.IsOnCores(x) && KernelChoice.IsOnCores(weight)
            ? new UnfoldedConvolution(window).Apply(x, weight, bias)[0]
            : null;

    /// <inheritdoc/>
    internal override (EventMap Map, Tensor Weight, Tensor? Bias)? OnEvents(FlattenMap? flatten)
    {
        // Groups have no event-driven form, and tables no more entries than an array holds.
        if (Groups > 1 || window.Rows * window.Columns * window.Taps > int.MaxValue)
        {
            return null;
        }

        // They depend on the geometry alone: one for all calls.
        return (
            EventMaps.GetOrAdd((InputShape[0], OutputShape[0], window), _ => new ConvEventMap((int)InputShape[0], (int)OutputShape[0], window)), weight, bias);
    }

    /// <summary>What each place of the kernel sees, tap by tap.</summary>
    /// <param name="x">[N, input shape].</param>
    /// <returns>[N, groups, terms, places].</returns>
    internal Tensor Patches(Tensor x)
    {
        var (padded, padding) = Padded(x);
        var patches = nn.functional.unfold(
            padded, (window.Down.Kernel, window.Across.Kernel), (window.Down.Dilation, window.Across.Dilation), (padding[0], padding[1]),
            (window.Down.Stride, window.Across.Stride));
        return patches.view(x.size(0), Groups, Terms, -1);
    }

    /// <inheritdoc/>
    protected override Tensor ApplyFolded(Tensor x) => Convolved(x, weight, bias);

    /// <inheritdoc/>
    protected override Tensor ApplyAbsoluteFolded(Tensor radius) => Convolved(radius, weight.abs(), null);

    /// <inheritdoc/>
    protected override Tensor PullBackFolded(Tensor a)
    {
        var paddings = window.Paddings;
        long missing = WholeBlocks.Missing(a, a.size(1), Groups);
        var spread = nn.functional.conv_transpose2d(
            WholeBlocks.With(a, 1, missing), WholeBlocks.With(Kernels(weight), 0, missing), strides: window.Strides, padding: paddings ?? [0, 0],
            output_padding: window.Unreached, groups: Groups, dilation: window.Dilations);
        return paddings is not null
            ? spread
            : spread.narrow(2, window.Down.Before, window.Height).narrow(3, window.Across.Before, window.Width);
    }

    private Tensor Convolved(Tensor x, Tensor w, Tensor? b)
    {
        var (padded, padding) = Padded(x);
        // Its gradient is a transposed convolution.
        long missing = is_grad_enabled() && x.requires_grad ? WholeBlocks.Missing(x, w.size(0), Groups) : 0;
        var y = nn.functional.conv2d(
            padded, WholeBlocks.With(Kernels(w), 0, missing), missing == 0 ? b : null, strides: window.Strides, padding: padding,
            dilation: window.Dilations, groups: Groups);
        if (missing == 0)
        {
            return y;
        }

        var own = y.narrow(1, 0, w.size(0));
        return b is null ? own : own.Plus(b.view(-1, 1, 1));
    }

    private static Tensor Kernels(Tensor w) => w.dim() == 3 ? w.unsqueeze(2) : w;

    // Torch pads both ends alike; other zeros are written out.
    private (Tensor Padded, long[] Padding) Padded(Tensor x) => window.Paddings is { } both
        ? (x, both)
        : (nn.functional.pad(x, [window.Across.Before, window.Across.After, window.Down.Before, window.Down.After]), [0, 0]);
}
