using SnnDsl.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnDsl.Training;

/// <summary>
/// Finds output neurons that fire for no sample of an epoch, and gives them new weights. A neuron that never comes near its threshold has
/// no surrogate gradient, so that its class would be lost for the rest of the run.
/// </summary>
internal sealed class SilentOutputs : IDisposable
{
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly string[] names;

    // By class, the greatest firing rate so far.
    private readonly Tensor most;

    private SilentOutputs(string[] names, Parameter weight, Parameter? bias)
    {
        (this.names, this.weight, this.bias) = (names, weight, bias);
        most = zeros(weight.size(0), weight.dtype, weight.device).DetachFromDisposeScope();
    }

    /// <summary>Watches a network.</summary>
    /// <param name="network">The network.</param>
    /// <returns>Null where logits are no firing rates of neurons with weights of their own.</returns>
    public static SilentOutputs? Of(SpikingModule network)
    {
        var named = network.named_parameters().ToList();
        var (name, weight) = named.LastOrDefault(entry => entry.name.EndsWith("weight", StringComparison.Ordinal) && entry.parameter.dim() > 1);
        if (!network.Description.ReadsSpikes || weight is null || weight.size(0) != network.Description.Classes)
        {
            return null;
        }

        string biasName = name[..^"weight".Length] + "bias";
        var bias = named.FirstOrDefault(entry => entry.name == biasName).parameter;
        return new(bias is null ? [name] : [name, biasName], weight, bias);
    }

    /// <summary>Takes note of a batch.</summary>
    /// <param name="logits">Firing rates: [B, K].</param>
    public void See(Tensor logits)
    {
        using var guard = no_grad();
        using var batch = logits.amax([0L]);
        using var both = maximum(most, batch);
        most.copy_(both);
    }

    /// <summary>Ends an epoch: whoever stayed silent gets weights as a new network has, and an optimiser without memory of the old ones.</summary>
    /// <param name="revives">Whether; else they are only forgotten.</param>
    /// <param name="optimiser">The optimiser.</param>
    /// <param name="seed">What the new weights depend on.</param>
    /// <returns>The classes in question.</returns>
    public IReadOnlyList<int> EndEpoch(bool revives, Optimiser optimiser, long seed)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        float[] rates = [.. most.to(float32).cpu().data<float>()];
        most.zero_();
        int[] silent = revives ? [.. Enumerable.Range(0, rates.Length).Where(k => rates[k] == 0)] : [];
        using var generator = Initialisation.Generator(seed);
        foreach (int k in silent)
        {
            var (row, constant) = (empty_like(weight[k..(k + 1)], device: CPU), bias is null ? null : empty([1], bias.dtype, CPU));
            Initialisation.Uniform(row, constant, generator);
            weight[k].copy_(row[0]);
            bias?[k].copy_(constant![0]);
            foreach (string name in names)
            {
                optimiser.Forget(name, k);
            }
        }

        return silent;
    }

    /// <inheritdoc/>
    public void Dispose() => most.Dispose();
}
