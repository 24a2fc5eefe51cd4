using SnnDsl.Training;

namespace SnnDsl.CommandLine.Pictures;

/// <summary>A training run, epoch by epoch: the shares that were right and bounded above, the loss below.</summary>
internal static class TrainingCurves
{
    /// <summary>The curves of a run.</summary>
    /// <param name="epochs">Its epochs, at least one.</param>
    /// <param name="title">Of which network.</param>
    public static Figure Of(IReadOnlyList<LoggedEpoch> epochs, string title)
    {
        (string Name, Func<LoggedEpoch, double?> Of)[] shares =
        [
            ("right", epoch => epoch.Accuracy), ("bounded at the size of its step", epoch => epoch.Bounded),
            ("kept aside: right", epoch => epoch.ValidationAccuracy), ("kept aside: bounded", epoch => epoch.ValidationBounded),
            ("kept aside: right under attack", epoch => epoch.ValidationAttacked),
        ];
        shares = [.. shares.Where(share => epochs.Any(epoch => share.Of(epoch) is not null))];
        return new(
            title,
            "Means over each epoch, while the weights were changing. Bounded is an indicator in plain float32 and no certificate."
                + (epochs.Any(epoch => epoch.IsBest == true) ? " Hollow: an epoch better than all before it on the samples kept aside." : ""),
            Figure.Broad,
            (drawing, top) => Draw(drawing, top, epochs, shares));
    }

    private static void Draw(Drawing drawing, double top, IReadOnlyList<LoggedEpoch> epochs, (string Name, Func<LoggedEpoch, double?> Of)[] shares)
    {
        const int high = 180, low = 110, left = 40;
        double first = epochs[0].Epoch, last = epochs[^1].Epoch, most = Math.Max(epochs.Max(epoch => epoch.Loss), 1e-9);
        double[] ticks = last - first < 10 ? [.. epochs.Select(epoch => (double)epoch.Epoch)] : [.. Axes.Ticks(first, last, 6).Where(tick => tick == Math.Floor(tick))];
        Axes Panel(double from, int height, double to) => new(drawing, (left, from + 24, drawing.Width - 12, from + 24 + height), (first, last), (0, to));
        var above = Panel(top, high, 100).Upright("share of training samples (%)", ticks: [0, 20, 40, 60, 80, 100]);
        double y = above.Lower("epoch", ticks);
        for (int i = 0; i < shares.Length; i++)
        {
            var tone = Palette.Series(i);
            var points = epochs.Where(epoch => shares[i].Of(epoch) is not null).Select(epoch => (epoch, X: above.X(epoch.Epoch), Y: above.Y(100 * shares[i].Of(epoch)!.Value))).ToList();
            drawing.Line([.. points.Select(point => (point.X, point.Y))], tone, 2);
            bool isAside = shares[i].Name == "kept aside: right";
            foreach (var (epoch, x, at) in points.Where(point => points.Count == 1 || (isAside && point.epoch.IsBest == true)))
            {
                drawing.Dot(x, at, tone, hollow: isAside && epoch.IsBest == true);
            }
        }

        y = drawing.Legend([.. shares.Select((share, i) => (Drawing.LineLook(Palette.Series(i), 2), share.Name))], 0, y - 8);
        var below = Panel(y, low, most).Upright("loss, weighted");
        drawing.Line([.. epochs.Select(epoch => (below.X(epoch.Epoch), below.Y(epoch.Loss)))], Tone.Ink, 2);
        if (epochs.Count == 1)
        {
            drawing.Dot(below.X(first), below.Y(epochs[0].Loss), Tone.Ink);
        }

        drawing.Height = below.Lower("epoch", ticks) - 8;
    }
}
