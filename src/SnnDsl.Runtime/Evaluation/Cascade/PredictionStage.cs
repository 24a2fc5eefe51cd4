using SnnDsl.Bounds;
using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Evaluation.Cascade;

/// <summary>
/// The unperturbed inputs: a sample that the network gets wrong or ties on is its own counterexample. In a batch sums may be added in another order
/// than for a sample alone, which can move a spike; what counts is the sample alone, as whoever deploys the network or checks the record will run it.
/// So a sample that the batch gets wrong is run again alone, and so is, in the end, one that no bound settled: certified ones are right in any order.
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
        var logits = batch.Network.forward(batch.Data.Inputs, batch.Data.Indices);
        var (values, predictions, classes) = (logits.Floats(), Margins.Predict(logits).Longs(), (int)logits.shape[1]);
        for (int row = 0; row < batch.Samples.Count; row++)
        {
            float[] own = values[(row * classes)..((row + 1) * classes)];
            if (batch.Samples.Count > 1 && Fails(own, batch.Samples[row].Label))
            {
                RunAlone(batch, row);
            }
            else
            {
                Note(batch.Samples[row], own, predictions[row]);
            }
        }
    }

    /// <summary>Predicts one sample by itself.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="row">Its place.</param>
    public static void RunAlone(OpenBatch batch, int row)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var logits = batch.Network.forward(batch.Input(row), batch.Data.Indices.Slice(row, 1));
        Note(batch.Samples[row], logits.Floats(), Margins.Predict(logits).Longs()[0]);
    }

    private static void Note(SampleState sample, float[] logits, long prediction)
    {
        if (!Array.TrueForAll(logits, float.IsFinite))
        {
            // Numbers that are none are no logits: nothing was predicted, rightly or wrongly.
            sample.Predicted([], prediction);
            sample.Doubt("the logits of the unperturbed input are not finite");
            return;
        }

        sample.Predicted(logits, prediction);
        if (Fails(logits, sample.Label))
        {
            sample.Refute(Prediction, null);
        }
    }

    // Not "at most 0" of a margin: what is not a number proves nothing either.
    private static bool Fails(float[] logits, int label) =>
        !logits.Where((_, rival) => rival != label).All(logit => logits[label] > logit);
}
