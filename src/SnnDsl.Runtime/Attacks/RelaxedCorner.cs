using SnnDsl.Bounds;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>
/// The corner of a box at which the linear relaxation of a margin (S-CROWN) is least. Where no membrane is near its threshold the
/// surrogate gradient vanishes, and with it every gradient step; the relaxation looks at the whole box, and its slopes do not vanish.
/// </summary>
internal static class RelaxedCorner
{
    // The rivals with the least interval bounds are tried, one row of coefficients at a time.
    private const int Rivals = 3;

    /// <summary>Offers the corners of the most dangerous rivals.</summary>
    /// <param name="search">The search.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="perturbation">The box.</param>
    /// <returns>Of every sample the corner with the least margin, [samples, ...].</returns>
    public static Tensor Offer(AttackSearch search, long[] samples, LInfinity perturbation)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (network, inputs, labels) = (search.Network, search.Inputs(samples), search.Labels(samples));
        var perturbed = perturbation.Apply(network, inputs, search.Indices(samples));
        var intervals = network.BoundMembranes(perturbed);
        var rows = Margins.Rows(labels, network.Description.Classes, inputs.dtype);
        var order = network.BoundMargins(perturbed, labels, BoundMethod.SIbp).argsort(1);
        var (lower, upper) = perturbation.Box(inputs);
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
            // Poisson spikes have coefficients for every step; a pixel moves them all.
            var slope = (coefficients.dim() > inputs.dim() + 1 ? coefficients.sum(0L) : coefficients).squeeze(1);
            var corner = where(slope > 0, lower, where(slope < 0, upper, inputs));
            var margin = search.Offer(samples, corner);
            var better = least is null ? ones_like(margin, ScalarType.Bool) : margin < least;
            best = best is null ? corner : where(better.view([-1, .. Enumerable.Repeat(1L, (int)inputs.dim() - 1)]), corner, best);
            least = least is null ? margin : minimum(margin, least);
        }

        return best!.MoveToOuterDisposeScope();
    }
}
