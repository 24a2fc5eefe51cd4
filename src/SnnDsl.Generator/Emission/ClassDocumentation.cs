using SnnDsl.Generator.Model;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Emission;

/// <summary>The XML comment that shows the whole network where the class is hovered over.</summary>
internal static class ClassDocumentation
{
    /// <summary>Writes a summary in one sentence and the layers as a table.</summary>
    public static void Write(NetworkPlan plan, CodeWriter writer)
    {
        var spec = plan.Spec;
        string steps = spec.TimeSteps == 1 ? "1 step" : $"{Numbers.Grouped(spec.TimeSteps)} steps";
        writer.Doc("<summary>");
        writer.Doc(
            $"{spec.Class.PlainName}: {spec.Input} -&gt; {Numbers.Plain(plan.Classes)} classes in {steps}, " +
            $"{Numbers.Grouped(plan.Parameters)} parameters, " +
            $"at most {Numbers.Grouped(plan.Operations)} synaptic operations a sample.");
        writer.Doc("</summary>");
        writer.Doc("<remarks>");
        writer.Doc($"Input: {spec.Input}, {Encoding(spec.Encoding)}.");
        writer.Doc("<list type=\"table\">");
        Row(writer, "listheader", "layer", "output", "parameters", "synaptic operations", "equation");
        foreach (var layer in plan.Layers)
        {
            Row(writer, "item", layer.Name, layer.Output.Text, Numbers.Grouped(layer.Parameters), Numbers.Grouped(plan.OperationsOf(layer)), layer.Equation);
        }

        writer.Doc("</list>");
        writer.Doc($"Readout: {CodeWriter.Xml(spec.Readout.Equation)}.");
        writer.Doc("</remarks>");
    }

    private static string Encoding(InputEncoding encoding) => encoding switch
    {
        InputEncoding.Direct => "the same at every step",
        InputEncoding.Poisson => "a spike where the pixel is above the step's noise",
        _ => "recorded spikes, one frame a step",
    };

    private static void Row(CodeWriter writer, string element, string name, string output, string parameters, string operations, string equation) =>
        writer.Doc(
            $"<{element}><term>{CodeWriter.Xml(name)}</term><description>{CodeWriter.Xml($"{output}; {parameters}; {operations}; {equation}")}" +
            $"</description></{element}>");
}
