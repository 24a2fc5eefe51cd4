using SnnDsl.Certification;
using SnnDsl.Hardware;

namespace SnnDsl.Evaluation.Cascade;

/// <summary>One way to settle samples, or to raise their bounds: a step of the cascade.</summary>
internal abstract class CertificationStage
{
    /// <summary>Its name in records.</summary>
    public abstract string Name { get; }

    /// <summary>Which share of the time that is left to a sample it may take.</summary>
    public virtual double Share => 1;

    /// <summary>Where it wants the bounds of the membranes from; null if it does not use those of the batch.</summary>
    public virtual IntermediateBounds? Needs => null;

    /// <summary>Whether it cannot end early: it is not begun then where it would not end in time, as far as it is known what a sample takes.</summary>
    public virtual bool IsWhole => false;

    /// <summary>What a sample took of late.</summary>
    public Pace Pace { get; } = new();

    /// <summary>How many samples it works on at once at most.</summary>
    /// <param name="batch">The open samples.</param>
    public virtual int GroupSize(OpenBatch batch) => int.MaxValue;

    /// <summary>Works on samples.</summary>
    /// <param name="batch">The samples, none of them settled.</param>
    /// <param name="allowance">How long all of them together may take.</param>
    /// <param name="cancellation">Ends the whole run: what was found by then may be lost.</param>
    /// <exception cref="OperationCanceledException">The run was ended.</exception>
    public abstract void Run(OpenBatch batch, TimeSpan allowance, CancellationToken cancellation);

    /// <summary>Notes bounds of some rivals of every sample, which anyone can compute again from weights and data.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="method">The method.</param>
    /// <param name="bounds">[B, K].</param>
    /// <param name="rivals">The rivals' places in ascending order, by sample; null for all.</param>
    protected static void Raise(OpenBatch batch, CertificationMethod method, TorchSharp.torch.Tensor bounds, IReadOnlyList<int[]>? rivals = null)
    {
        var evidence = Evidence.Of(method);
        float[] values = batch.View.Report(bounds).Floats();
        int width = (int)bounds.shape[1];
        for (int row = 0; row < batch.Samples.Count; row++)
        {
            for (int i = 0; i < width; i++)
            {
                batch.Samples[row].Raise(rivals?[row][i] ?? i, values[row * width + i], evidence);
            }
        }
    }
}
