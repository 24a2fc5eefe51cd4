using SnnDsl.Bounds;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>
/// One line below sum_t a_t s[t] + w u[S-1] for each neuron with a constant current, over all trains that may occur for I in [I_l, I_u], in
/// TorchSharp operations, differentiated by autograd. Vertices are the ends of what each train has in common with [I_l, I_u]; a line
/// with any slope whose intercept is the least y - k x over all vertices is sound. Gradients go to a, w and the slopes' lambda; none
/// goes to I_l and I_u.
/// </summary>
internal static class TrainLine
{
    /// <summary>Linear relaxation of a layer with a constant current; see <see cref="TrainKernel"/>.</summary>
    /// <param name="form">On the layer's spikes and last membrane.</param>
    /// <param name="neuron">The neurons' constants.</param>
    /// <param name="query">Bounds of the membranes; lambda of the slopes, [1, B, K, ...], or where to write it down.</param>
    /// <param name="layer">The layer's index.</param>
    /// <param name="error">What float32 runs lose in the current, which costs as much for each unit of the slope; null for exact arithmetic.
    /// The form then weighs no membrane.</param>
    /// <returns>The form on the currents, [B, K, ...].</returns>
    public static LinearForm Relax(LinearForm form, NeuronParameters neuron, LinearQuery query, int layer, MembraneError? error = null)
    {
        var known = query.Membranes[layer];
        var trains = error is null ? new ConstantTrains(neuron, form.Steps) : ConstantTrains.Rounded(neuron, form.Steps);
        var hull = new Hull(form, trains, known.Lower[0].unsqueeze(1), known.Upper[0].unsqueeze(1));
        var (lambda, start) = (query.Slopes?[layer], query.Start);
        Tensor slope;
        if (lambda is null && start is null)
        {
            slope = hull.Middle;
        }
        else
        {
            var (first, last) = (hull.First, hull.Last);
            if (start is not null)
            {
                start.Slopes[layer] = lambda = Between(first, last, hull.Middle, start.Share).unsqueeze(0);
            }

            slope = first.Plus(lambda![0] * (last - first));
        }

        if (query.Trace is { } trace)
        {
            trace.Slopes[layer] = slope.detach().unsqueeze(0);
        }

        var intercepts = hull.Intercept(slope);
        if (error is not null)
        {
            // A float64 sum of at most T coefficients and two products, doubled; and what the sum of the intercepts rounds.
            var size = (form.Spikes!.abs().sum(0L).Plus(slope.abs())) * maximum(known.Lower[0].abs(), known.Upper[0].abs()).AtLeast(1).unsqueeze(1);
            double terms = 2.0 * (form.Steps + 8) + intercepts.numel() / (intercepts.shape[0] * intercepts.shape[1]) + 32;
            intercepts = intercepts - slope.abs() * error.At(0, null, 0).unsqueeze(1) - size.Times(2 * terms * Rounding.Double);
        }

        return form.OnCurrents(slope, intercepts.flatten(2).sum(2L));
    }

    // lambda of the flattest slope between two, and of the wanted one; equal ends leave no choice.
    private static Tensor Between(Tensor first, Tensor last, Tensor middle, double share)
    {
        var width = last - first;
        var some = width > zeros_like(width);
        Tensor Share(Tensor slope) => where(some, (slope - first) / where(some, width, ones_like(width)), zeros_like(width)).AtLeast(0).AtMost(1);
        var flattest = Share(zeros_like(first));
        return flattest.Plus((Share(middle) - flattest).Times(share));
    }

    /// <summary>The vertices of every neuron and row, and lines below them.</summary>
    private sealed class Hull
    {
        private readonly ConstantTrains.Train[] trains;
        private readonly Tensor? row;
        private readonly Tensor values;
        private readonly Tensor gains;
        private readonly Tensor lower;
        private readonly Tensor upper;
        private readonly Tensor steepest;

        public Hull(LinearForm form, ConstantTrains all, Tensor lower, Tensor upper)
        {
            trains = [.. all.All];
            (row, this.lower, this.upper) = (form.Membrane, lower.detach(), upper.detach());
            var like = form.Spikes ?? form.Membrane!;
            long[] shape = form.Spikes is null ? like.shape : like.shape[1..];
            var fires = tensor(
                    [.. trains.SelectMany(train => Enumerable.Range(0, all.Steps).Select(t => train.Fires(t) ? 1.0 : 0))], like.dtype, like.device)
                .view(trains.Length, all.Steps);
            values = form.Spikes is null
                ? zeros([trains.Length, .. shape], like.dtype, like.device)
                : fires.matmul(form.Spikes.reshape(all.Steps, -1)).view([trains.Length, .. shape]);
            gains = tensor([.. trains.Select(train => train.Gain)], like.dtype, like.device);
            var sizes = form.Spikes?.detach().abs().sum(0L) ?? zeros(shape, like.dtype, like.device);
            steepest = (row is null ? sizes : sizes.Plus(row.detach().abs())).Times(LineLimits.Steepest);
        }

        /// <summary>The slope of the hull's edge over the midpoint.</summary>
        public Tensor Middle => Cut(Slope(() =>
        {
            var middle = lower.Plus(upper).Times(0.5);
            var left = Lowest(Least, vertex => vertex.X <= middle);
            for (int turn = 0; ; turn++)
            {
                var right = Lowest(left.SlopeTo, vertex => vertex.X > middle);
                var next = Lowest(vertex => right.SlopeTo(vertex).neg(), vertex => vertex.X <= middle);
                // As many turns as there are vertices are enough; the line is sound after any number.
                if (turn >= 2 * trains.Length || next.X.eq(left.X).logical_and(next.Index.eq(left.Index)).all().item<bool>())
                {
                    return (left, right);
                }

                left = next;
            }
        }));

        /// <summary>The slope of the hull's first edge.</summary>
        public Tensor First => Cut(Slope(() =>
        {
            var end = Lowest(Least, vertex => vertex.X <= lower);
            return (end, Lowest(end.SlopeTo, vertex => vertex.X > lower));
        }));

        /// <summary>The slope of the hull's last edge.</summary>
        public Tensor Last => Cut(Slope(() =>
        {
            var end = Lowest(Least, vertex => vertex.X >= upper);
            return (end, Lowest(vertex => end.SlopeTo(vertex).neg(), vertex => vertex.X < upper));
        }));

        /// <summary>The greatest intercept of a line of a given slope, element by element.</summary>
        public Tensor Intercept(Tensor slope)
        {
            Vertex touched;
            using (no_grad())
            {
                touched = Lowest(vertex => vertex.Y - slope * vertex.X, vertex => vertex.X >= lower);
            }

            return Value(touched) - slope * touched.X;
        }

        private static Tensor Least(Vertex vertex) => vertex.Y;

        private Tensor Cut(Tensor slope) => maximum(minimum(slope, steepest), -steepest);

        private Tensor Slope(Func<(Vertex, Vertex)> choose)
        {
            (Vertex A, Vertex B) ends;
            using (no_grad())
            {
                ends = choose();
            }

            // A single current has no edge: flat.
            var width = ends.B.X - ends.A.X;
            var some = width.ne(zeros_like(width)).logical_and(ends.A.Y.isfinite()).logical_and(ends.B.Y.isfinite());
            var rise = Value(ends.B) - Value(ends.A);
            return where(some, rise / where(some, width, ones_like(width)), zeros_like(rise));
        }

        // The vertex where a measure is least, among those that qualify.
        private Vertex Lowest(Func<Vertex, Tensor> measure, Func<Vertex, Tensor> qualifies)
        {
            Vertex? lowest = null;
            Tensor? least = null;
            for (int index = 0; index < trains.Length; index++)
            {
                WalkLimit.ThrowIfOver();
                var (from, to) = (lower.AtLeast(trains[index].From), upper.AtMost(trains[index].To));
                var occurs = from <= to;
                foreach (var x in new[] { from, to })
                {
                    var y = values[index];
                    var vertex = new Vertex(x, row is null ? y : y.Plus(row * x.Times(trains[index].Gain)), tensor((long)index, device: x.device));
                    var value = measure(vertex);
                    value = where(occurs.logical_and(qualifies(vertex)), value, value.Filled(double.PositiveInfinity));
                    if (lowest is null || least is null)
                    {
                        (lowest, least) = (new(x.expand_as(value), vertex.Y, vertex.Index.expand_as(value)), value);
                        continue;
                    }

                    var better = value < least;
                    lowest = new(where(better, x, lowest.X), where(better, vertex.Y, lowest.Y), where(better, vertex.Index, lowest.Index));
                    least = where(better, value, least);
                }
            }

            var none = least!.isposinf();
            return lowest! with { Y = where(none, lowest!.Y.Filled(double.PositiveInfinity), lowest!.Y) };
        }

        private Tensor Value(Vertex vertex)
        {
            var value = values.gather(0, vertex.Index.unsqueeze(0))[0];
            return row is null ? value : value.Plus(row * (gains.index(vertex.Index) * vertex.X));
        }

        /// <summary>A vertex of every neuron and row: where it lies, and of which train it is.</summary>
        private sealed record Vertex(Tensor X, Tensor Y, Tensor Index)
        {
            public Tensor SlopeTo(Vertex other) => (other.Y - Y) / (other.X - X);
        }
    }
}
