using System.Diagnostics;
using SnnDsl.Data;
using SnnDsl.Evaluation.Records;
using SnnDsl.Networks;
using SnnDsl.Serialization;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Inputs;
using SnnDsl.Verification.Networks;
using SnnDsl.Verification.Records;

namespace SnnDsl.Verification;

/// <summary>
/// Checks certificate records again, from the architecture's text, the weights and the data alone, with arithmetic of its own: what the
/// compiler emitted and the runtime's bounds take no part. What is trusted is said in docs/verification.md.
/// </summary>
public sealed class RecordVerifier
{
    // Products of a forward pass over all steps, for each of which exact numbers take some microseconds.
    private const long Small = 20_000;

    private readonly IDeployedNetwork module;
    private readonly Dataset data;
    private readonly Architecture architecture;
    private readonly IReadOnlyDictionary<string, float[]> weights;
    private readonly Lazy<Network<Float64>> float64;
    private readonly Lazy<Network<Rational>> exact;
    private readonly string weightsHash;
    private readonly StatedBox? box;

    /// <summary>Prepares.</summary>
    /// <param name="network">The network, with the weights, the number of steps and the encoding seed that it is deployed with.</param>
    /// <param name="data">The data set that the records are about, from its first sample on.</param>
    /// <exception cref="ArgumentException">The network's architecture has something that the verifier does not know.</exception>
    public RecordVerifier(IDeployedNetwork network, Dataset data)
    {
        (module, this.data) = (network, data);
        var stored = network.Weights;
        weights = stored.ToDictionary(entry => entry.Key, entry => Sample.Numbers(entry.Value));
        weightsHash = SafeTensors.WeightsHash(stored.Select(entry => (entry.Key, entry.Value)));
        try
        {
            architecture = Architecture.Read(network.Description.Architecture);
            _ = Network<Float64>.Build(architecture, weights, network.Steps);
        }
        catch (FormatException error)
        {
            throw new ArgumentException(error.Message, nameof(network), error);
        }

        float64 = new(() => Network<Float64>.Build(architecture, weights, module.Steps));
        exact = new(() => Network<Rational>.Build(architecture, weights, module.Steps));
    }

    /// <summary>The numbers that claims are computed again with.</summary>
    public VerificationArithmetic Arithmetic { get; init; }

    /// <summary>The file that states a box for each pixel, which records name by its hash; null if none does.</summary>
    /// <exception cref="DataFileException">It is absent or broken, or states no box.</exception>
    public string? BoxFile
    {
        init => box = value is null ? null : StatedBox.Read(value);
    }

    /// <summary>How long one record may take unless another time is stated: ten minutes.</summary>
    public static TimeSpan DefaultTimeLimit { get; } = TimeSpan.FromMinutes(10);

    /// <summary>How long one record may take.</summary>
    public TimeSpan TimeLimit { get; init; } = DefaultTimeLimit;

    /// <summary>What the adversary may do in records that are accepted, in whichever box; null for whatever they say.</summary>
    public RecordedPerturbation? Perturbation { get; init; }

    /// <summary>Checks all records of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Told after every record, with how many there are.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="DataFileException">There is no such file, or it holds no record.</exception>
    public IReadOnlyList<VerifiedRecord> VerifyFile(
        string path, IProgress<(VerifiedRecord Record, int Count)>? progress = null, CancellationToken cancellation = default)
    {
        int count = RecordLines.Count(path);
        List<VerifiedRecord> results = [];
        Dictionary<int, int> seen = [];
        foreach (string? line in RecordLines.Read(path))
        {
            cancellation.ThrowIfCancellationRequested();
            var result = VerifyLine(line, results.Count + 1, path, seen, cancellation);
            results.Add(result);
            progress?.Report((result, Math.Max(count, results.Count)));
        }

        return results.Count > 0 ? results : throw new DataFileException($"'{path}' holds no record: there is nothing to verify.");
    }

    /// <summary>Checks one record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="path">The record file, beside which its counterexamples and proofs lie.</param>
    /// <param name="line">Its line there.</param>
    /// <param name="cancellation">Stops.</param>
    public VerifiedRecord Verify(CertificateRecord record, string path, int line = 1, CancellationToken cancellation = default)
    {
        var watch = Stopwatch.StartNew();
        var found = new Finding([], 0, null);
        string? rejection = null, arithmetic = null;
        try
        {
            CheckSample(record);
            using var scope = TorchSharp.torch.NewDisposeScope();
            var input = data.Inputs(record.Position);
            var claim = new Claim(record, input, Sample.Values(input, module.Description.Encoding == Encoding.Spikes), path, box);
            var check = new ClaimCheck(claim, new Replay(module, float64.Value), new(TimeLimit, cancellation));
            (found, string used) = Run(check);
            arithmetic = record.LowerBounds.Length == 0 ? null : used;
        }
        catch (Exception error) when (error is RejectedException or FormatException or InvalidDataException or DataFileException or SafeTensorsException)
        {
            rejection = error.Message;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Whatever else a record makes happen is said of it, and the others are checked.
            rejection = $"The record could not be checked ({error.GetType().Name}: {error.Message.TrimEnd('.')}).";
        }

        return new(line, record.Position, record.Verdict.ToString().ToLowerInvariant(), rejection, found.Bounds, arithmetic, watch.Elapsed.TotalSeconds)
        {
            Unchecked = found.Unchecked,
            Replay = found.Replay,
            Claim = $"{record.Setting.Perturbation}; {record.Setting.Precision}",
        };
    }

    // Fractions take a hundred times as long: where they are not asked for, only what float64 does not prove is left to them.
    private (Finding Found, string Arithmetic) Run(ClaimCheck check)
    {
        if (Arithmetic != VerificationArithmetic.Exact)
        {
            try
            {
                return (check.Run(float64.Value), "float64");
            }
            catch (RejectedException error) when (error is not LimitException && Arithmetic == VerificationArithmetic.Auto && float64.Value.Products <= Small)
            {
            }
        }

        return (check.Run(exact.Value), "exact");
    }

    private VerifiedRecord VerifyLine(string? line, int number, string path, Dictionary<int, int> seen, CancellationToken cancellation)
    {
        CertificateRecord record;
        try
        {
            record = line is not null
                ? RecordFormat.Decode<CertificateRecord>(line)
                : throw new InvalidDataException($"holds more than {RecordLines.MostBytes >> 20} MiB, and is not read");
        }
        catch (InvalidDataException error)
        {
            return new(number, null, null, $"The line {error.Message}.", [], null, 0);
        }

        return seen.TryAdd(record.Position, number)
            ? Verify(record, path, number, cancellation)
            : new(number, record.Position, null, $"The sample was recorded on line {seen[record.Position]} already.", [], null, 0);
    }

    // Everything that says which network, which set and which sample the record is about.
    private void CheckSample(CertificateRecord record)
    {
        var (setting, description) = (record.Setting, module.Description);
        Same("model", setting.Model, description.Name);
        Same("architecture's hash", setting.ArchitectureSha256, description.ArchitectureHash);
        Same("weights' hash", setting.WeightsSha256, weightsHash);
        Same("number of steps", setting.Steps, module.Steps);
        Same("encoding", setting.Encoding, description.Encoding.ToString().ToLowerInvariant());
        if (Perturbation is { } expected)
        {
            Same("perturbation", setting.Perturbation with { Box = null }, expected with { Box = null });
        }

        Same("data set", setting.Dataset.Name, data.Name);
        Same("split", setting.Dataset.Split, data.Split);
        if (description.Encoding == Encoding.Poisson)
        {
            Same("encoding seed", setting.Seed, module.EncodingSeed);
        }

        if (record.Position < 0 || record.Position >= data.Count || record.Position >= setting.Dataset.Count)
        {
            throw new RejectedException(
                $"The record is about position {record.Position}, but the run took {setting.Dataset.Count} samples and {data.Count} are here.");
        }

        Same("index", record.Index, data.Indices[record.Position]);
        Same("input's hash", record.InputSha256, data.InputHash(record.Position));
        using var labels = data.LabelsAt(record.Position);
        Same("label", record.Label, labels.data<long>()[0]);
    }

    private static void Same<TValue>(string what, TValue recorded, TValue found)
    {
        if (!Equals(recorded, found))
        {
            throw new RejectedException(FormattableString.Invariant($"The {what} is recorded as {recorded}, but here it is {found}."));
        }
    }
}
