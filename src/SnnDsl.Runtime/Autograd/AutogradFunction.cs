using static TorchSharp.torch;

namespace SnnDsl.Autograd;

/// <summary>
/// One call of a function with a backward half of its own, for torch's autograd: an instance holds what the two halves share besides
/// tensors. Tensors that either half makes and does not hand out are disposed of when it ends.
/// </summary>
/// <remarks>
/// TorchSharp's own custom functions leave seven arrays of handles to finalisers for every call, and every tensor of a backward pass to the
/// scope around it; see <see cref="AutogradNode"/>. They are the fall-back where its native half is not the one that we know
/// (<see cref="NativeAutograd.IsKnown"/>). With theirs, an exception in a backward pass ends the process.
/// </remarks>
internal abstract class AutogradFunction
{
    private bool[] learns = [];

    /// <summary>What <see cref="Save"/> was given.</summary>
    internal Tensor?[] Saved { get; private set; } = [];

    /// <summary>The outputs, with this function as their history where an input learns.</summary>
    /// <param name="inputs">The tensors that it reads and may have gradients of; null for one that is not there.</param>
    /// <returns>In the caller's dispose scope.</returns>
    public Tensor[] Apply(params Tensor?[] inputs)
    {
        bool enabled = is_grad_enabled();
        learns = Array.ConvertAll(inputs, input => enabled && input?.requires_grad == true);
        if (Array.IndexOf(learns, true) >= 0)
        {
            return NativeAutograd.IsKnown ? AutogradNode.Run(this, inputs) : TorchSharpFunction.Run(this, inputs);
        }

        using var scope = NewDisposeScope();
        return Array.ConvertAll(Forward(inputs), output => output.MoveToOuterDisposeScope());
    }

    /// <summary>Computes the outputs; gradients are off.</summary>
    /// <param name="inputs">As given to <see cref="Apply"/>.</param>
    protected internal abstract Tensor[] Forward(Tensor?[] inputs);

    /// <summary>Computes the gradients; runs on a thread of torch's engine where the tensors are on CUDA.</summary>
    /// <param name="saved">What <see cref="Save"/> was given.</param>
    /// <param name="gradients">For each output.</param>
    /// <returns>For each input; null for one that is not there or does not learn.</returns>
    protected internal abstract Tensor?[] Backward(Tensor?[] saved, Tensor[] gradients);

    /// <summary>Whether a gradient of an input is asked for.</summary>
    /// <param name="input">Which.</param>
    protected bool Learns(int input) => learns[input];

    /// <summary>Keeps tensors, inputs and outputs among them, for the backward half. Torch refuses to run it if one was changed since.</summary>
    /// <param name="tensors">Nulls come back as nulls.</param>
    protected void Save(params Tensor?[] tensors) => Saved = tensors;

    /// <summary>Lets go of the saved tensors' wrappers: torch's graph holds what is in them.</summary>
    internal void ForgetSaved() => Saved = [];
}
