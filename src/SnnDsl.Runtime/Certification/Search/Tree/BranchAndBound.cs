using SnnDsl.Attacks;
using SnnDsl.Certification.Search.Inputs;
using SnnDsl.Evaluation;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification.Search;

/// <summary>
/// Looks for a proof or a counterexample of one sample: an attack on what intervals leave open, then for each margin a tree of splits (spikes, trains,
/// pixels, entries) whose leaves intervals or lines with optimised slopes prove. Complete: with enough time it decides every margin that
/// does not hang on a membrane exactly on its threshold.
/// </summary>
/// <param name="network">The network.</param>
/// <param name="options">How long; null for the defaults.</param>
/// <param name="view">The network as bounds in some precision see it; null for plain float32, which bounds but does not certify.</param>
public sealed class BranchAndBound(SpikingModule network, SearchOptions? options = null, NetworkView? view = null)
{
    // Of the attack: a tree that looks for what an attack would find costs more than a few more starts.
    private const int Restarts = 10;

    // Subproblems of the first turn, and how many times as many each one after has.
    private const long ShortestTurn = 100, Growth = 8;

    private readonly SearchOptions options = (options ?? new()).Checked();
    private readonly NetworkView view = view ?? new(network, Precision.Float32);

    /// <summary>Searches.</summary>
    /// <param name="perturbation">What an adversary may do.</param>
    /// <param name="input">The sample as a batch of one: [1, ...], or [T, 1, ...] for recordings.</param>
    /// <param name="label">Its class, which the network predicts for the unperturbed input.</param>
    /// <param name="index">Its index in its data set, which Poisson noise depends on.</param>
    /// <param name="known">Lower bounds that are proved already, by rival in ascending order: what is above the guard is not searched; null for none.</param>
    /// <param name="cancellation">Stops the search; what is proved by then is returned.</param>
    public SearchResult Run(
        Perturbation perturbation, Tensor input, int label, long index = 0, float[]? known = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var clock = new SearchClock(options.TimeLimit, options.MostSubproblems, Math.Max(1, options.Threads ?? get_num_threads()), cancellation);
        var replay = new Replay(network, label, index);
        float[] sample = replay.Margins(input);
        float[] bounds = [.. Enumerable.Range(0, sample.Length).Select(rival => known?[rival] is { } bound && float.IsFinite(bound) ? bound : float.MinValue)];
        if (replay.Offer(input))
        {
            return new(Verdict.Falsified, bounds, replay.Counterexample, 0);
        }

        if (!Array.TrueForAll(sample, float.IsFinite))
        {
            return Unknown("The logits of the sample itself are not finite numbers.");
        }

        OpenNetwork open;
        try
        {
            open = Open(network, view, perturbation, input, label, index, clock);
        }
        catch (TimeoutException)
        {
            return Unknown("Time ran out before it was known which neurons the set leaves open.");
        }
        catch (InsufficientMemoryException tooMany)
        {
            return Unknown(tooMany.Message);
        }

        if (Counts(open) is not { } counts)
        {
            return Unknown("A current or a membrane has no finite bounds on the set of inputs.");
        }

        // What intervals alone prove needs no attack.
        if (options.Attacks && counts.Any(count => count <= MarginSearch.Goal)
            && Attack(perturbation, input, label, index, replay, clock, cancellation))
        {
            return new(Verdict.Falsified, bounds, replay.Counterexample, 0);
        }

        var searches = Search(open, counts, bounds, sample, replay, clock);
        var verdict = replay.Counterexample is not null ? Verdict.Falsified
            : Array.TrueForAll(bounds, bound => float.IsFinite(bound) && bound > open.Guard) ? PrecisionVerdicts.Of(view.Precision) : Verdict.Unknown;
        return new(verdict, bounds, replay.Counterexample, clock.Used)
        {
            Proof = ProofWriter.Of(open, label, searches),
            OpenSteps = OpenSteps(open),
        };

        SearchResult Unknown(string reason) => new(Verdict.Unknown, bounds, null, clock.Used) { Reason = reason };
    }

    /// <summary>What a sample's set leaves open of the network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="view">The network in the precision that bounds are to hold in.</param>
    /// <param name="perturbation">What an adversary may do.</param>
    /// <param name="input">The sample as a batch of one.</param>
    /// <param name="label">Its class.</param>
    /// <param name="index">Its index in its data set.</param>
    /// <param name="clock">Until when; null for any time.</param>
    /// <exception cref="TimeoutException">Time is over.</exception>
    /// <exception cref="InsufficientMemoryException">More is open than a search can hold.</exception>
    internal static OpenNetwork Open(
        SpikingModule network, NetworkView view, Perturbation perturbation, Tensor input, int label, long index, SearchClock? clock = null)
    {
        LifOnly.Require(network, "branch and bound and proofs", "take the method s-ibp or s-crown");
        using var limit = clock is null ? null : WalkLimit.Set(() => clock.IsLate);
        var indices = new[] { index };
        // Whatever the network's own precision, float32 sums cannot say which neurons are settled.
        using var wide = view.Precision == Precision.Float32 ? new Float64Network(network) : null;
        var members = perturbation.Apply(network, input, indices);
        var set = wide is null ? view.Set(perturbation, input, indices)
            : SearchSet.Widen(members) ?? perturbation.Apply(wide, input.to(ScalarType.Float64), indices);
        return OpenNetworkBuilder.Build(wide ?? view.Network, set, input, label, members, Guard.Of(view.Precision), clock);
    }

    // The margins in turns, the one with the least bound first; those that are known to hold have their proof elsewhere.
    private List<MarginSearch> Search(OpenNetwork open, double[] counts, float[] bounds, float[] sample, Replay replay, SearchClock clock)
    {
        List<MarginSearch> searches = [];
        foreach (int rival in Enumerable.Range(0, bounds.Length).Where(rival => !(bounds[rival] > open.Guard)).OrderBy(rival => counts[rival]))
        {
            var search = new MarginSearch(open, open.Margins[rival], options, clock, point => replay.Offer(open.Input, point));
            search.Root.Raise(search.Unproved(counts[rival]));
            search.Root.Close(LeafProof.ByCounts(counts[rival]));
            searches.Add(search);
        }

        // One counterexample to any margin is enough: all have a short turn before one gets a long one.
        for (long turn = ShortestTurn; !clock.IsOver && searches.Exists(search => search.CanGoOn); turn *= Growth)
        {
            foreach (var search in searches.Where(search => search.CanGoOn))
            {
                search.Run(turn);
                if (replay.Counterexample is not null)
                {
                    clock.Stop();
                }
            }
        }

        // The sample is in no case that contradicts itself: if all do, nothing is proved.
        foreach (var search in searches.Where(search => double.IsFinite(search.Bound)))
        {
            // Such cases are bounded by anything; the sample itself says what the margin is at most.
            int column = Array.IndexOf(open.Margins, search.Margin);
            bounds[column] = Math.Max(bounds[column], Report(Math.Min(search.Bound, sample[column])));
        }

        return searches;
    }

    // The margins' bounds by intervals alone; null if these are not finite.
    private static double[]? Counts(OpenNetwork open)
    {
        var (bounds, whole) = (new CaseBounds(open), new Case(open));
        return bounds.Run(whole) switch
        {
            CaseState.Bounded => [.. open.Margins.Select(margin => bounds.Margin(margin, whole.Phases[^1]))],
            CaseState.NotFinite => null,
            _ => throw new InvalidOperationException("The set of inputs is not empty, but its intervals are: please report this network."),
        };
    }

    private bool Attack(
        Perturbation perturbation, Tensor input, int label, long index, Replay replay, SearchClock clock, CancellationToken cancellation)
    {
        var attack = perturbation is BoxPerturbation box
            ? new Pgd(box) { Restarts = Restarts, Seed = options.Seed }
            : Attacks.Attack.On(perturbation, options.Seed);
        if (attack is null)
        {
            return false;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        enough.CancelAfter(clock.Left / 4);
        var found = attack.Run(network, input, tensor([(long)label], device: input.device), new[] { index }, default, enough.Token);
        return replay.Offer(found.Inputs);
    }

    private static int[] OpenSteps(OpenNetwork open)
    {
        var bounds = new CaseBounds(open);
        bounds.Run(new(open));
        return [.. bounds.SpikeLower.Zip(bounds.SpikeUpper, (lower, upper) => lower.Zip(upper, (l, u) => l < u ? 1 : 0).Sum())];
    }

    private float Report(double bound)
    {
        using var scope = NewDisposeScope();
        return view.Report(tensor(bound)).item<float>();
    }
}
