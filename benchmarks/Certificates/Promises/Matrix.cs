using System.Globalization;
using SnnDsl.Certification;

namespace SnnDsl.Benchmarks.Certificates.Promises;

/// <summary>
/// What certificates promise: every record convinces the verifier, and a sample takes no longer than its limit. Runs methods that look for
/// their proofs, in every precision and with short limits, and checks all that they write.
/// </summary>
internal static class Matrix
{
    private static readonly CertificationMethod[] Methods = [CertificationMethod.Alpha, CertificationMethod.Bab, CertificationMethod.Auto];

    /// <summary>Runs what is not done yet of a folder of records, and prints a line for each method and limit of each network.</summary>
    /// <param name="data">The folder of the data sets: mnist, and nmnist with its zip.</param>
    /// <param name="weights">The folder of the weights' files.</param>
    /// <param name="networks">Which networks.</param>
    /// <param name="count">How many samples.</param>
    /// <param name="limits">Seconds a sample.</param>
    /// <param name="records">Where records go: a run that was stopped goes on with what is there.</param>
    /// <param name="later">Whether verifying and the table are left to a later call.</param>
    /// <returns>Whether all promises were kept.</returns>
    public static bool Run(
        string data, string weights, IReadOnlyList<string> networks, int count, IReadOnlyList<double> limits, string records, bool later)
    {
        bool kept = true;
        Console.WriteLine("| network | method | limit, s | by bounds | falsified | unknown | records accepted | rejected | in time | longest over the limit, s | late, again alone |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var example in Example.All.Where(example => networks.Contains(example.Name)))
        {
            using var network = example.Trained(weights);
            Cell[] cells =
            [
                .. from samples in example.Samples(data, count)
                   from limit in limits from method in Methods from precision in Enum.GetValues<Precision>()
                   select new Cell(example, samples, precision, method, limit, records),
            ];
            Array.ForEach(cells, cell => cell.Certify(network));
            if (later)
            {
                continue;
            }

            Array.ForEach(cells, cell => cell.Verify(network));
            Array.ForEach(cells, cell => cell.Repeat(network));
            foreach (var row in cells.GroupBy(cell => (cell.Method, cell.Limit)).OrderBy(row => row.Key.Method))
            {
                var byPrecision = row.GroupBy(cell => cell.Precision).Select(same => same.Select(cell => cell.Read()).Aggregate((one, other) => one + other)).ToArray();
                var all = byPrecision.Aggregate((one, other) => one + other);
                string Texts(Func<Kept, int> figure) => string.Join(" / ", byPrecision.Select(figure));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {example.Name} | {CertificationMethodNames.Of(row.Key.Method)} | {row.Key.Limit} | "
                    + $"{Texts(one => one.ByBounds)} | {Texts(one => one.Falsified)} | {Texts(one => one.Unknown)} | {all.Accepted} | {all.Rejected} | "
                    + $"{all.InTime:0.0%} | {all.Over:0.00} | {all.LateAgain} of {all.Late} |"));
                kept &= byPrecision.All(one => one.IsAll);
            }
        }

        return kept;
    }
}
