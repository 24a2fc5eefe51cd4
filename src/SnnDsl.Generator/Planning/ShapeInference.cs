using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.Generator.Planning;

/// <summary>Finds what every layer gives, from the input on.</summary>
internal static class ShapeInference
{
    /// <summary>The shapes of a network, whose layers are lowered on the way.</summary>
    /// <returns>Null if its layers do not fit together; analyzers say why.</returns>
    public static ShapedNetwork? Infer(NetworkSpec spec, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        List<Problem> problems = [];
        var outputs = Walk(spec.Input, spec.Layers, spec.Sources, problems);
        if (problems.Count > 0)
        {
            return null;
        }

        List<ShapedLayer> layers = [];
        var readInput = SourceRules.ReadInput([.. spec.Layers.Select(layer => layer.Kind)], spec.Sources);
        // By declared layer, the last of those that it lowered to.
        List<int> ends = [];
        foreach (var (layer, sources) in spec.Layers.Zip(spec.Sources, (layer, sources) => (layer, sources)))
        {
            int[] reads = [.. sources.Select(source => source < 0 ? -1 : ends[source])];
            foreach (var lowered in Encoder(layer, readInput[ends.Count]).Concat(layer.Lower(ShapeOf(reads[0]))))
            {
                var problem = new ProblemReporter(problems, new Place(DeclarationPart.Layer, layers.Count));
                Shape[] inputs = [.. reads.Select(ShapeOf)];
                var output = lowered.Infer(inputs, problem)
                    ?? throw new InvalidOperationException($"{lowered.Name} does not fit where it was lowered to: {problems[0].Id}.");
                layers.Add(new ShapedLayer(lowered, inputs[0], output, reads.ToEquatableArray()));
                reads = [layers.Count - 1];
            }

            ends.Add(layers.Count - 1);
        }

        // The engine's neurons stand behind maps: those on the input behind one that changes nothing.
        static IEnumerable<LoweredLayer> Encoder(Layer layer, bool readsInput) =>
            readsInput && layer.Kind.Role == LayerRole.Spiking ? [NormalizeLayer.Identity(layer.Name + LayerKind.EncoderPart)] : [];

        Shape ShapeOf(int source) => source < 0 ? spec.Input : layers[source].Output;

        return new ShapedNetwork(spec, layers.ToEquatableArray());
    }

    /// <summary>Why <see cref="Infer"/> gives nothing; null where it does.</summary>
    public static Refusal? Refuse(NetworkSpec spec, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        List<Problem> problems = [];
        Walk(spec.Input, spec.Layers, spec.Sources, problems);
        return problems.Count == 0 ? null : new(spec.Class.FullMetadataName, spec.Class, problems.ToEquatableArray());
    }

    /// <summary>Walks the layers until one does not fit or is unknown (null): what follows it cannot be judged.</summary>
    /// <param name="input">What the first layer gets.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="sources">By layer, which layers it reads.</param>
    /// <param name="found">Takes at most one problem.</param>
    /// <returns>What each layer gives, as far as the walk came.</returns>
    public static IReadOnlyList<Shape> Walk(
        Shape input, IReadOnlyList<Layer?> layers, IReadOnlyList<EquatableArray<int>> sources, List<Problem> found)
    {
        List<Shape> outputs = [];
        foreach (var layer in layers)
        {
            var problems = new ProblemReporter(found, new Place(DeclarationPart.Layer, outputs.Count));
            Shape[] inputs = [.. sources[outputs.Count].Select(source => source < 0 ? input : outputs[source])];
            if (layer?.Infer(inputs, problems) is not { } output || IsTooLarge(layer, inputs[0], output, problems))
            {
                return outputs;
            }

            outputs.Add(output);
        }

        CheckOutput(layers, outputs, found);
        return outputs;
    }

    // Tensors are addressed by int in the emitted loops and in TorchSharp's own accessors.
    private static bool IsTooLarge(Layer layer, Shape input, Shape output, ProblemReporter problems)
    {
        long parameters = layer.CountParameters(input, output);
        string? what = output.Elements > int.MaxValue ? "values" : parameters > int.MaxValue ? "parameters" : null;
        if (what is not null)
        {
            problems.Report(
                ProblemIds.TooLarge, layer.Kind.Title, what, Numbers.Grouped(what == "values" ? output.Elements : parameters));
        }

        return what is not null;
    }

    private static void CheckOutput(IReadOnlyList<Layer?> layers, List<Shape> outputs, List<Problem> found)
    {
        if (outputs.Count == 0)
        {
            return;
        }

        int last = outputs.Count - 1;
        var problems = new ProblemReporter(found, new Place(DeclarationPart.Layer, last));
        if (!outputs[last].IsVector)
        {
            problems.Report(ProblemIds.OutputNotVector, layers[last]!.Kind.Title, outputs[last].Text);
        }
        else if (outputs[last].Elements < 2)
        {
            problems.Report(ProblemIds.TooFewClasses, layers[last]!.Kind.Title, outputs[last].Text);
        }
    }
}
