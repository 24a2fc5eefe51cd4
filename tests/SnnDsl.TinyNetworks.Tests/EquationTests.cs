using SnnDsl.Model;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using SnnDsl.Verification.Networks;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>Neurons by equations: intervals, charges and lines are those of the definition, and hold of every run.</summary>
public class EquationTests
{
    private const int Steps = 4;

    public static TheoryData<int, bool> Kinds
    {
        get
        {
            var data = new TheoryData<int, bool>();
            foreach (int kind in Enumerable.Range(0, NeuronDraws.Kinds))
            {
                data.Add(kind, false);
                data.Add(kind, true);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void FractionsGiveTheDefinition(int kind, bool float32)
    {
        var random = new Random(kind);
        int open = 0;
        for (int draw = 0; draw < 20; draw++)
        {
            var (neuron, currents) = Draw(kind, random);
            string name = $"{neuron} {string.Join(' ', currents)}";
            var reference = new NeuronReference(neuron, Steps, float32);
            var stage = Stage(neuron, currents, float32);
            var states = stage.States!;
            for (int t = 0; t < Steps; t++)
            {
                reference.Step(t, currents[t]);
                open += reference.Phases[t] == 0 ? 1 : 0;
                Assert.Equal(reference.Phases[t], (int)stage.Phases[t][0]);
                var membrane = Between.Of(stage.Membranes[t][0]);
                Same(reference.Phases[t] == 1 ? Math.Max(1, reference.Guards[t].Lower) : reference.Guards[t].Lower, membrane.Lower, name);
                Same(reference.Phases[t] == -1 ? Math.Min(1, reference.Guards[t].Upper) : reference.Guards[t].Upper, membrane.Upper, name);
                Charged(reference.GuardError(t), states.GuardError(t, 0), name);
                for (int i = 0; i < neuron.Size; i++)
                {
                    Same(reference.States(t)[i], Between.Of(states.At(t, 0)[i]), name);
                    Charged(reference.Errors(t)[i], states.Error(t, 0, i), name);
                    foreach (var (sign, phase) in new[] { (1, Phase.Fires), (-1, Phase.Silent), (0, Phase.Open) })
                    {
                        Charged(reference.LeftError(t, i, sign), states.LeftError(t, 0, i, phase), name);
                        Same(reference.Left(t, sign)[i], Between.Of(states.Left(t, 0, phase)[i]), name);
                    }

                    foreach (bool fired in new[] { true, false })
                    {
                        Same(reference.Side(t, fired)[i], Between.Of(states.Side(t, 0, fired)[i]), name);
                    }
                }
            }

            double[] onSpikes = [.. Enumerable.Range(0, Steps).Select(_ => random.Next(3) == 0 ? 0 : random.Next(-4, 5) / 4.0)];
            foreach (bool fromGuard in new[] { false, true })
            {
                var walked = Walk(neuron, currents, float32, fromGuard ? null : onSpikes);
                var (coefficients, constant) = Relax(stage, fromGuard ? null : onSpikes);
                for (int t = 0; t < Steps; t++)
                {
                    Same(walked.OnCurrents[t], coefficients[t][0].ToDouble(), name);
                }

                Same(walked.Constant, constant.ToDouble(), name);
            }
        }

        Assert.True(open > 6, $"Of {20 * Steps} spikes {open} are open.");
    }

    [Theory, MemberData(nameof(Kinds))]
    public void NoRunLiesOutside(int kind, bool float32)
    {
        var random = new Random(100 + kind);
        for (int draw = 0; draw < 10; draw++)
        {
            var (neuron, currents) = Draw(kind, random);
            double[] onSpikes = [.. Enumerable.Range(0, Steps).Select(_ => random.Next(-4, 5) / 4.0)];
            var stage = Stage(neuron, currents, float32);
            var rounded = Stage<Float64>(neuron, currents, float32);
            var (onCurrents, constant) = Relax(stage, onSpikes);
            var (onGuard, least) = Relax(stage, null);
            for (int run = 0; run < 40; run++)
            {
                // Ends, middles and what lies between.
                double[] input = [.. currents.Select(range => range.Lower + ((range.Upper - range.Lower) * random.Next(9) / 8))];
                double[] x = new double[neuron.Size];
                var (form, guard) = (0.0, 0.0);
                for (int t = 0; t < Steps; t++)
                {
                    double[] y = [.. x.Select((_, i) => x.Select((left, j) => neuron.Decay[i, j] * left).Sum() + (neuron.Input[i] * input[t]) + neuron.Bias[i])];
                    guard = y.Select((state, i) => neuron.Guard[i] * state).Sum();
                    bool fires = guard > 1 || (guard == 1 && neuron.Spike.FiresAtThreshold);
                    Assert.True(Holds(stage.Membranes[t][0], guard) && stage.Phases[t][0] != (fires ? Phase.Silent : Phase.Fires), $"{neuron} at {t}: {guard}");
                    Assert.True(rounded.Membranes[t][0].Lower.Value <= guard && guard <= rounded.Membranes[t][0].Upper.Value && rounded.Phases[t][0] != (fires ? Phase.Silent : Phase.Fires));
                    Assert.All(y, (state, i) => Assert.True(Holds(stage.States!.At(t, 0)[i], state)));
                    form += fires ? onSpikes[t] : 0;
                    var after = fires ? neuron.Fired : neuron.Silent;
                    x = [.. y.Select((_, i) => y.Select((state, j) => after.Matrix[i, j] * state).Sum() + after.Offset[i])];
                    Assert.All(x, (left, i) => Assert.True(Holds(stage.States!.Left(t, 0, stage.Phases[t][0])[i], left)));
                }

                Assert.True(form >= Value(onCurrents, input) + constant.ToDouble() - 1e-12, $"{neuron}: {form} lies below its line");
                Assert.True(guard >= Value(onGuard, input) + least.ToDouble() - 1e-12, $"{neuron}: {guard} lies below its line");
            }
        }

        static bool Holds(Interval<Rational> bounds, double value) => bounds.Lower <= Rational.From(value) && Rational.From(value) <= bounds.Upper;
        static double Value(Rational[][] on, double[] input) => on.Select((step, t) => step[0].ToDouble() * input[t]).Sum();
    }

    /// <summary>
    /// The line along the guard is the tightest that its definition gives, and of the two bounds of what lies across it the better one is taken.
    /// </summary>
    [Fact]
    public void SlopesAreTheTightest()
    {
        var random = new Random(5);
        int across = 0;
        for (int draw = 0; draw < 2000; draw++)
        {
            var neuron = NeuronDraws.Of(draw % NeuronDraws.Kinds, random);
            int size = neuron.Size;
            (double From, double To)[] box = [.. Enumerable.Range(0, size).Select(_ => (random.Next(-8, 3) / 4.0) is var from ? (from, from + (random.Next(1, 9) / 4.0)) : default)];
            double[] w = [.. Enumerable.Range(0, size).Select(i => (double)neuron.Guard[i])];
            double lower = w.Select((weight, i) => Math.Min(weight * box[i].From, weight * box[i].To)).Sum(), upper = w.Select((weight, i) => Math.Max(weight * box[i].From, weight * box[i].To)).Sum();
            if (lower >= 1 || upper <= 1)
            {
                continue;
            }

            double a = random.Next(-8, 9) / 4.0;
            double[] p = [.. Enumerable.Range(0, size).Select(_ => random.Next(-4, 5) / 4.0)];
            double[] p0 = Times(neuron.Silent.Matrix, p), p1 = Times(neuron.Fired.Matrix, p);
            double[] found = new EquationSlopes(neuron, a, p).Of(Phase.Open, lower, upper, box, box, box);
            Assert.Equal(p0, new EquationSlopes(neuron, a, p).Of(Phase.Silent, lower, upper, box, box, box));
            Assert.Equal(p1, new EquationSlopes(neuron, a, p).Of(Phase.Fires, lower, upper, box, box, box));

            // delta = kappa w + z; with s z either at least its least, or z less what it is at most where nothing fires.
            double length = w.Sum(weight => weight * weight), kappa = p0.Zip(p1).Select((pair, i) => (pair.Second - pair.First) * w[i]).Sum() / length;
            double[] z = [.. p0.Select((_, i) => p1[i] - p0[i] - (kappa * w[i]))];
            bool isAlong = Array.TrueForAll(z, part => Math.Abs(part) < 1e-12);
            double jump = a + p.Select((weight, i) => weight * ((double)neuron.Fired.Offset[i] - neuron.Silent.Offset[i])).Sum();
            double zl = z.Select((part, i) => Math.Min(part * box[i].From, part * box[i].To)).Sum(), zu = z.Select((part, i) => Math.Max(part * box[i].From, part * box[i].To)).Sum();
            double middle = (lower + upper) / 2;
            double first = Best(jump + zl), second = Best(jump + zu) - zu + z.Select((part, i) => part * (box[i].From + box[i].To) / 2).Sum();
            double best = isAlong ? first : Math.Max(first, second);
            // z stands at right angles to w, so that what was found falls apart again.
            double[] beyond = [.. found.Zip(p0, (own, silent) => own - silent)];
            double k = beyond.Zip(w, (own, weight) => own * weight).Sum() / length;
            bool takesZ = Enumerable.Range(0, size).Any(i => Math.Abs(beyond[i] - (k * w[i])) > 1e-9);
            double height = takesZ ? Height(jump + zu, k) - zu + z.Select((part, i) => part * (box[i].From + box[i].To) / 2).Sum() : Height(jump + zl, k);
            Assert.Equal(best, height, 1e-9);
            Assert.All(beyond, (own, i) => Assert.Equal((k * w[i]) + (takesZ ? z[i] : 0), own, 1e-9));
            across += takesZ ? 1 : 0;

            // The best height at the middle of any line k (v) + b below 0 for v <= 0 and kappa (v + th) + e above: at one of the slopes between corners.
            double Best(double e)
            {
                (double V, double H)[] corners = Corners(e);
                IEnumerable<double> slopes = from one in corners from other in corners where one.V != other.V select (one.H - other.H) / (one.V - other.V);
                return slopes.Append(0).Max(slope => Height(e, slope));
            }

            double Height(double e, double slope) => (slope * (middle - 1)) + Corners(e).Min(corner => corner.H - (slope * corner.V));

            (double V, double H)[] Corners(double e) => [(lower - 1, 0), (0, 0), (0, kappa + e), (upper - 1, kappa + e + (kappa * (upper - 1)))];
        }

        Assert.True(across > 20, $"{across} of them take what lies across.");

        static double[] Times(Coefficients m, double[] p) => [.. Enumerable.Range(0, m.Columns).Select(j => p.Select((weight, i) => m[i, j] * weight).Sum())];
    }

    private static (NeuronEquations Neuron, Between[] Currents) Draw(int kind, Random random) => (NeuronDraws.Of(kind, random), [.. Enumerable.Range(0, Steps).Select(_ =>
    {
        double from = random.Next(-6, 7) / 4.0;
        return new Between(from, from + (random.Next(0, 10) / 4.0));
    })]);

    private static StageBounds<Rational> Stage(NeuronEquations neuron, Between[] currents, bool float32) => Stage<Rational>(neuron, currents, float32);

    private static StageBounds<T> Stage<T>(NeuronEquations neuron, Between[] currents, bool float32)
        where T : struct, IReal<T>
    {
        var stage = new StageBounds<T>(new(new([AffineMap<T>.Identity(1)]), Neurons.By([neuron])), currents.Length, float32, constant: false);
        for (int t = 0; t < currents.Length; t++)
        {
            var (lower, upper) = (T.From(currents[t].Lower), T.From(currents[t].Upper));
            stage.Maps[t] = [new([lower], [upper], [T.Max(T.Abs(lower), T.Abs(upper))]) { Terms = [1] }];
            Assert.True(stage.Set(t, 0, stage.Step(t, 0), Phase.Open));
        }

        return stage;
    }

    private static (Rational[][] OnCurrents, Rational Constant) Relax(StageBounds<Rational> stage, double[]? onSpikes)
    {
        Rational[][] coefficients = [.. Enumerable.Range(0, Steps).Select(t => new[] { onSpikes is null && t == Steps - 1 ? Rational.One : default })];
        var constant = new EquationWalk<Rational>(stage, stage.States!, 0).Relax(coefficients, onSpikes is null ? null : [.. onSpikes.Select(a => new[] { Rational.From(a) })]);
        return (coefficients, constant);
    }

    private static NeuronReference Walk(NeuronEquations neuron, Between[] currents, bool float32, double[]? onSpikes)
    {
        var walk = new NeuronReference(neuron, Steps, float32);
        for (int t = 0; t < Steps; t++)
        {
            walk.Step(t, currents[t]);
        }

        for (int t = Steps - 1; t >= 0; t--)
        {
            walk.Back(t, t == Steps - 1, onSpikes is null ? t == Steps - 1 ? null : 0 : onSpikes[t], onGuard: 1);
        }

        return walk;
    }

    private static void Same(Between expected, Between found, string name)
    {
        Same(expected.Lower, found.Lower, name);
        Same(expected.Upper, found.Upper, name);
    }

    private static void Same(double expected, double found, string name) =>
        Assert.True(Math.Abs(expected - found) <= 1e-11 * (1 + Math.Abs(expected)), $"{name}: {found:R}, by definition {expected:R}");

    // No less, and next to nothing more.
    private static void Charged(double expected, Rational found, string name) =>
        Assert.True(found >= Rational.From(expected * (1 - 1e-12)) && found.ToDouble() <= expected * (1 + 1e-9), $"{name}: {found.ToDouble():R} are charged, by definition {expected:R}");
}
