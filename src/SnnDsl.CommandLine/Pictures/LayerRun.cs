using SkiaSharp;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

using static System.FormattableString;

namespace SnnDsl.CommandLine.Pictures;

/// <summary>One spiking layer in a run of one sample: its membranes and spikes, and how far a perturbation can move them.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Membranes">By step and neuron.</param>
/// <param name="Spikes">1 where it fires, by step and neuron.</param>
/// <param name="Lower">Lower bounds of the membranes; null where nothing perturbs the sample.</param>
/// <param name="Upper">Upper bounds.</param>
/// <param name="Threshold">Above which a neuron fires.</param>
/// <param name="FiresAtThreshold">Whether it fires there, too.</param>
internal sealed record LayerRun(string Name, double[,] Membranes, double[,] Spikes, double[,]? Lower, double[,]? Upper, double Threshold, bool FiresAtThreshold)
{
    private const int MostColumns = 290;

    private static readonly SKColor s_certain = Palette.Colour(Tone.Certified);
    private static readonly SKColor s_stoppable = Palette.Colour(Tone.Falsified);
    private static readonly SKColor s_possible = SKColor.Parse("#f7c9a8");
    private static readonly SKColor s_spike = Palette.Colour(Tone.OnLight);

    /// <summary>How many steps.</summary>
    public int Steps => Spikes.GetLength(0);

    /// <summary>How many neurons.</summary>
    public int Neurons => Spikes.GetLength(1);

    /// <summary>All spiking layers of a network in a run of one sample, in order.</summary>
    /// <param name="network">The network.</param>
    /// <param name="input">The sample, a batch of one.</param>
    /// <param name="perturbation">What may happen to it; null for nothing.</param>
    /// <param name="index">Its index, which draws and boxes of single samples depend on.</param>
    public static IReadOnlyList<LayerRun> Of(SpikingModule network, Tensor input, Perturbation? perturbation, long index)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        long[] indices = [index];
        using var trace = network.Trace(input, indices);
        var bounds = perturbation is null ? null : network.BoundMembranes(perturbation.Apply(network, input, indices)).Membranes;
        var rules = network.Stages.Nodes.Select(node => node.Neurons).OfType<SpikingLayer>().Select(neurons => neurons.Equations.Spike).ToArray();
        return
        [
            .. trace.Layers.Select((layer, i) => new LayerRun(
                layer.Name, Plane(layer.Membranes), Plane(layer.Spikes), bounds is null ? null : Plane(bounds[i].Lower), bounds is null ? null : Plane(bounds[i].Upper),
                rules[i].Threshold, rules[i].FiresAtThreshold)),
        ];
    }

    /// <summary>The neurons that a change has most to say of: those with the most open spikes, the first ones of equals.</summary>
    /// <param name="count">How many.</param>
    public int[] MostOpen(int count) => [.. Enumerable.Range(0, Neurons).OrderByDescending(i => Enumerable.Range(0, Steps).Count(t => IsOpen(t, i))).Take(count).Order()];

    /// <summary>Of neurons that are classes: the label's own, and the rivals whose membranes can come highest.</summary>
    /// <param name="label">The label.</param>
    /// <param name="count">How many.</param>
    public int[] Rivals(int label, int count) =>
        [label, .. Enumerable.Range(0, Neurons).Where(i => i != label).OrderByDescending(i => Column(Upper ?? Membranes, i).Max()).Take(count - 1)];

    /// <summary>Whether a change can make a spike, or stop one.</summary>
    public bool IsOpen(int step, int neuron) => Lower is not null && Fires(Upper![step, neuron]) && !Fires(Lower[step, neuron]);

    /// <summary>All spikes: a row a step, a column a neuron, or several.</summary>
    /// <param name="of">Which network, and which sample.</param>
    public Figure Raster(string of) => new(
        $"{of}: spikes of {Name}",
        $"A row a time step, from above; a column {(Together > 1 ? $"{Together} neurons, whose colours are mixed" : "a neuron")}. {Invariant($"{Spikes.Cast<double>().Sum():N0}")} spikes.",
        Figure.Broad,
        DrawRaster);

    /// <summary>Membranes of some neurons, each in the band in which the perturbation can move it.</summary>
    /// <param name="of">Which network, and which sample.</param>
    /// <param name="neurons">Which neurons.</param>
    /// <param name="label">The label, where the neurons are classes.</param>
    public Figure Bands(string of, IReadOnlyList<int> neurons, int? label) => new(
        $"{of}: membranes of {Name}",
        Lower is null ? "Filled points: it fires." : "The band is where the changes allowed can move a membrane (intervals, plain float32, for the eye). Filled points: it fires.",
        Figure.Broad,
        (drawing, top) => DrawBands(drawing, top, neurons, label));

    private int Together => (Neurons + MostColumns - 1) / MostColumns;

    private bool Fires(double membrane) => membrane > Threshold || (FiresAtThreshold && membrane == Threshold);

    private SKColor Colour(int step, int neuron)
    {
        bool fires = Spikes[step, neuron] > 0;
        return Lower is null ? (fires ? s_spike : SKColors.White)
            : IsOpen(step, neuron) ? (fires ? s_stoppable : s_possible)
            : fires ? s_certain : SKColors.White;
    }

    private void DrawRaster(Drawing drawing, double top)
    {
        int columns = (Neurons + Together - 1) / Together;
        var pixels = new SKColor[Steps, columns];
        for (int t = 0; t < Steps; t++)
        {
            for (int column = 0; column < columns; column++)
            {
                SKColor[] colours = [.. Enumerable.Range(column * Together, Math.Min(Together, Neurons - (column * Together))).Select(i => Colour(t, i))];
                pixels[t, column] = new(
                    (byte)colours.Average(colour => colour.Red), (byte)colours.Average(colour => colour.Green), (byte)colours.Average(colour => colour.Blue));
            }
        }

        double down = Math.Clamp(10 * Steps, 30, 200), left = 30, right = drawing.Width - 12;
        drawing.Write("time step", 0, top + 14);
        drawing.Pixels(pixels, left, top + 22, right - left, down);
        drawing.Frame(left, top + 22, right - left, down, Tone.Line);
        var axes = new Axes(drawing, (left, top + 22, right, top + 22 + down), (-0.5, Neurons - 0.5), (Steps + 0.5, 0.5));
        foreach (double t in Axes.Steps(Steps, (int)(down / 16)))
        {
            drawing.Write(Axes.Number(t), left - 6, axes.Y(t) + 4, Tone.Faint, side: 1);
        }

        double y = axes.Lower(Invariant($"neuron of {Name} (n = {Neurons:N0})"), Neurons <= 10 ? Enumerable.Range(0, Neurons).Select(i => (double)i) : null);
        drawing.Height = drawing.Legend(Legend(), 0, y - 8);
    }

    private IReadOnlyList<(Action<Drawing, double, double>, string)> Legend()
    {
        if (Lower is null)
        {
            return [(Drawing.PixelLook(s_spike), "fires"), (Drawing.PixelLook(SKColors.White), "silent")];
        }

        double all = (double)Steps * Neurons;
        string Share(SKColor colour) => Output.Screen.Percent(
            Enumerable.Range(0, Steps).Sum(t => Enumerable.Range(0, Neurons).Count(i => Colour(t, i) == colour)) / all);
        return
        [
            (Drawing.PixelLook(s_certain), $"fires, whatever the change ({Share(s_certain)})"),
            (Drawing.PixelLook(s_stoppable), $"fires, may be stopped ({Share(s_stoppable)})"),
            (Drawing.PixelLook(s_possible), $"silent, may fire ({Share(s_possible)})"),
            (Drawing.PixelLook(SKColors.White), $"silent, whatever the change ({Share(SKColors.White)})"),
        ];
    }

    private void DrawBands(Drawing drawing, double top, IReadOnlyList<int> neurons, int? label)
    {
        const int panel = 190, gap = 16;
        int inARow = drawing.Width > Figure.Slim && neurons.Count > 1 ? 2 : 1;
        double across = (drawing.Width - ((inARow - 1) * gap)) / (double)inARow;
        for (int i = 0; i < neurons.Count; i++)
        {
            DrawBand(drawing, i % inARow * (across + gap), top + (i / inARow * panel), across, neurons[i], neurons[i] == label, Palette.Series(i));
        }

        double foot = top + ((neurons.Count + inARow - 1) / inARow * panel);
        drawing.Height = drawing.Legend(
            [
                (Drawing.LineLook(Tone.Ink, 2, hollow: false), "the sample, where it fires"), (Drawing.LineLook(Tone.Ink, 2, hollow: true), "where it does not"),
                .. Lower is null ? [] : new (Action<Drawing, double, double>, string)[] { (Drawing.AreaLook(Tone.Ink, 0.15), "where changes can move it") },
                (Drawing.LineLook(Tone.Falsified, dashed: true), Invariant($"threshold {Threshold:0.###}")),
            ],
            0, foot + 4);
    }

    private void DrawBand(Drawing drawing, double left, double top, double across, int neuron, bool isLabel, Tone tone)
    {
        var membrane = Column(Membranes, neuron);
        double[] all = [.. membrane, .. Lower is null ? [] : Column(Lower, neuron), .. Upper is null ? [] : Column(Upper, neuron), Threshold];
        double room = Math.Max(all.Max() - all.Min(), 1e-9) * 0.06;
        var axes = new Axes(drawing, (left + 40, top + 24, left + across - 10, top + 140), (1, Steps), (all.Min() - room, all.Max() + room));
        axes.Upright($"membrane of {Name}, neuron {neuron}{(isLabel ? " (the label's)" : "")}", left);
        axes.Lower("time step", Axes.Steps(Steps));
        (double, double)[] Line(double[] values) => [.. values.Select((value, t) => (axes.X(t + 1), axes.Y(value)))];
        if (Lower is not null)
        {
            var (lower, upper) = (Line(Column(Lower, neuron)), Line(Column(Upper!, neuron)));
            // Of a single step the band is a stroke.
            drawing.Area(Steps > 1 ? [.. upper, .. lower.Reverse()] : Widened(upper[0], lower[0]), tone, 0.2);
        }

        drawing.Line([(axes.X(1), axes.Y(Threshold)), (axes.X(Math.Max(Steps, 2)), axes.Y(Threshold))], Tone.Falsified, dashed: true);
        drawing.Line(Line(membrane), tone, 2);
        foreach (var ((x, y), t) in Line(membrane).Select((point, t) => (point, t)))
        {
            drawing.Dot(x, y, tone, hollow: Spikes[t, neuron] == 0);
        }
    }

    private static (double, double)[] Widened((double X, double Y) upper, (double X, double Y) lower) =>
        [(upper.X - 5, upper.Y), (upper.X + 5, upper.Y), (lower.X + 5, lower.Y), (lower.X - 5, lower.Y)];

    private static double[] Column(double[,] plane, int column) => [.. Enumerable.Range(0, plane.GetLength(0)).Select(t => plane[t, column])];

    // [T, 1, ...] as steps and neurons.
    private static double[,] Plane(Tensor values)
    {
        using var scope = NewDisposeScope();
        var plane = values.select(1, 0).flatten(1).to(ScalarType.Float64).cpu().contiguous();
        double[] flat = plane.data<double>().ToArray();
        var result = new double[plane.shape[0], plane.shape[1]];
        Buffer.BlockCopy(flat, 0, result, 0, flat.Length * sizeof(double));
        return result;
    }
}
