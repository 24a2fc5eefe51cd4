using SnnDsl.Certification.Search;
using SnnDsl.Certification.Search.Inputs;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Search;

/// <summary>A set of inputs that does as another one does, until something goes wrong in it: at a chosen call, counted over all its parts.</summary>
/// <param name="inner">The other one.</param>
/// <param name="fault">What goes wrong, told the number of the call; may throw, cancel, or change what was computed.</param>
internal sealed class FaultySet(SearchSet inner, FaultySet.Fault fault) : SearchSet(inner.Steps, inner.Entries)
{
    /// <summary>Goes wrong at one call of an operation.</summary>
    internal sealed class Fault(Action<double[]> act, int at, string operation)
    {
        private int calls;

        public bool Happened { get; private set; }

        public void Call(string name, params double[][] results)
        {
            if (name == operation && Interlocked.Increment(ref calls) == at)
            {
                Happened = true;
                foreach (double[] result in results)
                {
                    act(result);
                }
            }
        }
    }

    public override void Currents(OpenLayer layer, double[] lower, double[] upper)
    {
        inner.Currents(layer, lower, upper);
        fault.Call("lower", lower);
        fault.Call("upper", upper);
        fault.Call("currents", lower, upper);
    }

    public override double Least(double[] a, double[] x)
    {
        double[] least = [inner.Least(a, x)];
        fault.Call("least", least);
        fault.Call("place", x);
        return least[0];
    }

    public override Tensor? Point(double[] x)
    {
        fault.Call("point", x);
        return inner.Point(x);
    }

    public override SearchSet? Cut(Split split, bool second)
    {
        fault.Call("cut", [0]);
        return inner.Cut(split, second) is { } part ? new FaultySet(part, fault) : null;
    }

    public override Split? Promising(double[] a)
    {
        fault.Call("promising", a);
        return inner.Promising(a);
    }
}
