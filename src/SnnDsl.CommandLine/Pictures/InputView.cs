using SkiaSharp;
using static TorchSharp.torch;

namespace SnnDsl.CommandLine.Pictures;

/// <summary>
/// What a network takes, as one looks at it: an image in grey or in colours, a recording frame by frame with the polarities in colours, or a raster of channels over time.
/// </summary>
internal sealed class InputView
{
    private const int MostFrames = 10;
    private const int FramesInARow = 5;
    private const int MostNumbers = 16;

    // Colours are those of white paper: what lies on a picture is light or dark whatever lies around it.
    private static readonly SKColor s_on = Palette.Colour(Tone.Third);
    private static readonly SKColor s_off = Palette.Colour(Tone.Fourth);
    private static readonly SKColor s_both = Palette.Colour(Tone.OnLight);
    private static readonly SKColor s_more = Palette.Colour(Tone.Second);
    private static readonly SKColor s_less = Palette.Colour(Tone.First);
    private static readonly SKColor s_same = SKColor.Parse("#cccccc");

    private readonly double[] values;
    private readonly int steps;
    private readonly int channels;
    private readonly int height;
    private readonly int width;

    private InputView(double[] values, bool isRecording, int steps, int channels, int height, int width) =>
        (this.values, IsRecording, this.steps, this.channels, this.height, this.width) = (values, isRecording, steps, channels, height, width);

    /// <summary>Whether it is a recording of spikes.</summary>
    public bool IsRecording { get; }

    /// <summary>Whether it has rows and columns of pixels; else it is a list of features or channels.</summary>
    public bool HasPlace => height > 1 || channels > 1;

    /// <summary>How it is read, if it is a recording; the numbers of a short list of features.</summary>
    public string Reading => !IsRecording ? (HasPlace || width > MostNumbers ? "" : string.Join(", ", values.Select(value => Axes.Number(Math.Round(value, 4)))))
        : HasPlace ? $"{steps} time steps, from left to right and down{(Together > 1 ? $", {Together} a frame" : "")}"
        : $"{width} channels from above, {steps} time steps from left to right";

    private int Together => HasPlace ? (steps + MostFrames - 1) / MostFrames : 1;

    private int Frames => (steps + Together - 1) / Together;

    /// <summary>An input of one sample.</summary>
    /// <param name="input">[1, ...] or, of recordings, [T, 1, ...].</param>
    /// <param name="isRecording">Whether it is one.</param>
    public static InputView Of(Tensor input, bool isRecording)
    {
        using var scope = NewDisposeScope();
        double[] values = input.to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        long[] shape = isRecording ? [input.shape[0], .. input.shape[2..]] : [1, .. input.shape[1..]];
        return shape.Length switch
        {
            4 => new(values, isRecording, (int)shape[0], (int)shape[1], (int)shape[2], (int)shape[3]),
            3 => new(values, isRecording, (int)shape[0], 1, (int)shape[1], (int)shape[2]),
            _ => new(values, isRecording, (int)shape[0], 1, 1, (int)shape[1]),
        };
    }

    /// <summary>What the marks of a recording's picture mean; nothing for images, whose greys explain themselves.</summary>
    public IReadOnlyList<(Action<Drawing, double, double>, string)> Legend() => !IsRecording ? []
        : channels == 2
            ? [(Drawing.PixelLook(s_on), "brighter (on)"), (Drawing.PixelLook(s_off), "darker (off)"), (Drawing.PixelLook(s_both), "both")]
            : [(Drawing.PixelLook(s_both), "a spike")];

    /// <summary>What the marks of a difference mean.</summary>
    public IReadOnlyList<(Action<Drawing, double, double>, string)> DifferenceLegend() => IsRecording
        ? [(Drawing.PixelLook(s_more), "spike added"), (Drawing.PixelLook(s_less), "spike removed"), (Drawing.PixelLook(s_same), "spike as it was")]
        : [(Drawing.PixelLook(s_more), "more"), (Drawing.PixelLook(s_less), "less")];

    /// <summary>Its picture.</summary>
    /// <param name="most">The value that is white, of images.</param>
    /// <param name="least">The value that is black.</param>
    public SKColor[,] Picture(double most, double least = 0)
    {
        byte Share(double value) => Shade((value - least) / (most - least));
        return IsRecording
            ? Strip((frame, y, x) => (Counts(frame, 0, y, x), channels == 2 ? Counts(frame, 1, y, x) : 0) switch
            {
                (0, 0) => SKColors.White,
                ( > 0, 0) when channels == 2 => s_off,
                (0, > 0) => s_on,
                _ => s_both,
            })
            : Plane((y, x) => channels == 3 ? new(Share(At(0, 0, y, x)), Share(At(0, 1, y, x)), Share(At(0, 2, y, x))) : Grey(Share(Sum(y, x))));
    }

    /// <summary>What another has more, and less.</summary>
    public SKColor[,] Difference(InputView other)
    {
        if (IsRecording)
        {
            return Strip((frame, y, x) =>
            {
                bool more = false, less = false, same = false;
                for (int t = frame * Together; t < Math.Min(steps, (frame + 1) * Together); t++)
                {
                    for (int c = 0; c < channels; c++)
                    {
                        double here = At(t, c, y, x), there = other.At(t, c, y, x);
                        more |= there > here;
                        less |= there < here;
                        same |= here > 0 && there == here;
                    }
                }

                return more ? s_more : less ? s_less : same ? s_same : SKColors.White;
            });
        }

        double most = Math.Max(values.Zip(other.values, (here, there) => Math.Abs(there - here)).Max(), 1e-12);
        return Plane((y, x) =>
        {
            double change = (other.Sum(y, x) - Sum(y, x)) / most;
            return Palette.Mix(SKColors.White, change < 0 ? s_less : s_more, Math.Abs(change));
        });
    }

    /// <summary>The greatest value, of images that are summed over channels.</summary>
    public double Most => Shown.Max();

    /// <summary>The least value, of images that are summed over channels.</summary>
    public double Least => Shown.Min();

    private IEnumerable<double> Shown => channels == 3 ? values : Enumerable.Range(0, height).SelectMany(y => Enumerable.Range(0, width).Select(x => Sum(y, x)));

    private double At(int t, int c, int y, int x) => values[(((((t * channels) + c) * height) + y) * width) + x];

    private double Sum(int y, int x) => channels == 1 ? At(0, 0, y, x) : Enumerable.Range(0, channels).Sum(c => At(0, c, y, x));

    private double Counts(int frame, int c, int y, int x)
    {
        double count = 0;
        for (int t = frame * Together; t < Math.Min(steps, (frame + 1) * Together); t++)
        {
            count += At(t, c, y, x);
        }

        return count;
    }

    private static byte Shade(double share) => (byte)Math.Round(255 * Math.Clamp(share, 0, 1));

    private static SKColor Grey(byte shade) => new(shade, shade, shade);

    private SKColor[,] Plane(Func<int, int, SKColor> colour)
    {
        var pixels = new SKColor[height, width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                pixels[y, x] = colour(y, x);
            }
        }

        return pixels;
    }

    // Frames side by side with a faint line between them; of channels a column a step.
    private SKColor[,] Strip(Func<int, int, int, SKColor> colour)
    {
        if (!HasPlace)
        {
            var raster = new SKColor[width, Frames];
            for (int i = 0; i < width; i++)
            {
                for (int frame = 0; frame < Frames; frame++)
                {
                    raster[i, frame] = colour(frame, 0, i);
                }
            }

            return raster;
        }

        int across = Math.Min(Frames, FramesInARow), down = (Frames + across - 1) / across;
        var pixels = new SKColor[(down * (height + 1)) - 1, (across * (width + 1)) - 1];
        for (int y = 0; y < pixels.GetLength(0); y++)
        {
            for (int x = 0; x < pixels.GetLength(1); x++)
            {
                var (row, column) = (y / (height + 1), x / (width + 1));
                int frame = (row * across) + column;
                bool isGap = y % (height + 1) == height || x % (width + 1) == width || frame >= Frames;
                pixels[y, x] = isGap ? s_same : colour(frame, y % (height + 1), x % (width + 1));
            }
        }

        return pixels;
    }
}
