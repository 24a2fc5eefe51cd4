using SnnDsl.Certification.Search;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Search;

/// <summary>Points of a set as a search sees them: what its open neurons do there, and which of them a node's splits hold.</summary>
internal sealed class CasePoints
{
    private readonly OpenNetwork open;
    private readonly PerturbedPoints points;
    private readonly double[][] inputs;
    private readonly double[][] encoded;
    private readonly double[][][] spikes;
    private readonly double[][][] membranes;

    public CasePoints(OpenNetwork open, PerturbedPoints points, Encoding encoding)
    {
        (this.open, this.points) = (open, points);
        inputs = [.. points.Inputs.Select(Values.Of)];
        encoded = [.. Enumerable.Range(0, points.Count).Select(p => Values.Of(encoding == Encoding.Direct ? points.Encoded[p] : points.Encoded.select(1, p)))];
        spikes = [.. points.Spikes.Select(ByPoint)];
        membranes = [.. points.Membranes.Select(ByPoint)];
    }

    /// <summary>[T, count].</summary>
    public double[] Spikes(int layer, int point) => Open(spikes[layer][point], layer);

    /// <summary>[T, count].</summary>
    public double[] Membranes(int layer, int point) => Open(membranes[layer][point], layer);

    public double Margin(int point, int label, int rival) => (points.Logits[point, 0, label] - points.Logits[point, 0, rival]).item<double>();

    /// <summary>A node that some point lies in, below random splits.</summary>
    public Node RandomNode(Random random, int depth)
    {
        var node = new Node(null, false, open.Input);
        int member = random.Next(points.Count);
        for (int i = 0; i < depth; i++)
        {
            if (RandomSplit(random, node) is not { } split)
            {
                continue;
            }

            bool second = Side(split, member);
            var input = split.Kind is SplitKind.Pixel or SplitKind.Entry ? node.Input.Cut(split, second) : node.Input;
            Assert.NotNull(input);
            node.Split = split;
            node = new(node, second, input);
        }

        return node;
    }

    /// <summary>The points that a node's splits hold.</summary>
    public int[] Members(Node node) => [.. Enumerable.Range(0, points.Count).Where(point =>
    {
        for (var at = node; at.Parent is { } parent; at = parent)
        {
            if (Side(parent.Split!.Value, point) != at.IsSecond)
            {
                return false;
            }
        }

        return true;
    })];

    private Split? RandomSplit(Random random, Node node)
    {
        int layer = random.Next(open.Layers.Length + 1);
        if (layer == open.Layers.Length)
        {
            double[] form = [.. Enumerable.Range(0, open.Input.Steps * open.Input.Entries).Select(_ => random.NextDouble() - 0.5)];
            return node.Input.Promising(form);
        }

        var neurons = open.Layers[layer];
        return neurons.Count == 0 ? null
            : neurons.HasTrains ? Split.Train(random.Next(neurons.Count), random.Next(neurons.Trains.All.Length - 1))
            : Split.Spike(layer, random.Next(open.Steps), random.Next(neurons.Count));
    }

    private bool Side(Split split, int point)
    {
        switch (split.Kind)
        {
            case SplitKind.Spike:
                return Spikes(split.Layer, point)[(split.Step * open.Layers[split.Layer].Count) + split.Unit] > 0;
            case SplitKind.Train:
                // The second side holds the trains that are less than the split's, as words.
                double[] train = Spikes(0, point);
                bool[] last = open.Layers[0].Trains!.All[split.Number].Fires;
                int parting = Enumerable.Range(0, open.Steps).FirstOrDefault(t => train[(t * open.Layers[0].Count) + split.Unit] > 0 != last[t], -1);
                return parting >= 0 && last[parting];
            case SplitKind.Pixel:
                return inputs[point][split.Unit] > split.Value;
            default:
                int at = (split.Step * open.Input.Entries) + split.Unit;
                return encoded[point][at] != encoded[0][at];
        }
    }

    // [T, P, B, ...] to [P][T, neurons].
    private static double[][] ByPoint(Tensor values) =>
        [.. Enumerable.Range(0, (int)values.shape[1]).Select(point => Values.Of(values.select(1, point)))];

    private double[] Open(double[] all, int layer)
    {
        int size = all.Length / open.Steps;
        return [.. Enumerable.Range(0, open.Steps).SelectMany(t => open.Layers[layer].Neurons.Select(n => all[(t * size) + n]))];
    }
}
