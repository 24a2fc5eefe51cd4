using SnnDsl.Kernels;
using SnnDsl.Model;

namespace SnnDsl.Runtime.Tests.Neurons;

/// <summary>Random neurons, named ones and such that nobody has a name for.</summary>
internal static class RandomNeuron
{
    /// <summary>Any equations of one to three states, with coefficients of both signs.</summary>
    public static NeuronEquations Any(Random random)
    {
        int size = random.Next(1, 4);
        float Number(double scale) => random.Next(4) == 0 ? 0 : (float)((random.NextDouble() * 2 - 1) * scale);
        Coefficients Vector(double scale) => Coefficients.Vector([.. Enumerable.Range(0, size).Select(_ => Number(scale))]);
        Coefficients Matrix(double scale) => Coefficients.Matrix(
            [.. Enumerable.Range(0, size).Select(_ => Enumerable.Range(0, size).Select(_ => Number(scale)).ToArray())]);
        Coefficients Filled() => Coefficients.Vector([.. Enumerable.Repeat(1f, size)]);
        var (guard, input) = (Vector(1.5), Vector(1.2));
        var silent = new Successor(random.Next(2) == 0 ? Coefficients.Identity(size) : Matrix(1.2), random.Next(2) == 0 ? Vector(0) : Vector(0.5));
        var fired = random.Next(3) switch
        {
            0 => silent with { Offset = Vector(0.7) },
            1 => new(Matrix(0), Vector(0.5)),
            _ => new Successor(Matrix(1.2), Vector(0.5)),
        };
        return new(
            Enumerable.Range(0, size).Select(i => $"x{i}"), Matrix(0.9), input.IsZero(0) ? Filled() : input, random.Next(2) == 0 ? Vector(0) : Vector(0.2),
            guard.IsZero(0) ? Filled() : guard, Rule(random), silent, fired);
    }

    /// <summary>A neuron that has a name, with random constants.</summary>
    public static NeuronEquations Named(Random random)
    {
        float Share() => random.Next(5) switch { 0 => 0, 1 => 1, _ => random.NextSingle() };
        float? Reset() => random.Next(3) switch { 0 => null, 1 => 0, _ => random.NextSingle() - 0.5f };
        var rule = Rule(random);
        var neuron = random.Next(6) switch
        {
            0 => NeuronEquations.Lif(rule, Share(), Reset()),
            1 => NeuronEquations.If(rule, Reset()),
            2 => NeuronEquations.LifWithGain(rule, Share(), Reset()),
            3 => NeuronEquations.Synaptic(rule, Share(), Share(), Reset()),
            4 => NeuronEquations.Alif(rule, Share(), (2 * random.NextSingle()) - 0.5f, Share(), Reset()),
            _ => NeuronEquations.ResonateAndFire(rule, Share(), 3 * random.NextSingle(), random.Next(2) == 0),
        };
        return random.Next(5) == 0 ? neuron.WithoutReset(neuron.States[random.Next(neuron.Size)]) : neuron;
    }

    /// <summary>LIF constants.</summary>
    public static NeuronParameters Lif(Random random)
    {
        var reset = (Reset)random.Next(2);
        return new(
            0.1f + random.NextSingle(), random.Next(5) switch { 0 => 0, 1 => 1, _ => random.NextSingle() }, reset,
            reset == Reset.Soft || random.Next(2) == 0 ? 0 : (2 * random.NextSingle()) - 1, (Surrogate)random.Next(9), 0.3f + random.NextSingle());
    }

    private static SpikeRule Rule(Random random) => new(
        random.Next(8) == 0 ? -0.1f * random.Next(2) : 0.1f + (0.5f * random.NextSingle()), (SurrogateFunction)random.Next(9), 0.3f + random.NextSingle(), random.Next(3) == 0, random.Next(3) == 0);
}
