using SnnDsl.Bounds;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Networks;

/// <summary>The base of every emitted network whose layers are a graph: its bounds walk the nodes of <see cref="SpikingModule.Stages"/>.</summary>
/// <param name="description">What the compiler knows of it.</param>
public abstract class GraphModule(NetworkDescription description) : SpikingModule(description)
{
    /// <inheritdoc/>
    protected sealed override NetworkIntervals PropagateIntervals(IPerturbedInput input) => Walk().Bound(input);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: a form on the logits of a graph is none on the last spikes alone.</exception>
    protected sealed override LinearForm ReadOut(LinearQuery query) => throw new NotSupportedException(
        $"The layers of {Description.Name} are a graph, whose logits are read from more than the last spikes.");

    /// <inheritdoc/>
    protected sealed override LinearBound PropagateBack(IPerturbedInput input, LinearQuery query) => Walk().Relax(input, query, new());

    /// <inheritdoc/>
    private protected sealed override Tensor BoundOutputs(IPerturbedInput input, LinearQuery query, NetworkIntervals intervals) =>
        Walk().BoundOutputs(input, query, new());

    private GraphWalk Walk() => new(Stages, Steps, Description.Encoding == Encoding.Direct);
}
