using System.Text.Json.Serialization;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Evaluation;

/// <summary>What `attack --json` writes, and the adversarial inputs, which go into a file of their own.</summary>
public sealed record AttackReport : Report, IDisposable
{
    /// <summary>The attack's name: "fgsm", "pgd" or "spike-flip".</summary>
    public required string Attack { get; init; }

    /// <summary>What the attack's random starts depend on.</summary>
    public required long AttackSeed { get; init; }

    /// <summary>The samples.</summary>
    public required IReadOnlyList<AttackedSample> Samples { get; init; }

    /// <summary>The shares.</summary>
    public required AttackSummary Summary { get; init; }

    /// <summary>
    /// Each sample's best point, in the samples' order, on the CPU: [N, ...], or [T, N, ...] for events; null for a report that was read
    /// back.
    /// </summary>
    [JsonIgnore]
    public Tensor? Inputs { get; init; }

    /// <summary>Writes the adversarial inputs as <c>inputs</c>, with <c>labels</c> and <c>indices</c>, in safetensors.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <exception cref="InvalidOperationException">The report was read back from JSON, which holds no inputs.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveInputs(string path)
    {
        using var scope = NewDisposeScope();
        SafeTensors.Write(
            path,
            [
                ("inputs", Inputs ?? throw new InvalidOperationException("A report that was read back from JSON holds no inputs: attack again.")),
                ("labels", tensor(Samples.Select(sample => sample.Label).ToArray())),
                ("indices", tensor(Samples.Select(sample => sample.Index).ToArray())),
            ],
            new Dictionary<string, string> { ["model"] = Model, ["attack"] = Attack, ["weightsSha256"] = WeightsSha256 });
    }

    /// <inheritdoc/>
    public void Dispose() => Inputs?.Dispose();
}
