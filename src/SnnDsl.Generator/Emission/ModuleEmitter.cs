using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Emission;

/// <summary>The class itself: documentation, weights, constructor, forward pass.</summary>
internal static class ModuleEmitter
{
    /// <summary>Writes the class.</summary>
    public static void Emit(NetworkPlan plan, CodeWriter writer)
    {
        ClassDocumentation.Write(plan, writer);
        if (!plan.Spec.IsMarkedGenerated)
        {
            writer.Line($"[{RuntimeNames.GeneratedCode}(\"SnnDsl\", \"{GeneratorVersion.Text}\")]");
        }

        using var type = writer.Block($"partial class {plan.Spec.Class.Name} : {(plan.IsChain ? RuntimeNames.SpikingModule : RuntimeNames.GraphModule)}");
        foreach (var layer in plan.Layers)
        {
            layer.Layer.EmitMembers(layer, writer);
        }

        EmitConstructor(plan, writer);
        writer.Line();
        EmitForward(plan, writer);
        writer.Line();
        EmitStages(plan, writer);
        writer.Line();
        EmitDescription(plan, writer);
    }

    private static void EmitConstructor(NetworkPlan plan, CodeWriter writer)
    {
        writer.Doc("<summary>Creates the network with initial weights drawn from a seed.</summary>");
        writer.Doc("<param name=\"seed\">The seed: the same weights for the same seed.</param>");
        writer.Comment("Torch finds the weights in their fields, by reflection: trimming and Native AOT leave these.");
        writer.Line($"[{RuntimeNames.DynamicDependency}(");
        using (writer.Indent())
        {
            writer.Line($"{RuntimeNames.MemberTypes}.PublicFields | {RuntimeNames.MemberTypes}.NonPublicFields, typeof({plan.Spec.Class.Name}))]");
        }

        using var body = writer.Block($"public {plan.Spec.Class.Name}(long seed = 0)\n    : base(Table)");
        writer.Line($"using {writer.Let(RuntimeNames.RandomGenerator)} random = {RuntimeNames.Initialisation}.Generator(seed);");
        foreach (var layer in plan.Layers)
        {
            layer.Layer.EmitInitialisation(layer, writer);
        }

        writer.Line("RegisterComponents();");
    }

    private static void EmitForward(NetworkPlan plan, CodeWriter writer)
    {
        string shape = plan.Spec.Encoding == InputEncoding.Direct ? "B" : "T, B";
        writer.Doc("<summary>The forward pass: all time steps of a layer, then the next layer.</summary>");
        writer.Doc($"<param name=\"input\">[{shape}, {plan.Spec.Input.Arguments}].</param>");
        writer.Doc($"<returns>Logits, [B, {Numbers.Plain(plan.Classes)}].</returns>");
        using var body = writer.Block($"protected override {RuntimeNames.Tensor} Simulate({RuntimeNames.Tensor} input)");
        string value = "input";
        Dictionary<PlannedLayer, string> values = [];
        foreach (var layer in plan.Applied)
        {
            string inputs = string.Join(", ", plan.SourcesOf(layer).Select(source => source < 0 ? "input" : values[plan.Layers[source]]));
            values[layer] = value = layer.Layer.EmitForward(layer, inputs, writer);
        }

        writer.Comment($"Readout - {plan.Spec.Readout.Equation}.   [B, {Numbers.Plain(plan.Classes)}]");
        writer.Line($"return {plan.Spec.Readout.Forward(value)};");
    }

    private static void EmitStages(NetworkPlan plan, CodeWriter writer)
    {
        if (!plan.IsChain)
        {
            EmitNodes(plan, writer);
            return;
        }

        writer.Doc("<summary>The network as data: spiking layers with the maps that lead to them, and what makes logits of the last spikes.</summary>");
        writer.Line($"public override {RuntimeNames.NetworkStages} Stages => new(").Line("[");
        using (writer.Indent())
        {
            foreach (var stage in plan.Bounded.GroupBy(layer => layer.Stage).Where(stage => stage.Key < plan.SpikingLayers))
            {
                writer.Line($"new({MapOf(stage.Where(layer => !layer.IsSpiking))}, {stage.Single(layer => layer.IsSpiking).Layer.Neurons}),");
            }
        }

        string tail = plan.ReadsSpikes ? "null" : MapOf(plan.Bounded.Where(layer => layer.Stage == plan.SpikingLayers));
        writer.Line($"], {tail}, {plan.Spec.Readout.Decay});");
    }

    private static void EmitNodes(NetworkPlan plan, CodeWriter writer)
    {
        writer.Doc("<summary>The network as data: its nodes, each of which names those that it reads by their places; the last is read out.</summary>");
        writer.Line($"public override {RuntimeNames.NetworkStages} Stages => new(").Line("[");
        using (writer.Indent())
        {
            Dictionary<PlannedLayer, int> places = [];
            foreach (var layer in plan.Bounded)
            {
                var sources = plan.SourcesOf(layer).Select(plan.Deployed).Select(source =>
                    source < 0 ? $"{RuntimeNames.NetworkNode}.Input" : Numbers.Plain(places[plan.Layers[source]]));
                string first = layer.Layer is AffineLayer affine ? $"Affine({affine.Map}, "
                    : layer.IsSpiking ? $"Fire({layer.Layer.Neurons}, "
                    : layer.Layer is DelayLayer delay ? $"Delay({Numbers.Plain(delay.Steps)}, "
                    : layer.Layer is ConcatLayer ? "Concat("
                    : "Add(";
                writer.Comment($"{Numbers.Plain(places.Count)}: {layer.Name}");
                writer.Line($"{RuntimeNames.NetworkNode}.{first}{string.Join(", ", sources)}),");
                places.Add(layer, places.Count);
            }
        }

        writer.Line($"], {plan.Spec.Readout.Decay});");
    }

    // One map, or several as one.
    private static string MapOf(IEnumerable<PlannedLayer> layers)
    {
        var maps = layers.Select(layer => ((AffineLayer)layer.Layer).Map).ToList();
        return maps.Count == 1 ? maps[0] : $"new {RuntimeNames.AffineChain}({string.Join(", ", maps)})";
    }

    private static void EmitDescription(NetworkPlan plan, CodeWriter writer)
    {
        writer.Comment("The table above, at run time.");
        using var value = writer.Block($"private static {RuntimeNames.NetworkDescription} Table => new()", "};");
        writer.Line($"Name = {CodeWriter.Quote(plan.Spec.Class.PlainName)},");
        writer.Line($"TimeSteps = {Numbers.Plain(plan.Spec.TimeSteps)},");
        writer.Line($"Encoding = {RuntimeNames.Encoding}.{plan.Spec.Encoding},");
        writer.Line($"InputShape = [{plan.Spec.Input.Arguments}],");
        writer.Line($"Classes = {Numbers.Plain(plan.Classes)},");
        writer.Line($"ReadsSpikes = {(plan.ReadsSpikes ? "true" : "false")},");
        writer.Line($"Readout = {CodeWriter.Quote(plan.Spec.Readout.Equation)},");
        writer.Line("Layers =").Line("[");
        using (writer.Indent())
        {
            foreach (var layer in plan.Layers)
            {
                writer.Line(
                    $"new({CodeWriter.Quote(layer.Name)}, {CodeWriter.Quote(layer.Layer.Kind.Title)}, [{layer.Output.Arguments}], " +
                    $"{Numbers.Plain(layer.Parameters)}, {CodeWriter.Quote(layer.Equation)}{States(layer.Layer)}){Facts(plan, layer)},");
            }
        }

        writer.Line("],");
        writer.Line($"Architecture = {CodeWriter.Quote(plan.Architecture)},");
    }

    private static string States(LoweredLayer layer) =>
        layer.States == 0 ? "" : $", States: {Numbers.Plain(layer.States)}{(layer.Neuron is null ? "" : ", HasKernels: true")}";

    // What not every layer has.
    private static string Facts(NetworkPlan plan, PlannedLayer layer)
    {
        List<string> facts = [];
        if (layer.Layer.Slides is { } window)
        {
            string dilation = window.Dilation is { } taps ? $", {CodeWriter.Quote(taps)}" : "";
            facts.Add($"Window = new({CodeWriter.Quote(window.Kernel)}, {CodeWriter.Quote(window.Stride)}, {CodeWriter.Quote(window.Padding)}{dilation})");
        }

        if (layer.Layer.Surrogate is { } surrogate)
        {
            facts.Add($"Surrogate = {CodeWriter.Quote(surrogate)}");
        }

        if (plan.OperationsOf(layer) is > 0 and var operations)
        {
            facts.Add($"Operations = {Numbers.Plain(operations)}");
        }

        return facts.Count == 0 ? "" : $" {{ {string.Join(", ", facts)} }}";
    }
}
