using SnnDsl.Interchange.Onnx;
using SnnDsl.Networks;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Interchange;

/// <summary>Writes networks as ONNX, opset 13, for verifiers and for other run times: all T steps unrolled, batch normalisation folded.</summary>
/// <remarks>
/// Input X: one sample, [1, ...] of pixels, or [T, ...] of spike frames. Output Y: logits [1, classes]. A step of neurons is Mul, Add, Greater and Cast in the network's own order, so the
/// same currents give the same spikes. Currents are sums whose order a run time chooses: they may differ in the last digits, and a spike with them where a membrane lies that near to its threshold.
/// In float32 that is a sample of some hundred; a network that was converted to float64 (<c>network.to(float64)</c>) is written in float64, where it was not seen.
/// </remarks>
public static class OnnxFile
{
    /// <summary>Writes a network as it is deployed, whole or not at all.</summary>
    /// <param name="network">The network, float32 or float64; so is the file.</param>
    /// <param name="path">The file.</param>
    /// <param name="index">Under Poisson encoding: the sample's index, whose draw of noise (with <see cref="SpikingModule.EncodingSeed"/>) becomes part of the file.</param>
    /// <exception cref="InterchangeException">The network is neither float32 nor float64, needs an index, or has a layer that ONNX lacks: the message names it.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(SpikingModule network, string path, long? index = null)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var deployed = new Deployed(network);
        var writer = new Writer(network, index);
        string logits = writer.ReadOut(writer.Walk());
        AtomicFile.Write(path, stream => writer.Graph.Write(
            stream, network.Description.Name, ("X", writer.InputShape), (logits, [1, network.Description.Classes]),
            ("architecture_sha256", network.Description.ArchitectureHash), ("weights_sha256", SafeTensors.WeightsHash(network.state_dict().Select(entry => (entry.Key, Stored(entry.Value))))),
            ("time_steps", network.Steps.ToString(System.Globalization.CultureInfo.InvariantCulture))));
    }

    // Float32 numbers that were converted are those of the file that they came from.
    private static Tensor Stored(Tensor values) =>
        values.dtype == ScalarType.Float64 && values.to(ScalarType.Float32) is var single && single.to(ScalarType.Float64).equal(values).all().item<bool>() ? single : values;

    private sealed class Writer
    {
        private readonly SpikingModule network;
        private readonly NetworkDescription description;
        private readonly NetworkStages stages;
        private readonly OnnxMaps maps;
        private readonly OnnxNeurons neurons;
        private readonly long? index;

        public Writer(SpikingModule network, long? index)
        {
            (this.network, this.index, description, stages) = (network, index, network.Description, network.Stages);
            ScalarType[] types = [.. network.parameters().Select(parameter => parameter.dtype).Distinct()];
            var type = types is [] ? ScalarType.Float32 : types[0];
            if (types.Length > 1 || type is not (ScalarType.Float32 or ScalarType.Float64))
            {
                throw new InterchangeException($"{description.Name} runs in {string.Join(" and ", types)}, but ONNX files are written in float32, or in float64: export it before it is converted.");
            }

            if (description.Encoding == Encoding.Poisson && index is null)
            {
                throw new InterchangeException($"{description.Name} draws its spikes by Poisson encoding, so a file holds for one draw: give the sample's index.");
            }

            Graph = new(type);
            _ = Graph.Unique("X");
            maps = new(Graph, description.Name);
            neurons = new(Graph, maps, network.Steps);
        }

        public OnnxGraph Graph { get; }

        public long[] InputShape => [description.Encoding == Encoding.Spikes ? network.Steps : 1, .. description.InputShape];

        // The value of the last node.
        public OnnxValue Walk()
        {
            var nodes = stages.Nodes;
            var values = new OnnxValue[nodes.Count];
            var input = Encode();
            OnnxValue Of(int source) => source < 0 ? input : values[source];
            var (layer, affine) = (0, 0);
            for (int i = 0; i < nodes.Count; i++)
            {
                var node = nodes[i];
                values[i] = node.Map is { } map ? maps.Apply(map, Of(node.Sources[0]), $"affine{++affine}")
                    : node.Neurons is { } fired ? neurons.Fire(fired, Of(node.Sources[0]), description.SpikingLayers[layer++].Name)
                    : node.Later > 0 ? Delay(Of(node.Sources[0]), node.Later)
                    : node.Joins ? Concat([.. node.Sources.Select(Of)])
                    : node.Sources.Select(Of).Aggregate(Sum);
            }

            return values[^1];
        }

        /// <summary>The logits, Y.</summary>
        public string ReadOut(OnnxValue last)
        {
            int steps = network.Steps;
            if (stages.MembraneDecay is not { } decay)
            {
                string sum = Graph.Add("ReduceSum", "counts", [OverTime(last).Name, Graph.Integers(0)], ("keepdims", 1L));
                return Graph.Add("Div", "Y", [sum, Graph.Scalar(steps)]);
            }

            string[] currents = steps == 1 ? [last.Name] : Graph.Add("Split", "outputs", [OverTime(last).Name], steps, ("axis", 0L));
            string Decayed(string value, float by, string current, string name) => Graph.Add("Add", name, [Graph.Add("Mul", $"{name}_left", [value, Graph.Scalar(by)]), current]);
            string membrane = currents[0], total = membrane, current = membrane;
            for (int t = 1; t < steps; t++)
            {
                current = stages.SynapticDecay == 0 ? currents[t] : Decayed(current, stages.SynapticDecay, currents[t], $"readout_t{t}_current");
                membrane = Decayed(membrane, decay, current, $"readout_t{t}");
                total = stages.MeanMembrane ? Graph.Add("Add", $"readout_t{t}_sum", [total, membrane]) : membrane;
            }

            return Graph.Add("Div", "Y", [total, Graph.Scalar(stages.MeanMembrane ? steps : 1)]);
        }

        private OnnxValue Encode()
        {
            long[] shape = [.. description.InputShape];
            if (description.Encoding != Encoding.Poisson)
            {
                return new("X", shape, description.Encoding == Encoding.Direct);
            }

            var noise = network.Noise(zeros([1, .. shape]), new[] { index!.Value }).view([network.Steps, .. shape]);
            string fires = Graph.Add("Greater", "X_above", ["X", Graph.Constant("noise", noise)]);
            return new(Graph.Add("Cast", "X_spikes", [fires], ("to", Graph.TypeNumber)), shape, false);
        }

        private OnnxValue Sum(OnnxValue one, OnnxValue other) =>
            new(Graph.Add("Add", "sum", [one.Name, other.Name]), one.Shape, one.IsConstant && other.IsConstant);

        private OnnxValue Concat(OnnxValue[] values)
        {
            bool isConstant = values.All(value => value.IsConstant);
            string[] names = [.. values.Select(value => (isConstant ? value : OverTime(value)).Name)];
            return new(
                Graph.Add("Concat", "joined", names, ("axis", 1L)), [values.Sum(value => value.Shape[0]), .. values[0].Shape[1..]], isConstant);
        }

        private OnnxValue Delay(OnnxValue value, int later)
        {
            int late = Math.Min(later, network.Steps);
            string before = Graph.Constant("silence", zeros([late, .. value.Shape]));
            if (late == network.Steps)
            {
                return new(before, value.Shape, false);
            }

            string kept = Graph.Add("Slice", "earlier", [OverTime(value).Name, Graph.Integers(0), Graph.Integers(network.Steps - late), Graph.Integers(0)]);
            return new(Graph.Add("Concat", "delayed", [before, kept], ("axis", 0L)), value.Shape, false);
        }

        private OnnxValue OverTime(OnnxValue value) => !value.IsConstant || network.Steps == 1
            ? value
            : new(Graph.Add("Concat", "repeated", [.. Enumerable.Repeat(value.Name, network.Steps)], ("axis", 0L)), value.Shape, false);
    }
}
