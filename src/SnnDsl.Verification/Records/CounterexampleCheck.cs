using SnnDsl.Serialization;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Inputs;
using SnnDsl.Verification.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Records;

/// <summary>
/// Loads a record's counterexample and checks that it is whole, lies in the set, that the network fails on it, and that what the record says of
/// it is so.
/// </summary>
internal static class CounterexampleCheck
{
    // An input, its sample beside it, and the names of both.
    private const long MostBytes = 256 << 20;

    /// <summary>Checks.</summary>
    /// <param name="claim">The record.</param>
    /// <param name="replay">What the float32 network computes.</param>
    /// <returns>How the network is known to fail (<see cref="Replayed.By"/>).</returns>
    /// <exception cref="RejectedException">It is no counterexample.</exception>
    public static string Run(Claim claim, Replay replay)
    {
        if (claim.Record.Counterexample is not { File: { } stored } recorded)
        {
            throw new RejectedException("The sample is recorded as falsified, but its counterexample is not stored.");
        }

        string path = BesideRecords.Find(claim.Path, ".counterexamples", stored);
        if (new FileInfo(path).Length > MostBytes)
        {
            throw new LimitException($"The file {stored.Name} holds more than {MostBytes >> 20} MiB: counterexamples of such a size are not read.");
        }

        using var file = SafeTensors.Read(path);
        if (!file.Tensors.TryGetValue("input", out var input) || input.dtype != ScalarType.Float32 || !input.shape.SequenceEqual(claim.Input.shape))
        {
            throw new RejectedException($"The counterexample's file does not hold an input of {string.Join('x', claim.Input.shape)} float32 numbers.");
        }

        float[][] point = Sample.Values(input, claim.Values.Length > 1);
        CheckDistance(recorded.Distance, CheckMember(claim, point));
        var replayed = replay.Run(input, claim.Record.Index, claim.Label);
        if (!replayed.Fails)
        {
            throw new RejectedException($"The stored counterexample is classified right by the network: all its margins are above 0 ({replayed.By}).");
        }

        CheckMargins(claim, recorded.Margins, (int)Math.Clamp(recorded.Prediction, -1, int.MaxValue), replayed);
        return replayed.By;
    }

    // Whether the point is one of the set; how far it is from the sample.
    private static double CheckMember(Claim claim, float[][] point)
    {
        var perturbation = claim.Record.Setting.Perturbation;
        InputSets.Check(perturbation);
        StatedBox.Check(claim.Box, perturbation);
        float[][] sample = claim.Values;
        switch (perturbation)
        {
            case { Norm: "linf", Epsilon: { } epsilon, Clamp: { } clamp, Box: { } kind }:
                CheckPixels(point[0], PixelBox<Rational>.Around(sample[0], epsilon, clamp, kind));
                return sample[0].Zip(point[0], (from, to) => Math.Abs((double)from - to)).Max();
            case { Norm: "box", Clamp: { } clamp, Box: { } kind }:
                CheckPixels(point[0], PixelBox<Rational>.Stated(sample[0], claim.Box!, claim.Record.Index, clamp, kind));
                return sample[0].Zip(point[0], (from, to) => Math.Abs((double)from - to)).Max();
            case { Norm: "l0", Flips: { } flips, FlipMode: { } mode }:
                return CheckFlips(sample, point, flips, mode);
            case { Norm: "retiming", Jitter: { } jitter }:
                return CheckRetimed(sample, point, claim.Record.Setting.Steps, jitter, perturbation.Moves);
            default:
                throw new RejectedException($"The verifier knows no set of {perturbation}.");
        }
    }

    private static void CheckPixels(float[] point, Box<Rational> box)
    {
        for (int i = 0; i < point.Length; i++)
        {
            if (!float.IsFinite(point[i]) || Rational.From(point[i]) < box.Lower[i] || Rational.From(point[i]) > box.Upper[i])
            {
                throw new RejectedException(FormattableString.Invariant(
                    $"The stored counterexample does not lie in the set: its pixel {i} is {point[i]}, not in [{box.Lower[i].ToDouble()}, {box.Upper[i].ToDouble()}]."));
            }
        }
    }

    private static int CheckFlips(float[][] sample, float[][] point, int flips, string mode)
    {
        int flipped = 0;
        for (int t = 0; t < point.Length; t++)
        {
            for (int i = 0; i < point[t].Length; i++)
            {
                var (from, to) = (sample[t][i], point[t][i]);
                flipped += from == to ? 0 : 1;
                if (to is not (0 or 1) || (from < to && mode == "delete") || (from > to && mode == "insert"))
                {
                    throw new RejectedException(FormattableString.Invariant(
                        $"The stored counterexample does not lie in the set: entry {i} of frame {t} may not be {to:0.###}."));
                }
            }
        }

        return flipped <= flips
            ? flipped
            : throw new RejectedException($"The stored counterexample does not lie in the set: it flips {flipped} entries, and {flips} are allowed.");
    }

    private static int CheckRetimed(float[][] sample, float[][] point, int steps, int jitter, int? moves)
    {
        int gained = 0;
        for (int i = 0; i < sample[0].Length; i++)
        {
            var corridor = new Corridor([.. sample[..steps].Select(step => step[i])], Math.Min(jitter, steps));
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

        return gained > moves
            ? throw new RejectedException($"The stored counterexample does not lie in the set: {gained} bins gain a spike, and {moves} are allowed.")
            : gained;
    }

    // The difference of two float32 numbers, or a count.
    private static void CheckDistance(double recorded, double found)
    {
        if (!(Math.Abs(recorded - found) <= Tolerance.Distance * Math.Max(1, found)))
        {
            throw new RejectedException(FormattableString.Invariant(
                $"The counterexample is recorded to be {recorded} from the sample, but the stored one is {found} from it."));
        }
    }

    private static void CheckMargins(Claim claim, float[] margins, int prediction, Replayed replayed)
    {
        if (margins.Length != replayed.Margins.Length || !margins.Any(margin => margin <= 0))
        {
            throw new RejectedException($"The counterexample should be recorded with {replayed.Margins.Length} margins, one of which is at most 0.");
        }

        for (int i = 0; i < margins.Length; i++)
        {
            var sizes = replayed.Logits[claim.Label].Magnitude.Value + replayed.Logits[claim.Rival(i)].Magnitude.Value;
            if (!Tolerance.Holds(replayed.Margins[i], margins[i], sizes))
            {
                throw new RejectedException(FormattableString.Invariant(
                    $"The counterexample's margin over class {claim.Rival(i)} is recorded as {margins[i]}, but the network gives {(replayed.Margins[i].Lower.Value + replayed.Margins[i].Upper.Value) / 2}."));
            }
        }

        // By its own margins the predicted class is one that no other has a larger logit than.
        float own = prediction == claim.Label ? 0
            : Enumerable.Range(0, margins.Length).FirstOrDefault(i => claim.Rival(i) == prediction, -1) is >= 0 and var at ? margins[at] : float.NaN;
        if (!(own <= 0 && own <= margins.Min()))
        {
            throw new RejectedException($"The counterexample's prediction is recorded as {prediction}, but its recorded margins say otherwise.");
        }
    }
}
