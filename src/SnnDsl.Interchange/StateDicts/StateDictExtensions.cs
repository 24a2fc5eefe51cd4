using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Interchange;

/// <summary>Gives networks the weights of other libraries.</summary>
public static class StateDictExtensions
{
    /// <summary>
    /// Loads all weights of a state dict or none. Tensors are found by name; where names differ, modules with weights are taken in order (<c>nn.Sequential</c>'s
    /// 0, 2, 4 as conv1, fc1, fc2), and every shape must fit. Constants of neurons in the file are compared with the attributes.
    /// </summary>
    /// <param name="network">The network, on any device.</param>
    /// <param name="state">The state dict.</param>
    /// <param name="options">What the file does not say; null for nothing.</param>
    /// <returns>What was taken for what, and what could not be checked.</returns>
    /// <exception cref="InterchangeException">
    /// A tensor is missing, left over, of another shape or type, not finite; or neurons are others than declared: the message says which attribute to write.
    /// </exception>
    public static LoadedStateDict LoadStateDict(this SpikingModule network, StateDict state, StateDictOptions? options = null)
    {
        using var scope = NewDisposeScope();
        using var deployed = new Deployed(network);
        options ??= new();
        var modules = SavedModule.Of(state, options.Renames);
        var targets = network.state_dict();
        var weights = new WeightMatch(state.Path, targets, network.Description, options.Convert);
        var (copies, renamed) = weights.Match([.. modules.Where(module => !module.IsNeuron)]);
        var neurons = new NeuronMatch(state.Path, network, options);
        var (parameters, checkedLayers, uncheckedThings) = neurons.Match([.. modules.Where(module => module.IsNeuron)]);
        using (no_grad())
        {
            foreach (var (name, value) in copies.Concat(parameters))
            {
                targets[name].copy_(value);
            }
        }

        return new(renamed, checkedLayers, uncheckedThings);
    }
}
