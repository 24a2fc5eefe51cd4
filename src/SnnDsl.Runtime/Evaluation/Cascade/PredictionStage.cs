using SnnDsl.Bounds;

namespace SnnDsl.Evaluation.Cascade;

/// <summary>The unperturbed inputs: a sample that the network gets wrong or ties on is its own counterexample.</summary>
internal sealed class PredictionStage : CertificationStage
{
    /// <summary>Its name in records.</summary>
    public const string Prediction = "prediction";

    /// <inheritdoc/>
    public override string Name => Prediction;

    /// <inheritdoc/>
    public override void Run(OpenBatch batch, TimeSpan allowance, CancellationToken cancellation)
    {
        var logits = batch.Network.forward(batch.Data.Inputs, batch.Data.Indices);
        var margins = Margins.FromLogits(logits, batch.Data.Labels).amin([1L]).Floats();
        var (values, predictions, classes) = (logits.Floats(), Margins.Predict(logits).Longs(), (int)logits.shape[1]);
        for (int row = 0; row < batch.Samples.Count; row++)
        {
            var sample = batch.Samples[row];
            float[] own = values[(row * classes)..((row + 1) * classes)];
            if (!Array.TrueForAll(own, float.IsFinite))
            {
                // Numbers that are none are no logits: nothing was predicted, rightly or wrongly.
                sample.Predicted([], predictions[row]);
                sample.Doubt("the logits of the unperturbed input are not finite");
                continue;
            }

            sample.Predicted(own, predictions[row]);
            if (!(margins[row] > 0))
            {
                sample.Refute(Name, null);
            }
        }
    }
}
