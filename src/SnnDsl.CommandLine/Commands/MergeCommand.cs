using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SnnDsl.CommandLine.Options;
using SnnDsl.CommandLine.Output;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using Spectre.Console;

namespace SnnDsl.CommandLine.Commands;

/// <summary>Joins the records of shards.</summary>
internal sealed class MergeCommand() : HostCommand("merge", "Join the record files that the shards of one run wrote.")
{
    private readonly Argument<string[]> files = new("FILE") { Description = "The record files.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> output = new("--out", "-o") { HelpName = "FILE", Description = "The joined file.", Required = true };
    private readonly Option<bool> force = new("--force") { Description = "Replace an existing file." };
    private readonly JsonFile json = new("setting, summary and the positions without a record", "Summary");

    public override IReadOnlyList<string> Examples => ["merge shard-0.jsonl shard-1.jsonl --out certificates.jsonl"];

    public override string Remarks =>
        """
        The joined file holds the same lines in the samples' order, and counterexamples and proofs are copied beside it. Records of
        different settings (weights, perturbation, method, ...) are refused, and so are two records of one sample that disagree.
        Samples without a record are named, and the command returns 3; certify --resume does them.
        """;

    protected override IEnumerable<Argument> Arguments => [files];

    protected override IEnumerable<Option> Options => [output, force, json.Option];

    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        string target = arguments.GetRequiredValue(output);
        OutputFile.Check(target, "--out");
        json.Check(arguments);
        if (File.Exists(target) && !arguments.GetValue(force))
        {
            throw new UsageException($"'{target}' exists already: give --force to replace it, or another --out.");
        }

        string[] paths = arguments.GetRequiredValue(files);
        return paths.Select(RecordLog.FormatOf).FirstOrDefault(format => format is not null) == RadiusRecord.FormatName
            ? Join<RadiusRecord>(arguments, screen, (records, count) =>
                (CertificationTables.Radii(records, count), new RadiusReport(records[0].Setting, records, RadiusSummary.Of(records, count)).ToJson()))
            : Join<CertificateRecord>(arguments, screen, (records, count) =>
            {
                var report = new CertificationReport(records[0].Setting, records, CertificationSummary.Of(records, count));
                return (CertificationTables.Verdicts(report), report.ToJson());
            });
    }

    private int Join<TRecord>(ParseResult arguments, Screen screen, Func<IReadOnlyList<TRecord>, int, (Table Table, JsonObject Json)> sum)
        where TRecord : SampleRecord, IRecordKind
    {
        string target = arguments.GetRequiredValue(output);
        var (records, missing) = RecordMerge.Join<TRecord>(arguments.GetRequiredValue(files), target);
        var (table, summary) = sum(records, records.Count + missing.Count);
        screen.Show(table);
        CertificationTables.SayPromise(records[0].Setting, screen);
        Evaluations.SayWritten(target, "Records", screen);
        summary["missing"] = new JsonArray([.. missing.Select(position => (JsonNode)position)]);
        json.Write(arguments, screen, () => summary);
        if (missing.Count == 0)
        {
            return ExitCodes.Success;
        }

        screen.Fail(string.Create(
            CultureInfo.InvariantCulture, $"{missing.Count:N0} samples have no record and count as unknown: those at positions {Ranges(missing)}."));
        return ExitCodes.Incomplete;
    }

    /// <summary>Ascending numbers as people write them: 1, 4-6, 9.</summary>
    internal static string Ranges(IReadOnlyList<int> numbers)
    {
        var runs = new List<(int From, int To)>();
        foreach (int number in numbers)
        {
            if (runs is [.., var last] && last.To == number - 1)
            {
                runs[^1] = (last.From, number);
            }
            else
            {
                runs.Add((number, number));
            }
        }

        return string.Join(", ", runs.Select(run => run.From == run.To ? $"{run.From}" : $"{run.From}-{run.To}"));
    }
}
