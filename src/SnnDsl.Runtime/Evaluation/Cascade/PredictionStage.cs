using SnnDsl.Bounds;
using static TorchSharp.torch;

namespace SnnDsl.Evaluation.Cascade;

/// <summary>
/// The unperturbed inputs: a sample that the network gets wrong or ties on is its own counterexample. Each is run alone, as whoever deploys the
/// network or checks the record will: in a batch sums may be added in another order, which can move a spike.
/// </summary>
internal sealed class PredictionStage : CertificationStage
{
    /// <summary>Its name in records.</summary>
    public const string Prediction = "prediction";

    /// <inheritdoc/>
    public override string Name => Prediction;

    /// <inheritdoc/>
    public override void Run(OpenBatch batch, TimeSpan allowance, CancellationToken cancellation)
    {
        for (int row = 0; row < batch.Samples.Count; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var sample = batch.Samples[row];
            var logits = batch.Network.forward(batch.Input(row), batch.Data.Indices.Slice(row, 1));
            float[] values = logits.Floats();
            long prediction = Margins.Predict(logits).Longs()[0];
            if (!Array.TrueForAll(values, float.IsFinite))
            {
                // Numbers that are none are no logits: nothing was predicted, rightly or wrongly.
                sample.Predicted([], prediction);
                sample.Doubt("the logits of the unperturbed input are not finite");
                continue;
            }

            sample.Predicted(values, prediction);
            if (values.Where((_, rival) => rival != sample.Label).Any(logit => logit >= values[sample.Label]))
            {
                sample.Refute(Name, null);
            }
        }
    }
}
