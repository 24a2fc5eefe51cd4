using SnnDsl.Certification;
using SnnDsl.Certification.Proofs;
using SnnDsl.Evaluation.Records;

namespace SnnDsl.Evaluation.Cascade;

/// <summary>What the stages of a certification know of one sample; each adds to it, until one settles it.</summary>
internal sealed class SampleState
{
    private readonly List<StageTime> times = [];
    private float[] lowerBounds = [];
    private string[] provedBy = [];
    private MarginProof?[] proofs = [];

    /// <summary>The position in the run's data set.</summary>
    public required int Position { get; init; }

    /// <summary>The index in the published data set.</summary>
    public required long Index { get; init; }

    /// <summary>The class.</summary>
    public required int Label { get; init; }

    /// <summary>The unperturbed logits.</summary>
    public float[] Logits { get; private set; } = [];

    /// <summary>The class that the network predicts for the unperturbed input.</summary>
    public long Prediction { get; private set; } = -1;

    /// <summary>The best lower bounds so far, rivals in ascending order; empty before the first.</summary>
    public IReadOnlyList<float> LowerBounds => lowerBounds;

    /// <summary>The method that proved each of them.</summary>
    public IReadOnlyList<string> ProvedBy => provedBy;

    /// <summary>What is known.</summary>
    public Verdict Verdict { get; private set; }

    /// <summary>The stage that settled it; null as long as none did.</summary>
    public string? DecidedBy { get; private set; }

    /// <summary>The perturbed input that refuted it, if one did.</summary>
    public Counterexample? Counterexample { get; private set; }

    /// <summary>What a checker needs to compute a certificate's bounds again; null where weights and data suffice.</summary>
    public SearchProof? Proof => Verdict.IsByBounds() && proofs.Any(proof => proof is not null)
        ? new(Label, [.. proofs.OfType<MarginProof>()])
        : null;

    /// <summary>
    /// Why nothing can be certified of it, whatever the bounds say: something was not finite, or more was open than time or memory hold; null
    /// if nothing was amiss.
    /// </summary>
    public string? Reason { get; private set; }

    /// <summary>How many subproblems branch and bound took, if it ran.</summary>
    public long? Subproblems { get; set; }

    /// <summary>The open spikes of a sample that no stage settled.</summary>
    public UnstableSpikes[]? Unstable { get; set; }

    /// <summary>How long each stage took.</summary>
    public IReadOnlyList<StageTime> Times => times;

    /// <summary>The time spent on it.</summary>
    public TimeSpan Spent { get; private set; }

    /// <summary>Whether no stage has settled it.</summary>
    public bool IsOpen => DecidedBy is null;

    /// <summary>Whether stages may settle it.</summary>
    public bool CanGoOn => IsOpen && Reason is null;

    /// <summary>Notes what the network makes of the unperturbed input.</summary>
    /// <param name="logits">The logits.</param>
    /// <param name="prediction">The class.</param>
    public void Predicted(float[] logits, long prediction) => (Logits, Prediction) = (logits, prediction);

    /// <summary>Notes a proved lower bound, if it is the best so far; none of a sample in doubt, whose intervals may be the reason.</summary>
    /// <param name="rival">The rival's place in ascending order.</param>
    /// <param name="bound">The bound; one that is not a number, or overflowed, is a reason to certify nothing.</param>
    /// <param name="evidence">What shows that it holds.</param>
    public void Raise(int rival, float bound, Evidence evidence) => Raise(rival, bound, evidence.Method, evidence.Proof);

    /// <summary>Notes a lower bound that nothing would show a checker: it counts for no more than 0, which certifies nothing.</summary>
    /// <param name="rival">The rival's place in ascending order.</param>
    /// <param name="bound">The bound.</param>
    /// <param name="method">The method that computed it.</param>
    public void RaiseUnproved(int rival, float bound, CertificationMethod method) =>
        Raise(rival, bound > 0 ? 0 : bound, CertificationMethodNames.Of(method), null);

    /// <summary>Notes what is amiss: nothing is certified of the sample any more.</summary>
    /// <param name="reason">What it is, with the method.</param>
    public void Doubt(string reason) => Reason ??= reason;

    /// <summary>The rivals whose margins are not proved to be positive.</summary>
    /// <param name="guard">What a lower bound must exceed.</param>
    public int[] OpenRivals(double guard) =>
        [.. Enumerable.Range(0, Logits.Length - 1).Where(rival => lowerBounds.Length == 0 || !(lowerBounds[rival] > guard))];

    /// <summary>Settles the sample if its bounds do, all of them finite.</summary>
    /// <param name="guard">What a lower bound must exceed.</param>
    /// <param name="precision">In which arithmetic they were computed.</param>
    /// <param name="stage">The stage that ran last.</param>
    public void SettleByBounds(double guard, Precision precision, string stage)
    {
        if (CanGoOn && lowerBounds.Length > 0 && OpenRivals(guard).Length == 0)
        {
            (Verdict, DecidedBy) = (PrecisionVerdicts.Of(precision), stage);
        }
    }

    /// <summary>Settles the sample as falsified.</summary>
    /// <param name="stage">The stage that found it out.</param>
    /// <param name="counterexample">The perturbed input; null if it is the sample itself.</param>
    public void Refute(string stage, Counterexample? counterexample) =>
        (Verdict, DecidedBy, Counterexample) = (Verdict.Falsified, stage, counterexample);

    /// <summary>Adds a stage's time.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="time">The sample's share.</param>
    public void Charge(string stage, TimeSpan time)
    {
        if (times is [.., var last] && last.Name == stage)
        {
            times[^1] = last with { Seconds = last.Seconds + time.TotalSeconds };
        }
        else
        {
            times.Add(new(stage, time.TotalSeconds));
        }

        Spent += time;
    }

    /// <summary>More time of the stage that was charged last.</summary>
    /// <param name="time">How long it took.</param>
    public void Charge(TimeSpan time) => Charge(times[^1].Name, time);

    private void Raise(int rival, float bound, string method, MarginProof? proof)
    {
        if (Reason is not null)
        {
            return;
        }

        if (lowerBounds.Length == 0)
        {
            // The least number is a lower bound of everything.
            lowerBounds = [.. Enumerable.Repeat(float.MinValue, Logits.Length - 1)];
            provedBy = [.. Enumerable.Repeat(method, Logits.Length - 1)];
            proofs = new MarginProof?[Logits.Length - 1];
        }

        if (!float.IsFinite(bound) || bound == float.MinValue)
        {
            Doubt($"the bound of the margin over class {(rival < Label ? rival : rival + 1)} by {method} is not finite");
        }
        else if (bound > lowerBounds[rival])
        {
            (lowerBounds[rival], provedBy[rival], proofs[rival]) = (bound, method, proof);
        }
    }
}
