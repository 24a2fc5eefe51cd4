using SnnDsl.Model;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>Neurons by equations with few digits: those that have names, and others.</summary>
internal static class NeuronDraws
{
    /// <summary>How many kinds there are.</summary>
    public const int Kinds = 10;

    /// <summary>A neuron.</summary>
    /// <param name="kind">From 0 to <see cref="Kinds"/> - 1.</param>
    /// <param name="random">For the constants of those that have no name.</param>
    public static NeuronEquations Of(int kind, Random random)
    {
        var spike = new SpikeRule(1, FiresAtThreshold: random.Next(4) == 0);
        return kind switch
        {
            0 => NeuronEquations.Lif(spike, 0.5f),
            1 => NeuronEquations.Lif(spike, 0.75f, null),
            2 => NeuronEquations.LifWithGain(spike, 0.25f, -0.5f),
            3 => NeuronEquations.Synaptic(spike, 0.5f, 0.5f),
            4 => NeuronEquations.Synaptic(spike, 0.25f, 1, null),
            5 => NeuronEquations.Alif(spike, 0.5f, 0.25f, 0.5f),
            6 => NeuronEquations.Alif(spike, 0.5f, 0.5f, 0.75f, null, gain: 0.5f),
            7 => Turning(spike),
            8 => Any(2, spike, random),
            _ => Any(3, spike, random),
        };
    }

    private static NeuronEquations Turning(SpikeRule spike) => new(
        ["re", "im"], Coefficients.Matrix([0.5f, -0.5f], [0.5f, 0.5f]), Coefficients.Vector(1, 0), Coefficients.Vector(0, 0), Coefficients.Vector(1, 0), spike,
        new(Coefficients.Identity(2), Coefficients.Vector(0, 0)), new(Coefficients.Matrix([0, 0], [0, 0]), Coefficients.Vector(0, 0)));

    // Every map affine, with all that this allows: offsets, negative weights of the guard, maps of both sides.
    private static NeuronEquations Any(int size, SpikeRule spike, Random random)
    {
        float Draw() => random.Next(3) == 0 ? 0 : random.Next(-4, 5) / 4f;
        float[] Row() => [.. Enumerable.Range(0, size).Select(_ => Draw())];
        Coefficients Square() => Coefficients.Matrix([.. Enumerable.Range(0, size).Select(_ => Row())]);
        float[] guard = Row();
        guard[random.Next(size)] = random.Next(2) == 0 ? 1 : -0.5f;
        return new(
            Enumerable.Range(0, size).Select(i => $"s{i}"), Square(), Coefficients.Vector(Row()), Coefficients.Vector(Row()), Coefficients.Vector(guard), spike,
            new(Square(), Coefficients.Vector(Row())), new(Square(), Coefficients.Vector(Row())));
    }
}
