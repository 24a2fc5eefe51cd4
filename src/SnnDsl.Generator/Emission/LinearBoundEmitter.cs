using SnnDsl.Generator.Model;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Emission;

/// <summary>Linear bounds (S-CROWN): one method backwards from logits or from any membrane to the perturbed input.</summary>
internal static class LinearBoundEmitter
{
    /// <summary>Writes the part of the class that bounds by lines.</summary>
    public static void Emit(NetworkPlan plan, CodeWriter writer)
    {
        using var type = writer.Block($"partial class {plan.Spec.Class.Name}");
        var layers = plan.Bounded.ToList();
        int last = layers.FindLastIndex(layer => layer.IsSpiking);
        EmitReadOut(plan, layers.Skip(last + 1).Reverse(), writer);
        writer.Line();
        EmitPropagateBack(plan, layers.Take(last + 1).Reverse().ToList(), writer);
    }

    private static void EmitReadOut(NetworkPlan plan, IEnumerable<PlannedLayer> layers, CodeWriter writer)
    {
        writer.Doc("<summary>A linear form on the logits as one on the last neurons' spikes.</summary>");
        writer.Doc("<param name=\"query\">Its rows weigh the logits.</param>");
        writer.Doc("<returns>The form.</returns>");
        using var body = writer.Block(
            $"protected override {RuntimeNames.LinearForm} ReadOut({RuntimeNames.LinearQuery} query)");
        writer.Comment($"Readout - {plan.Spec.Readout.BackEquation}.   [S, B, K, {Numbers.Plain(plan.Classes)}]");
        writer.Line($"{writer.Let(RuntimeNames.LinearForm)} form = {plan.Spec.Readout.Back};");
        foreach (var layer in layers)
        {
            writer.Line();
            layer.Layer.EmitBack(layer, writer);
        }

        writer.Line("return form;");
    }

    private static void EmitPropagateBack(NetworkPlan plan, List<PlannedLayer> backwards, CodeWriter writer)
    {
        writer.Doc("<summary>Lower bounds of rows over logits or membranes by linear relaxation (S-CROWN).</summary>");
        writer.Doc("<param name=\"input\">The set of inputs that an adversary chooses from.</param>");
        writer.Doc("<param name=\"query\">Where the rows start, and which lines they are carried through.</param>");
        writer.Doc("<returns>Lower bounds [B, K], and coefficients on the input.</returns>");
        using var body = writer.Block(
            $"protected override {RuntimeNames.LinearBound} PropagateBack({RuntimeNames.IPerturbedInput} input, {RuntimeNames.LinearQuery} query)");
        writer.Comment("The walk starts on the logits, or on the membranes of the spiking layer that the query names.");
        string logits = Numbers.Plain(plan.SpikingLayers);
        writer.Line($"{writer.Let(RuntimeNames.LinearForm)} form = query.Layer == {logits} ? ReadOut(query) : {RuntimeNames.LinearForm}.OnMembrane(query);").Line();
        foreach (var stage in backwards.GroupBy(layer => layer.Stage))
        {
            // The first stage takes part in every query: no condition.
            var condition = stage.Key == 0 ? null : writer.Block($"if (query.Layer >= {Numbers.Plain(stage.Key)})");
            bool following = false;
            foreach (var layer in stage)
            {
                if (following)
                {
                    writer.Line();
                }

                layer.Layer.EmitBack(layer, writer);
                following = true;
            }

            condition?.Dispose();
            writer.Line();
        }

        writer.Comment("What remains is linear in the input: its least value over the set.   [B, K]");
        writer.Line("return form.Concretise(input);");
    }
}
