using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Emission;

/// <summary>Interval bounds (S-IBP): one method from the perturbed input to the last spikes.</summary>
internal static class IntervalEmitter
{
    /// <summary>Writes the part of the class that bounds by intervals.</summary>
    public static void Emit(NetworkPlan plan, CodeWriter writer)
    {
        using var type = writer.Block($"partial class {plan.Spec.Class.Name}");
        writer.Doc("<summary>Intervals of every membrane for a perturbed input (S-IBP).</summary>");
        writer.Doc("<param name=\"input\">The set of inputs that an adversary chooses from.</param>");
        writer.Doc("<returns>Bounds of all membranes, and of the last neurons' spikes.</returns>");
        using var body = writer.Block(
            $"protected override {RuntimeNames.NetworkIntervals} PropagateIntervals({RuntimeNames.IPerturbedInput} input)");

        var layers = plan.Bounded.ToList();
        var first = layers.TakeWhile(layer => !layer.IsSpiking).ToList();
        foreach (var layer in first)
        {
            writer.Comment(layer.Heading);
        }

        var maps = first.Select(layer => ((AffineLayer)layer.Layer).Map).ToList();
        string map = maps.Count == 1 ? maps[0] : $"new {RuntimeNames.AffineChain}({string.Join(", ", maps)})";
        string value = EquationsLayer.SumsOverSets(layers[first.Count]) ? $"input, {map}" : EmitCurrents(first[first.Count - 1], map, writer);
        int last = layers.FindLastIndex(layer => layer.IsSpiking);
        foreach (var layer in layers.Take(last + 1).Skip(first.Count))
        {
            value = layer.Layer.EmitIntervals(layer, value, writer);
        }

        var bounds = layers.Where(layer => layer.IsSpiking).Select(layer => $"{layer.Name}Bounds");
        writer.Line($"return new {RuntimeNames.NetworkIntervals}({string.Join(", ", bounds)});");
    }

    // The perturbed input knows best how far its own set moves a weighted sum: a box by centre and radius, flips by their worst k.
    private static string EmitCurrents(PlannedLayer end, string map, CodeWriter writer)
    {
        writer.Comment($"The perturbed input itself knows how far its set can move these sums.{end.OutputShape}");
        writer.Line($"{writer.Let(RuntimeNames.Interval)} {end.Name}Output = input.Currents({map});").Line();
        return $"{end.Name}Output";
    }
}
