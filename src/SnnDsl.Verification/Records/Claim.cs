using SnnDsl.Evaluation.Records;
using SnnDsl.Verification.Inputs;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Records;

/// <summary>What one record claims of one sample, after everything that names the sample was found to be so.</summary>
/// <param name="Record">The record.</param>
/// <param name="Input">The sample as a batch of one.</param>
/// <param name="Values">Its values: [1] the pixels, or by step the entries of a recording.</param>
/// <param name="Path">The record file, beside which counterexamples and proofs lie.</param>
/// <param name="Box">The box that records may name by its hash; null for none.</param>
internal sealed record Claim(CertificateRecord Record, Tensor Input, float[][] Values, string Path, StatedBox? Box)
{
    /// <summary>The class.</summary>
    public int Label => (int)Record.Label;

    /// <summary>The rival of the i-th margin.</summary>
    public int Rival(int margin) => margin < Label ? margin : margin + 1;
}
