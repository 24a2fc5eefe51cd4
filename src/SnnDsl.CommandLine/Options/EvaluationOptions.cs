using System.CommandLine;

namespace SnnDsl.CommandLine.Options;

/// <summary>Options and examples that certify and attack share.</summary>
internal static class EvaluationOptions
{
    public static Option<string> Weights() => new("--weights", "-w")
    {
        HelpName = "FILE",
        Description = "The network's weights in safetensors, as train or PyTorch wrote them (fc1.weight, fc1.bias, ...).",
        Required = true,
    };

    public static Option<int?> Batch() => Choice.AtLeast(
        1, "--batch", "N", "How many samples are worked on at once; it changes time and memory, not results. [default: what fits into a gigabyte]");

    /// <summary>One example of a command for each kind of network that there is.</summary>
    public static IReadOnlyList<string> Examples(
        string command, IReadOnlyList<ModelRegistration> models, IReadOnlyList<DataSource> sources, string more)
    {
        if (models.Count == 0)
        {
            return [];
        }

        string size = sources.Count > 0 && sources[0].HoldsSpikes ? "--flips 10" : "--epsilon 0.1";
        string start = $"{command} --model {models[0].Name} --weights runs/{models[0].Name}.safetensors {size}";
        return [start, $"{start} --count 100{more}"];
    }
}
