using static TorchSharp.torch;

namespace SnnDsl.Autograd;

/// <summary>A function by TorchSharp's own machinery: the function, then its inputs.</summary>
internal sealed class TorchSharpFunction : autograd.MultiTensorFunction<TorchSharpFunction>
{
    public override string Name => nameof(AutogradFunction);

    /// <summary>As <see cref="AutogradNode.Run"/>.</summary>
    /// <param name="function">The function.</param>
    /// <param name="inputs">Its inputs.</param>
    public static Tensor[] Run(AutogradFunction function, Tensor?[] inputs) => [.. apply([function, .. inputs])];

    public override List<Tensor> forward(autograd.AutogradContext context, params object[] variables)
    {
        var function = (AutogradFunction)variables[0];
        var outputs = function.Forward(Array.ConvertAll(variables[1..], variable => (Tensor?)variable));
        context.save_for_backward([.. function.Saved.Select(tensor => tensor!)]);
        context.save_data("function", function);
        function.ForgetSaved();
        return [.. outputs];
    }

    public override List<Tensor> backward(autograd.AutogradContext context, List<Tensor> gradients)
    {
        var function = (AutogradFunction)context.get_data("function");
        return [null!, .. function.Backward([.. context.get_saved_variables()], [.. gradients]).Select(gradient => gradient!)];
    }
}
