using SnnDsl.Attacks;
using SnnDsl.Hardware;

namespace SnnDsl.Evaluation.Cascade;

/// <summary>Looks for counterexamples with an attack.</summary>
/// <param name="attack">The attack.</param>
/// <param name="share">Which share of the time that is left it may take.</param>
internal sealed class AttackStage(Attack attack, double share) : CertificationStage
{
    // What a timer counts: some 49 days.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1.0);

    /// <inheritdoc/>
    public override string Name => attack.Name;

    /// <inheritdoc/>
    public override double Share => share;

    /// <inheritdoc/>
    public override void Run(OpenBatch batch, TimeSpan allowance, CancellationToken cancellation)
    {
        using var enough = new CancellationTokenSource(allowance <= TimeSpan.Zero ? TimeSpan.Zero : allowance < Longest ? allowance : Timeout.InfiniteTimeSpan);
        var result = attack.Run(batch.Network, batch.Data.Inputs, batch.Data.Labels, batch.Data.Indices, cancellation, enough.Token);
        int batchDimension = batch.Network.Description.Encoding == Encoding.Spikes ? 1 : 0;
        float[] margins = result.Margins.Floats();
        for (int row = 0; row < margins.Length; row++)
        {
            if (margins[row] <= 0)
            {
                batch.Offer(row, result.Inputs.narrow(batchDimension, row, 1), Name);
            }
        }
    }
}
