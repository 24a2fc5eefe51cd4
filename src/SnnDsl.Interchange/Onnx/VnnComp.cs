using System.Globalization;
using System.Text;
using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation.Records;
using SnnDsl.Networks;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Interchange;

/// <summary>
/// Writes a run's records as a benchmark of VNN-COMP: <c>network.onnx</c>, one property for each sample, <c>instances.csv</c>, and our results, each as such a tool reports it: <c>unsat</c>
/// (certified), <c>sat</c> with a witness (falsified), or <c>unknown</c>.
/// </summary>
public static class VnnComp
{
    /// <summary>Writes the folder, all files or none. Files of other runs in it stay, those of the same names are replaced.</summary>
    /// <param name="folder">The folder; it is created.</param>
    /// <param name="network">The network with the weights of the records.</param>
    /// <param name="samples">The samples of the records.</param>
    /// <param name="records">The record file.</param>
    /// <param name="seconds">The time limit that <c>instances.csv</c> gives a verifier.</param>
    /// <returns>How many instances were written.</returns>
    /// <exception cref="InterchangeException">
    /// The records are of another network, of other weights or other samples, of perturbations that VNN-LIB cannot say, or their counterexamples are not there.
    /// </exception>
    /// <exception cref="DataFileException">The record file is damaged.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static int Save(string folder, SpikingModule network, Dataset samples, string records, int seconds = 300)
    {
        var all = RecordLog.Read<CertificateRecord>(records);
        if (all.Count == 0)
        {
            throw new InterchangeException($"'{records}' holds no record.");
        }

        using var deployed = new Deployed(network);
        var setting = all[0].Setting;
        Check(network, samples, records, all, setting);
        var perturbation = setting.Perturbation.ToPerturbation();
        bool perSample = network.Description.Encoding == Encoding.Poisson;
        using var staged = new StagedFolder(folder);
        if (!perSample)
        {
            OnnxFile.Save(network, staged.At("network.onnx"));
        }

        StringBuilder instances = new(), results = new();
        foreach (var record in all)
        {
            using var scope = NewDisposeScope();
            string name = Invariant($"sample-{record.Index}"), onnx = perSample ? $"{name}.onnx" : "network.onnx", property = $"{name}.vnnlib";
            if (perSample)
            {
                OnnxFile.Save(network, staged.At(onnx), record.Index);
            }

            var input = samples.Inputs(record.Position);
            VnnLib.Save(network, staged.At(property), input, record.Label, perturbation, record.Index);
            string result = record.Verdict switch { Verdict.Certified => "unsat", Verdict.Falsified => "sat", _ => "unknown" };
            string witness = record.Verdict == Verdict.Falsified ? Witness(network, record, Point(records, record, input)) : "";
            AtomicFile.WriteText(staged.At($"{name}.result"), $"{result}\n{witness}");
            instances.Append(CultureInfo.InvariantCulture, $"{onnx},{property},{seconds}\n");
            results.Append(CultureInfo.InvariantCulture, $"{setting.Model},{onnx},{property},0,{result},{record.Seconds:R}\n");
        }

        AtomicFile.WriteText(staged.At("instances.csv"), instances.ToString());
        AtomicFile.WriteText(staged.At("results.csv"), results.ToString());
        staged.Commit();
        return all.Count;
    }

    private static void Check(SpikingModule network, Dataset samples, string records, IReadOnlyList<CertificateRecord> all, CertificationSetting setting)
    {
        string? wrong = setting.ArchitectureSha256 != network.Description.ArchitectureHash ? $"of {setting.Model} with another architecture than {network.Description.Name}"
            : setting.WeightsSha256 != Weights.Hash(network) ? "of other weights"
            : setting.Steps != network.Steps ? Invariant($"for {setting.Steps} steps, and the network runs for {network.Steps}")
            : setting.Encoding == "poisson" && setting.Seed != network.EncodingSeed ? Invariant($"for the draw of seed {setting.Seed}, and the network's is {network.EncodingSeed}")
            : setting.Perturbation.Norm != "linf" ? $"for the perturbation '{setting.Perturbation.Norm}', and VNN-LIB has linear rows over real inputs: a box around each pixel is all that is exported"
            : null;
        if (wrong is not null)
        {
            throw new InterchangeException($"The records in '{records}' are {wrong}.");
        }

        if (all.FirstOrDefault(record => record.Position < 0 || record.Position >= samples.Count || samples.InputHash(record.Position) != record.InputSha256) is { } stranger)
        {
            throw new InterchangeException(Invariant($"The record of sample {stranger.Index} in '{records}' is of an input that the data set {samples.Name} does not hold at position {stranger.Position}."));
        }
    }

    // The stored counterexample, or the sample itself where the network fails on that.
    private static Tensor Point(string records, CertificateRecord record, Tensor input)
    {
        if (record.Counterexample is not { } found)
        {
            return input;
        }

        if (found.File is not { } file)
        {
            throw new InterchangeException(Invariant($"The record of sample {record.Index} in '{records}' names a counterexample that no file holds: certify again with --records."));
        }

        string path = Path.Combine(RecordFolders.Counterexamples(records), file.Name);
        using var content = SafeTensors.Read(path);
        return content.Tensors.TryGetValue("input", out var point) && SafeTensors.FileHash(path) == file.Sha256 && point.shape.AsSpan().SequenceEqual(input.shape)
            ? point.clone()
            : throw new InterchangeException($"'{path}' is not the counterexample that the records name.");
    }

    // ((X_0 0.5) (X_1 0) ... (Y_0 0.3) ...): the inputs and what our forward pass makes of them.
    private static string Witness(SpikingModule network, CertificateRecord record, Tensor point)
    {
        using var guard = no_grad();
        using var logits = network.forward(point, new[] { record.Index });
        return $"({string.Join('\n', [.. Assigned('X', point), .. Assigned('Y', logits)])})\n";

        static IEnumerable<string> Assigned(char name, Tensor values) =>
            values.cpu().contiguous().data<float>().ToArray().Select((value, i) => Invariant($"({name}_{i} {VnnLib.Number(value)})"));
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
