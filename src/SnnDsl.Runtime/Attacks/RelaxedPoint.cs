using SnnDsl.Bounds;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>
/// The point of a set at which the linear relaxation of a margin (S-CROWN) is least. Where no membrane is near its threshold the
/// surrogate gradient vanishes, and with it every gradient step; the relaxation looks at the whole set, and its slopes do not vanish.
/// </summary>
internal static class RelaxedPoint
{
    // The rivals with the least interval bounds are tried, one row of coefficients at a time.
    private const int Rivals = 3;

    /// <summary>Offers the points of the most dangerous rivals.</summary>
    /// <param name="search">The search.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="perturbation">The perturbation.</param>
    /// <param name="worst">The point at which a linear form is least: coefficients as <see cref="LinearBound"/> gives them, for one row.</param>
    /// <returns>Of every sample the point with the least margin, shaped as the inputs.</returns>
    public static Tensor Offer(AttackSearch search, long[] samples, Perturbation perturbation, Func<Tensor, Tensor> worst)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (network, inputs, labels) = (search.Network, search.Inputs(samples), search.Labels(samples));
        var perturbed = perturbation.Apply(network, inputs, search.Indices(samples));
        var intervals = network.BoundMembranes(perturbed);
        var rows = Margins.Rows(labels, network.Description.Classes, inputs.dtype);
        var order = network.BoundMargins(perturbed, labels, BoundMethod.SIbp).argsort(1);
        long[] each = [.. Enumerable.Range(0, (int)inputs.dim()).Select(i => i == search.BatchDimension ? -1L : 1)];
        Tensor? best = null, least = null;
        for (int rank = 0; rank < Math.Min(Rivals, rows.shape[1]); rank++)
        {
            var rival = order.narrow(1, rank, 1).unsqueeze(-1).expand(-1, -1, rows.shape[2]);
            var coefficients = network.BoundRows(perturbed, new()
            {
                Layer = intervals.Membranes.Count,
                Rows = rows.gather(1, rival),
                Steps = network.Steps,
                Membranes = intervals.Membranes,
            }).Coefficients;
            var point = worst(coefficients);
            var margin = search.Offer(samples, point);
            var better = least is null ? ones_like(margin, ScalarType.Bool) : margin < least;
            best = best is null ? point : where(better.view(each), point, best);
            least = least is null ? margin : minimum(margin, least);
        }

        return best!.MoveToOuterDisposeScope();
    }
}
