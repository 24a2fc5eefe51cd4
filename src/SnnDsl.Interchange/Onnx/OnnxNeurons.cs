using SnnDsl.Kernels;
using SnnDsl.Model;

namespace SnnDsl.Interchange.Onnx;

/// <summary>
/// Neurons as operators of ONNX, step after step: y = A x + B I + c, s = 1 if w . y > th, x' = (1 - s) (P0 y + q0) + s (P1 y + q1), with the operations in the order
/// of the network, so that the same currents give the same membranes, bit by bit.
/// </summary>
/// <param name="graph">The graph that they are added to.</param>
/// <param name="maps">Maps of spikes that come back.</param>
/// <param name="steps">T.</param>
internal sealed class OnnxNeurons(OnnxGraph graph, OnnxMaps maps, int steps)
{
    /// <summary>The spikes of all steps.</summary>
    public OnnxValue Fire(SpikingLayer layer, OnnxValue currents, string name)
    {
        var neuron = layer.Equations;
        // Of decays that are learned the equations hold one number; these are the very numbers of all neurons.
        string? decay = layer.LearnedDecays is { } decays ? graph.Constant($"{name}_decay", decays) : null;
        string? gain = layer.LearnedGains is { } gains ? graph.Constant($"{name}_gain", gains) : null;
        string[] inputs = currents.IsConstant ? [.. Enumerable.Repeat(currents.Name, steps)]
            : steps == 1 ? [currents.Name] : graph.Add("Split", $"{name}_currents", [currents.Name], steps, ("axis", 0L));
        var spikes = new string[steps];
        string?[] states = new string?[neuron.Size];
        for (int t = 0; t < steps; t++)
        {
            string at = $"{name}_t{t}";
            string input = layer.Recurrence is { } back && t > 0
                ? Add(inputs[t], maps.Apply(back, new(spikes[t - 1], currents.Shape, true), $"{at}_back").Name, $"{at}_current")!
                : inputs[t];
            string?[] y = decay is null
                ? [.. Enumerable.Range(0, neuron.Size).Select(i => Integrate(neuron, i, states, input, $"{at}_{neuron.States[i]}"))]
                : [Add(By(states[0], decay, $"{at}_left"), gain is null ? input : By(input, gain, $"{at}_driven"), $"{at}_{neuron.States[0]}")];
            string guard = Row(neuron.Guard, 0, y, $"{at}_guard") ?? graph.Add("Sub", $"{at}_guard", [input, input]);
            string fires = graph.Add(neuron.Spike.FiresAtThreshold ? "GreaterOrEqual" : "Greater", $"{at}_above", [guard, graph.Scalar(neuron.Spike.Threshold)]);
            spikes[t] = graph.Add("Cast", $"{at}_spike", [fires], ("to", graph.TypeNumber));
            // Nothing reads what the last step leaves.
            if (t < steps - 1)
            {
                string spike = spikes[t];
                states = [.. Enumerable.Range(0, neuron.Size).Select(i => Succeed(neuron, i, y, spike, $"{at}_{neuron.States[i]}_left"))];
            }
        }

        return new(steps == 1 ? spikes[0] : graph.Add("Concat", $"{name}_spikes", spikes, ("axis", 0L)), currents.Shape, false);
    }

    private string? Integrate(NeuronEquations neuron, int i, string?[] x, string input, string name)
    {
        string? sum = Add(Row(neuron.Decay, i, x, name), neuron.Input[i] == 0 ? null : Times(input, neuron.Input[i], name), name);
        return neuron.Bias[i] == 0 ? sum : Add(sum, graph.Scalar(neuron.Bias[i]), name);
    }

    private string? Succeed(NeuronEquations neuron, int i, string?[] y, string spike, string name)
    {
        string? silent = Row(neuron.Silent.Matrix, i, y, name);
        float leaves = neuron.Silent.Offset[i], sets = neuron.Fired.Offset[i];
        bool alike = Enumerable.Range(0, neuron.Size).All(j => neuron.Silent.Matrix[i, j] == neuron.Fired.Matrix[i, j]);
        if (alike && leaves == 0)
        {
            return Add(silent, sets == 0 ? null : Times(spike, sets, name), name);
        }

        string quiet = graph.Add("Sub", $"{name}_quiet", [graph.Scalar(1), spike]);
        return Add(Choose(silent, leaves, quiet, name), Choose(Row(neuron.Fired.Matrix, i, y, name), sets, spike, name), name);
    }

    // (value + constant) where a share is 1, else 0.
    private string? Choose(string? value, float constant, string share, string name) => value is null
        ? constant == 0 ? null : Times(share, constant, name)
        : graph.Add("Mul", name, [constant == 0 ? value : Add(value, graph.Scalar(constant), name)!, share]);

    private string? Row(Coefficients matrix, int row, string?[] x, string name)
    {
        string? sum = null;
        for (int j = 0; j < matrix.Columns; j++)
        {
            if (matrix[row, j] != 0 && x[j] is { } value)
            {
                sum = Add(sum, Times(value, matrix[row, j], name), name);
            }
        }

        return sum;
    }

    private string? By(string? value, string factors, string name) => value is null ? null : graph.Add("Mul", name, [value, factors]);

    private string Times(string value, float factor, string name) => factor == 1 ? value : graph.Add("Mul", name, [value, graph.Scalar(factor)]);

    private string? Add(string? one, string? other, string name) => one is null || other is null ? one ?? other : graph.Add("Add", name, [one, other]);
}
