using SnnDsl.Bounds;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Affine;

/// <summary>
/// Sums over windows of spikes, for neurons that fire where a sum is above 0: where the maximum of the spikes is 1. Sums of zeros and ones are
/// exact. Gradients are those of the maximum, which go to the value that attains it, the first in a window.
/// </summary>
public sealed class OrPool2dMap : Pool2dMap
{
    /// <summary>Creates the map.</summary>
    /// <param name="kernel">The side of the square.</param>
    /// <param name="stride">The step of the square; beyond the image it is that of the image's longer side, for the square has one place in either case.</param>
    /// <param name="padding">Places without a spike on every side, at most half of the kernel's side.</param>
    /// <param name="inputShape">Channels, height, width of an input.</param>
    /// <exception cref="ArgumentException">The square does not fit into the padded input, or a number is out of its range.</exception>
    public OrPool2dMap(int kernel, int stride, int padding, params long[] inputShape)
        : base(Window.Over(kernel, stride, padding, inputShape), divisor: 1, inputShape)
    {
    }

    /// <summary>Creates the map of a window that is no square.</summary>
    /// <param name="down">How the window slides down the rows.</param>
    /// <param name="across">How it slides across the columns.</param>
    /// <param name="inputShape">Channels, height, width of an input.</param>
    /// <exception cref="ArgumentException">The window does not fit into the padded input, or a number is out of its range.</exception>
    public OrPool2dMap(Slide down, Slide across, params long[] inputShape)
        : base(Window.Over(down, across, inputShape), divisor: 1, inputShape)
    {
    }

    /// <summary>The maximum of the spikes: it is above a threshold in (0, 1) where their sum is, and takes no sum.</summary>
    /// <param name="spikes">Zeros and ones, [..., input shape].</param>
    /// <returns>Zeros and ones, [..., output shape].</returns>
    public Tensor Maximum(Tensor spikes) => Fold(spikes, InputShape, MaximumFolded);

    /// <summary>The maximum of a layer's spikes, or bounds of it.</summary>
    /// <param name="spikes">[T, B, input shape].</param>
    /// <returns>Zeros and ones, [T, B, output shape].</returns>
    public TValue Maximum<TSelf, TValue>(LayerSpikes<TSelf, TValue> spikes) => spikes.Maximum(this, window);

    /// <inheritdoc/>
    public override Interval Apply(Interval x) => new(Apply(x.Lower), Apply(x.Upper));

    /// <inheritdoc/>
    protected override Tensor ApplyFolded(Tensor x)
    {
        var sum = base.ApplyFolded(x.detach());
        if (!is_grad_enabled() || !x.requires_grad)
        {
            return sum;
        }

        // The value of the sum, and the maximum's gradient.
        var maximum = MaximumFolded(x);
        return sum.Plus(maximum - maximum.detach());
    }

    private Tensor MaximumFolded(Tensor x) => nn.functional.max_pool2d(x, Kernel, window.Strides, window.Paddings!);
}
