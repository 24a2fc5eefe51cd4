using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>A budget of whole units that independent parts share: the least sum of their costs.</summary>
internal static class SharedBudget
{
    /// <summary>The least sum of the parts' costs over all ways to share at most k units, by (min, +) convolution of pairs of parts.</summary>
    /// <param name="costs">The least cost of part p for exactly j units, infinite where that cannot be, [B, K, P, 1 + J].</param>
    /// <param name="budget">k.</param>
    /// <returns>[B, K].</returns>
    public static Tensor Least(Tensor costs, int budget)
    {
        while (costs.shape[2] > 1)
        {
            if (costs.shape[2] % 2 == 1)
            {
                // A part that does nothing.
                var idle = costs.narrow(2, 0, 1).Filled(double.PositiveInfinity).detach();
                idle[.., .., .., 0] = tensor(0.0, costs.dtype, costs.device);
                costs = cat([costs, idle], 2);
            }

            var pairs = costs.unflatten(2, -1, 2);
            costs = Both(pairs.select(3, 0), pairs.select(3, 1), budget);
        }

        return costs.squeeze(2).amin([-1L]);
    }

    private static Tensor Both(Tensor one, Tensor other, int budget)
    {
        long units = one.shape[^1] - 1, all = Math.Min(budget, 2 * units);
        Tensor? best = null;
        for (long j = 0; j <= units; j++)
        {
            long kept = Math.Min(units, all - j);
            var sum = one.narrow(-1, j, 1).Plus(other.narrow(-1, 0, kept + 1));
            var padded = nn.functional.pad(sum, [j, all - j - kept], value: double.PositiveInfinity);
            best = best is null ? padded : minimum(best, padded);
        }

        return best!;
    }
}
