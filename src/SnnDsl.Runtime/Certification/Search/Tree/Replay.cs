using SnnDsl.Certification.Search.Inputs;
using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Certification.Search;

/// <summary>Runs inputs through the network's own forward pass, and keeps the first that it gets wrong or ties on; for several threads.</summary>
/// <param name="network">The network.</param>
/// <param name="label">The sample's class.</param>
/// <param name="index">Its index, which Poisson noise depends on.</param>
internal sealed class Replay(SpikingModule network, int label, long index)
{
    private readonly object gate = new();

    /// <summary>What was found; a tensor of its own, which no scope disposes.</summary>
    public Tensor? Counterexample { get; private set; }

    /// <summary>The margins of an input, by rival in ascending order.</summary>
    /// <param name="input">A batch of one.</param>
    public float[] Margins(Tensor input)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var logits = network.forward(input, new[] { index });
        return [.. Bounds.Margins.FromLogits(logits, tensor([(long)label], device: logits.device)).to(ScalarType.Float32).cpu().data<float>()];
    }

    /// <summary>Replays the input that stands for values of a set; true if it is a counterexample.</summary>
    /// <param name="set">The set.</param>
    /// <param name="values">[S, entries].</param>
    public bool Offer(SearchSet set, double[] values)
    {
        using var scope = NewDisposeScope();
        return set.Point(values) is { } point && Offer(point);
    }

    /// <summary>Replays an input; true if it is a counterexample.</summary>
    /// <param name="input">A batch of one.</param>
    public bool Offer(Tensor input)
    {
        if (!Margins(input).Any(margin => margin <= 0))
        {
            return false;
        }

        lock (gate)
        {
            Counterexample ??= input.detach().clone().DetachFromDisposeScope();
        }

        return true;
    }
}
