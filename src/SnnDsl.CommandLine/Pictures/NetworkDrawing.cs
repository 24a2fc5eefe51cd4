using SnnDsl.Networks;

using static System.FormattableString;

namespace SnnDsl.CommandLine.Pictures;

/// <summary>A network as boxes, its input on top, with lines for what each layer reads.</summary>
internal static class NetworkDrawing
{
    private const string Input = "input";

    /// <summary>The drawing of a network.</summary>
    public static Figure Of(NetworkDescription network) => new(
        $"{network.Name}: {Invariant($"{network.Parameters:N0}")} parameters, T = {network.TimeSteps}",
        "Edged in blue: neurons, which fire. A line at the side: what is read from further up.",
        Figure.Slim,
        (drawing, top) => Draw(drawing, top, network));

    private static void Draw(Drawing drawing, double top, NetworkDescription network)
    {
        const int box = 38, step = 52;
        (string Name, string Kind, string Words, bool Fires)[] boxes =
        [
            (Input, Input, $"{string.Join('x', network.InputShape)}, {network.Encoding.ToString().ToLowerInvariant()}, T = {network.TimeSteps}", false),
            .. network.Layers.Select(layer => (
                layer.Name, layer.Kind, $"{layer.Name}: {layer.Shape}{(layer.Parameters > 0 ? Invariant($", {layer.Parameters:N0} parameters") : "")}", layer.States > 0)),
            ("readout", "readout", $"{network.Classes} logits{(network.ReadsSpikes ? ", firing rates" : "")}", false),
        ];
        // A layer may be called as the boxes beside the layers are.
        var places = network.Layers.Select((layer, i) => (layer.Name, i)).ToDictionary(entry => entry.Name, entry => entry.i + 1);
        places.TryAdd(Input, 0);
        var skips = Skips(network, places);
        // Lines that are drawn at once have lanes of their own.
        var lanes = Lanes(skips);
        double right = drawing.Width - 8 - (10 * (lanes.Length == 0 ? 0 : lanes.Max() + 1));
        for (int i = 0; i < boxes.Length; i++)
        {
            double y = top + (i * step) + 1;
            drawing.Fill(0.5, y, right, box, Tone.Box);
            drawing.Frame(0.5, y, right, box, boxes[i].Fires ? Tone.Certified : Tone.Line);
            drawing.Write(boxes[i].Kind, 10, y + 16);
            drawing.Write(boxes[i].Words, 10, y + 31, Tone.Faint, size: 11);
            bool isRead = i + 1 < boxes.Length && !skips.Any(skip => skip.To == i + 1 && skip.Alone);
            if (isRead)
            {
                Arrow(drawing, [(right / 2, y + box), (right / 2, y + step - 1)]);
            }
        }

        for (int i = 0; i < skips.Length; i++)
        {
            double lane = right + 8 + (10 * lanes[i]), from = top + (skips[i].From * step) + 1 + (box * 0.7), to = top + (skips[i].To * step) + 1 + (box * 0.3);
            Arrow(drawing, [(right + 0.5, from), (lane, from), (lane, to), (right + 1.5, to)]);
        }

        drawing.Height = top + ((boxes.Length - 1) * step) + box + 4;
    }

    // The architecture's text names what a layer reads where that is not the layer before it: add1<-lif4,main=Add()->32x16x16.
    private static (int From, int To, bool Alone)[] Skips(NetworkDescription network, Dictionary<string, int> places) =>
    [
        .. from part in network.Architecture.Split(';')
           let head = part.Split('=')[0].Split("<-")
           where head.Length == 2 && places.ContainsKey(head[0])
           let to = places[head[0]]
           let sources = head[1].Split(',').Where(places.ContainsKey).Select(name => places[name]).ToArray()
           from source in sources
           where source != to - 1
           select (source, to, !sources.Contains(to - 1)),
    ];

    private static int[] Lanes((int From, int To, bool Alone)[] skips)
    {
        int[] lanes = new int[skips.Length];
        for (int i = 0; i < skips.Length; i++)
        {
            bool Meets(int other) => skips[other].From < skips[i].To && skips[i].From < skips[other].To;
            int[] taken = [.. Enumerable.Range(0, i).Where(Meets).Select(other => lanes[other])];
            lanes[i] = Enumerable.Range(0, i + 1).First(lane => !taken.Contains(lane));
        }

        return lanes;
    }

    private static void Arrow(Drawing drawing, IReadOnlyList<(double X, double Y)> points)
    {
        drawing.Line(points, Tone.Faint);
        var ((x, y), (fromX, _)) = (points[^1], points[^2]);
        drawing.Area(fromX == x ? [(x, y), (x - 4, y - 6), (x + 4, y - 6)] : [(x, y), (x + 6, y - 4), (x + 6, y + 4)], Tone.Faint);
    }
}
