using SnnDsl.Serialization;
using SnnDsl.Verification.Inputs;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Records;

/// <summary>Loads a record's counterexample and checks that it is whole, lies in the set, and that the network fails on it.</summary>
internal static class CounterexampleCheck
{
    /// <summary>Checks.</summary>
    /// <param name="claim">The record.</param>
    /// <param name="replay">What the float32 network computes.</param>
    /// <exception cref="RejectedException">It is no counterexample.</exception>
    public static void Run(Claim claim, Replay replay)
    {
        if (claim.Record.Counterexample is not { File: { } stored })
        {
            throw new RejectedException("The sample is recorded as falsified, but its counterexample is not stored.");
        }

        using var file = SafeTensors.Read(BesideRecords.Find(claim.Path, ".counterexamples", stored));
        if (!file.Tensors.TryGetValue("input", out var input) || input.dtype != ScalarType.Float32 || !input.shape.SequenceEqual(claim.Input.shape))
        {
            throw new RejectedException($"The counterexample's file does not hold an input of {string.Join('x', claim.Input.shape)} float32 numbers.");
        }

        CheckMember(claim, Sample.Values(input, claim.Values.Length > 1));
        if (!Verdicts.Fails(replay.Logits(input, claim.Record.Index), claim.Label))
        {
            throw new RejectedException("The stored counterexample is classified right by the network: all its margins are above 0.");
        }
    }

    // The set's members are float32 inputs: the ends of the box are rounded to float32, as the deployed network gets them.
    private static void CheckMember(Claim claim, float[][] point)
    {
        var perturbation = claim.Record.Setting.Perturbation;
        switch (perturbation)
        {
            case { Norm: "linf", Epsilon: { } epsilon, Clamp: { } clamp }:
                CheckPixels(point[0], i => (claim.Values[0][i], -epsilon, epsilon), clamp);
                break;
            case { Norm: "box", Clamp: { } clamp }:
                StatedBox.Check(claim.Box, perturbation);
                CheckPixels(point[0], i => claim.Box!.Of(claim.Values[0], i, claim.Record.Index), clamp);
                break;
            case { Norm: "l0", Flips: { } flips, FlipMode: { } mode }:
                int flipped = 0;
                for (int t = 0; t < point.Length; t++)
                {
                    for (int i = 0; i < point[t].Length; i++)
                    {
                        var (from, to) = (claim.Values[t][i], point[t][i]);
                        flipped += from == to ? 0 : 1;
                        if (to is not (0 or 1) || (from < to && mode == "delete") || (from > to && mode == "insert"))
                        {
                            throw new RejectedException($"The stored counterexample does not lie in the set: entry {i} of frame {t} may not be {to:0.###}.");
                        }
                    }
                }

                if (flipped > flips)
                {
                    throw new RejectedException($"The stored counterexample does not lie in the set: it flips {flipped} entries, and {flips} are allowed.");
                }

                break;
            case { Norm: "retiming", Jitter: { } jitter }:
                CheckRetimed(claim.Values, point, claim.Record.Setting.Steps, jitter, perturbation.Moves);
                break;
            default:
                throw new RejectedException($"The verifier knows no set of {perturbation}.");
        }
    }

    private static void CheckPixels(float[] point, Func<int, (double Centre, double Low, double High)> box, bool clamp)
    {
        for (int i = 0; i < point.Length; i++)
        {
            var (centre, low, high) = box(i);
            var (lower, upper) = ((float)Math.Min(centre + low, centre + (float)low), (float)Math.Max(centre + high, centre + (float)high));
            (lower, upper) = clamp ? (Math.Max(lower, 0), Math.Min(upper, 1)) : (lower, upper);
            if (!(point[i] >= lower && point[i] <= upper))
            {
                throw new RejectedException(FormattableString.Invariant(
                    $"The stored counterexample does not lie in the set: its pixel {i} is {point[i]}, not in [{lower}, {upper}]."));
            }
        }
    }

    private static void CheckRetimed(float[][] sample, float[][] point, int steps, int jitter, int? moves)
    {
        int gained = 0;
        for (int i = 0; i < sample[0].Length; i++)
        {
            var corridor = new Corridor([.. sample[..steps].Select(step => step[i])], jitter);
            int count = 0;
            for (int t = 0; t < point.Length; t++)
            {
                bool isSpike = point[t][i] == 1, stays = point[t][i] == sample[t][i];
                count += isSpike && t < steps ? 1 : 0;
                gained += isSpike && !stays ? 1 : 0;
                if (point[t][i] is not (0 or 1) || (t < steps ? !corridor.Holds(t, count) : !stays))
                {
                    throw new RejectedException($"The stored counterexample does not lie in the set: the spikes of entry {i} moved too far by frame {t}.");
                }
            }
        }

        if (gained > moves)
        {
            throw new RejectedException($"The stored counterexample does not lie in the set: {gained} bins gain a spike, and {moves} are allowed.");
        }
    }
}
