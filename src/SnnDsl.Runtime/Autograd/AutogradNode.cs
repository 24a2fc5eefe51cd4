using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using SnnDsl.Hardware;
using static SnnDsl.Autograd.NativeAutograd;
using static TorchSharp.torch;

namespace SnnDsl.Autograd;

/// <summary>
/// The managed side of a node of torch's graph. LibTorchSharp calls back without saying for which node, so each has two native entry points
/// of its own; nodes are kept and used again, and a training step makes nothing that a finaliser would have to free.
/// </summary>
internal sealed unsafe class AutogradNode
{
    // As many as ever were in graphs at once. Their entry points must stay, and nothing managed holds a node that is in a graph.
    private static readonly List<AutogradNode> All = [];

    // Those without a native node at the moment; its lock is that of both.
    private static readonly Stack<AutogradNode> Free = new();

    // Where wrapOutputs is to write; it asks for room by a call that has no arguments of ours.
    [ThreadStatic]
    private static nint* s_room;

    // What this thread's last backward pass gave to torch. Torch has references of its own once the next one runs.
    [ThreadStatic]
    private static HandedOut? s_handedOut;

    // Why the last backward pass failed.
    private static Exception? s_failure;

    private readonly ApplyEntry apply;
    private readonly DeleteEntry delete;
    private readonly nint applyAddress;
    private readonly nint deleteAddress;
    private NodeHandle handle;
    private AutogradFunction? function;
    private bool[] isInput = [];
    private (long[] Shape, ScalarType Type, Device Device)[] outputs = [];
    private nint[] saved = [];
    private HandedOut? handedOut;
    private nint* results;
    private int room;

    private AutogradNode()
    {
        (apply, delete) = (Apply, Delete);
        applyAddress = Marshal.GetFunctionPointerForDelegate(apply);
        deleteAddress = Marshal.GetFunctionPointerForDelegate(delete);
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate HandleList ApplyEntry(nint* gradients, int count);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void DeleteEntry();

    /// <summary>Computes a function's outputs and puts it into torch's graph.</summary>
    /// <param name="function">The function.</param>
    /// <param name="inputs">Its inputs, one of which learns.</param>
    /// <returns>The outputs, in the caller's dispose scope.</returns>
    public static Tensor[] Run(AutogradFunction function, Tensor?[] inputs)
    {
        AutogradNode? node;
        lock (Free)
        {
            if (!Free.TryPop(out node))
            {
                All.Add(node = new());
            }
        }

        return node.Record(function, inputs);
    }

    /// <summary>The gradients of a loss, added to those of the leaves behind it. What a function's backward half throws comes out here;
    /// <c>loss.backward()</c> says no more than that a function "returned an invalid number of gradients".</summary>
    /// <param name="loss">A number.</param>
    public static void Backward(Tensor loss)
    {
        s_failure = null;
        try
        {
            loss.backward();
        }
        catch (ExternalException) when (s_failure is not null)
        {
            ExceptionDispatchInfo.Throw(s_failure);
        }
    }

    private Tensor[] Record(AutogradFunction called, Tensor?[] inputs)
    {
        using var scope = NewDisposeScope();
        function = called;
        isInput = Array.ConvertAll(inputs, input => input is not null);
        nint[] inputHandles = [.. inputs.OfType<Tensor>().Select(input => input.Handle)];
        handle = THSAutograd_CSharpNode_ctor(applyAddress, deleteAddress);
        CheckForErrors();
        try
        {
            fixed (nint* first = inputHandles)
            {
                var list = new HandleList(first, inputHandles.Length);
                THSAutograd_CSharpNode_setNextEdges(handle, list, isExecutable: 1);
                CheckForErrors();
                THSAutograd_CSharpNode_clearInputMetadata(handle);
                CheckForErrors();
                Tensor[] values;
                using (no_grad())
                {
                    values = called.Forward(inputs);
                }

                var wrapped = Wrap(list, values);
                // Only now: torch asks a saved output whether this node is its history.
                saved = Array.ConvertAll(called.Saved, Save);
                called.ForgetSaved();
                return wrapped;
            }
        }
        finally
        {
            GC.KeepAlive(inputs);
            // From here on the outputs keep the node alive; without any, after an exception, it is deleted now.
            THSAutograd_CSharpNode_disposeSharedPtr(handle);
        }
    }

    private Tensor[] Wrap(HandleList inputs, Tensor[] values)
    {
        outputs = Array.ConvertAll(values, value => (value.Sizes(), value.dtype, value.device));
        nint[] handles = Array.ConvertAll(values, value => value.Handle);
        nint[] wrapped = new nint[values.Length];
        fixed (nint* first = handles, room = wrapped)
        {
            s_room = room;
            THSAutograd_Function_wrapOutputs(inputs, default, default, new(first, handles.Length), handle, &Room);
            CheckForErrors();
        }

        GC.KeepAlive(values);
        return Array.ConvertAll(wrapped, output => Tensor.UnsafeCreateTensor(output).MoveToOuterDisposeScope());
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint* Room(nint count) => s_room;

    private nint Save(Tensor? tensor)
    {
        if (tensor is null)
        {
            return 0;
        }

        nint variable = THSAutograd_SavedVariable_ctor(tensor.Handle, handle, isViewChangedInPlace: 0);
        CheckForErrors();
        return variable;
    }

    private Tensor? Unpack(nint variable)
    {
        if (variable == 0)
        {
            return null;
        }

        nint tensor = THSAutograd_SavedVariable_unpack(variable, handle);
        CheckForErrors();
        return Tensor.UnsafeCreateTensor(tensor);
    }

    // Torch's call for the gradients. It copies the references that come back before anything else runs on this thread. An exception
    // cannot pass through torch's code: no gradients at all make it throw one of its own.
    private HandleList Apply(nint* gradients, int count)
    {
        try
        {
            return Gradients(gradients, count);
        }
        catch (Exception failure)
        {
            s_failure = failure;
            return default;
        }
    }

    private HandleList Gradients(nint* gradients, int count)
    {
        s_handedOut?.Release();
        using var scope = NewDisposeScope();
        var given = new Tensor[count];
        for (int i = 0; i < count; i++)
        {
            given[i] = gradients[i] != 0 ? Tensor.UnsafeCreateTensor(gradients[i])
                : zeros(outputs[i].Shape, outputs[i].Type, outputs[i].Device);
        }

        var computed = function!.Backward(Array.ConvertAll(saved, Unpack), given);
        if (computed.Length != isInput.Length)
        {
            throw new InvalidOperationException(
                $"{function.GetType().Name} has {isInput.Length} inputs, but gave {computed.Length} gradients.");
        }

        s_handedOut = handedOut = new(computed);
        if (room < computed.Length)
        {
            results = (nint*)NativeMemory.Realloc(results, (nuint)computed.Length * (nuint)sizeof(nint));
            room = computed.Length;
        }

        int known = 0;
        for (int i = 0; i < computed.Length; i++)
        {
            if (isInput[i])
            {
                results[known++] = computed[i]?.Handle ?? 0;
            }
        }

        return new(results, known);
    }

    // Torch's word that the node is gone, on whatever thread let go of the graph.
    private void Delete()
    {
        THSAutograd_CSharpNode_disposeWeakPtr(handle);
        foreach (nint variable in saved)
        {
            if (variable != 0)
            {
                THSAutograd_SavedVariable_dispose(variable);
            }
        }

        handedOut?.Release();
        (handle, function, saved, handedOut) = (default, null, [], null);
        lock (Free)
        {
            Free.Push(this);
        }
    }

    /// <summary>Gradients that torch was given: held until it has references of its own, and disposed of once.</summary>
    private sealed class HandedOut
    {
        private Tensor?[]? gradients;

        public HandedOut(Tensor?[] gradients)
        {
            this.gradients = gradients;
            foreach (var gradient in gradients)
            {
                gradient?.DetachFromDisposeScope();
            }
        }

        public void Release()
        {
            foreach (var gradient in Interlocked.Exchange(ref gradients, null) ?? [])
            {
                gradient?.Dispose();
            }
        }
    }
}
