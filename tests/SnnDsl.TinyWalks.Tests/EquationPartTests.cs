using SnnDsl.Bounds;
using SnnDsl.Kernels.Derived;
using SnnDsl.Model;
using SnnDsl.TinyNetworks.Tests;
using static TorchSharp.torch;
using static SnnDsl.TinyWalks.Tests.Checked;

namespace SnnDsl.TinyWalks.Tests;

/// <summary>The parts of bounds for neurons by equations, against their definitions, over the neurons that have names and any others.</summary>
public class EquationPartTests
{
    private const int Draws = 400;

    public static TheoryData<int> Kinds => [.. Enumerable.Range(0, NeuronDraws.Kinds)];

    /// <summary>
    /// A box is cut to where a side of the guard is: no state that is there is cut off, if what is compared is off by as much as it may be; and no
    /// more is left than there is.
    /// </summary>
    [Theory, MemberData(nameof(Kinds))]
    public void ASideOfTheGuardKeepsItsStatesAlone(int kind)
    {
        using var scope = NewDisposeScope();
        var random = new Random(kind);
        int cutBy = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            var neuron = NeuronDraws.Of(kind, random);
            double[] low = [.. Enumerable.Range(0, neuron.Size).Select(_ => (random.NextDouble() * 4) - 2)], high = [.. low.Select(own => own + random.NextDouble())];
            double away = random.Next(2) == 0 ? 0 : random.NextDouble() / 8;
            bool fired = random.Next(2) == 0;
            Interval[] box = [.. low.Zip(high, (l, u) => new Interval(tensor(new[] { l }), tensor(new[] { u })))];
            var cut = GuardSides.Cut(box, neuron, fired, away == 0 ? null : tensor(new[] { away }));
            // By state: what the others leave to it at most.
            double[] w = [.. Enumerable.Range(0, neuron.Size).Select(i => (double)neuron.Guard[i])];
            double Reach(int i) => Enumerable.Range(0, neuron.Size).Where(j => j != i).Sum(j => fired ? Math.Max(w[j] * low[j], w[j] * high[j]) : Math.Min(w[j] * low[j], w[j] * high[j]));
            for (int i = 0; i < neuron.Size; i++)
            {
                double l = low[i], u = high[i];
                if (w[i] != 0)
                {
                    double end = (neuron.Spike.Threshold - Reach(i) + (fired ? -away : away)) / w[i];
                    bool caps = w[i] > 0 != fired;
                    (l, u) = caps ? (l, Math.Min(u, end)) : (Math.Max(l, end), u);
                    cutBy += l > low[i] || u < high[i] ? 1 : 0;
                }

                string name = $"{neuron}: state {i}, {(fired ? "fired" : "silent")}, {away}: [{Number(cut[i].Lower):R}, {Number(cut[i].Upper):R}] of [{low[i]:R}, {high[i]:R}] instead of [{l:R}, {u:R}]";
                Assert.True(Number(cut[i].Lower) <= l && Number(cut[i].Lower) >= l - 1e-13, name);
                Assert.True(Number(cut[i].Upper) >= u && Number(cut[i].Upper) <= u + 1e-13, name);
            }
        }

        Assert.True(cutBy > 20, $"{cutBy} boxes were cut");
    }

    /// <summary>A row of n terms loses gamma of n + 1 of their magnitudes, and n + 2 underflows; a row that copies loses nothing.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void RowsLoseWhatTheirTermsLose(int kind)
    {
        using var scope = NewDisposeScope();
        var random = new Random(kind);
        int copied = 0, lost = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            var neuron = NeuronDraws.Of(kind, random);
            double[] low = [.. Enumerable.Range(0, neuron.Size).Select(_ => (random.NextDouble() * 4) - 2)], high = [.. low.Select(own => own + random.NextDouble())];
            Interval[] box = [.. low.Zip(high, (l, u) => new Interval(tensor(new[] { l }), tensor(new[] { u })))];
            var errors = new NeuronErrors(new StepFactors(neuron));
            Same(errors.OfGuard(box), neuron.Guard, 0, 0);
            for (int i = 0; i < neuron.Size; i++)
            {
                Same(NeuronErrors.OfLeft(i, neuron.Silent, box), neuron.Silent.Matrix, i, neuron.Silent.Offset[i]);
                Same(NeuronErrors.OfLeft(i, neuron.Fired, box), neuron.Fired.Matrix, i, neuron.Fired.Offset[i]);
            }

            void Same(Tensor? found, Coefficients m, int row, double constant)
            {
                double[] terms = [.. Enumerable.Range(0, neuron.Size).Select(j => (double)m[row, j])];
                int n = terms.Count(own => own != 0) + (constant == 0 ? 0 : 1);
                bool copies = n == 0 || (n == 1 && terms.All(own => own is 0 or 1 or -1));
                Assert.Equal(copies, found is null);
                if (found is null)
                {
                    copied++;
                    return;
                }

                double size = Math.Abs(constant) + terms.Select((own, j) => Math.Abs(own) * Math.Max(Math.Abs(low[j]), Math.Abs(high[j]))).Sum();
                double share = (n + 1) * Math.ScaleB(1, -24) / (1 - ((n + 1) * Math.ScaleB(1, -24)));
                double expected = (size * share * (1 + Math.ScaleB(1, -20))) + ((n + 2) * Math.ScaleB(1, -100));
                Assert.True(Math.Abs(Number(found) - expected) <= 1e-14 * expected, $"{neuron}: {Number(found):R} instead of {expected:R}");
                lost++;
            }
        }

        // Rows of neurons with a name that read a single number of one lose nothing.
        Assert.True(copied > 0 && (lost > 0 || kind is 0 or 1 or 2 or 3 or 7), $"{copied} rows copy, {lost} lose");
    }
}
