using SnnDsl.Kernels;
using SnnDsl.Networks;

namespace SnnDsl.Training;

/// <summary>All that a training run depends on, besides the data and the initial weights. Two equal records train equal networks.</summary>
public sealed record TrainingOptions
{
    /// <summary>How often every sample is seen, after the warm-up.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>How many samples make a step.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>How gradients become steps.</summary>
    public OptimiserKind Optimiser { get; init; } = OptimiserKind.Adam;

    /// <summary>The learning rate.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>How the learning rate falls.</summary>
    public RateSchedule Schedule { get; init; }

    /// <summary>The last share of the run that has a smaller learning rate, under <see cref="RateSchedule.Late"/>.</summary>
    public double LateShare { get; init; } = 0.2;

    /// <summary>What the learning rate is multiplied by in that share.</summary>
    public double LateFactor { get; init; } = 0.2;

    /// <summary>The momentum of <see cref="OptimiserKind.Sgd"/>.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Gradients whose norm over all weights is longer are cut to it; null for no limit.</summary>
    public double? ClipNorm { get; init; } = 1;

    /// <summary>lambda: every weight of an affine map adds lambda |w| to the loss, biases and what neurons learn do not; 0 for nothing.</summary>
    public double L1 { get; init; }

    /// <summary>
    /// d in [0, 1): what is measured, and what the run ends with, is not the weights themselves but their mean over steps, to which each step adds by 1 - d and what
    /// was before by d (in the first steps less); 0 for the weights themselves. Statistics of batch norms are not averaged: they are means already.
    /// </summary>
    public double Averaging { get; init; }

    /// <summary>
    /// In which numbers the dense products of the natural backward pass are taken. Only gradients are rounded: the network, its forward pass
    /// and all bounds stay float32.
    /// </summary>
    public GradientPrecision GradientPrecision { get; init; }

    /// <summary>
    /// What logits and margins are multiplied by before the cross-entropy. Logits are firing rates in [0, 1]: without a scale the loss
    /// can hardly reward a margin.
    /// </summary>
    public double LogitScale { get; init; } = 5;

    /// <summary>The loss on unperturbed samples; that on perturbed ones is the cross-entropy of the worst margins.</summary>
    public NaturalLoss Loss { get; init; }

    /// <summary>lambda: what the regulariser of <see cref="NaturalLoss.Temporal"/> weighs, in [0, 1].</summary>
    public double TemporalWeight { get; init; } = 0.05;

    /// <summary>Where that regulariser draws outputs to.</summary>
    public double TemporalTarget { get; init; } = 1;

    /// <summary>How training samples are changed before each use; null for not at all.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>T', the time steps that training runs for, at most the network's own; null for all. Certificates are for the network's own.</summary>
    public int? Steps { get; init; }

    /// <summary>What the order of samples, the Poisson noise and free fractions depend on.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// Whether output neurons that fired for no sample of an epoch get new weights: without a surrogate gradient they would stay silent, and
    /// their class be lost. Not in the last third of the run, where there is no time to learn them.
    /// </summary>
    public bool ReviveSilentOutputs { get; init; } = true;

    /// <summary>
    /// The share of the training samples, of every class alike, that is not trained on but measured after every epoch, in [0, 1); 0 for none. The run ends with
    /// the weights of the epoch that did best there: by accuracy, or, in certified training, by the share whose bounds hold at the full perturbation, of the
    /// epochs that reach it. Never measure on test samples what is chosen by it.
    /// </summary>
    public double ValidationShare { get; init; }

    /// <summary>After how many epochs without a better one a run ends early; null for never. Needs a <see cref="ValidationShare"/>.</summary>
    public int? Patience { get; init; }

    /// <summary>Natural epochs before the run; null for none.</summary>
    public WarmUp? WarmUp { get; init; }

    /// <summary>The certified part; null for natural training.</summary>
    public RobustOptions? Robust { get; init; }

    /// <summary>All epochs, the warm-up's included.</summary>
    public int TotalEpochs => Epochs + (WarmUp?.Epochs ?? 0);

    /// <summary>Checks the options.</summary>
    /// <param name="network">The network that they are for.</param>
    /// <exception cref="ArgumentException">A value is out of its range, or does not fit the network.</exception>
    public void Validate(NetworkDescription network)
    {
        Check.AtLeast(1, Epochs, "The number of epochs");
        Check.AtLeast(1, BatchSize, "The batch size");
        Check.Positive(LearningRate, "The learning rate");
        Check.Share(LateShare, "The late share of the run");
        Check.Positive(LateFactor, "The late factor of the learning rate");
        Check.Positive(LogitScale, "The logit scale");
        Check.Share(TemporalWeight, "The weight of the temporal regulariser");
        Check.Positive(ClipNorm ?? 1, "The limit of the gradient's norm");
        if (!(Momentum is >= 0 and < 1))
        {
            throw Check.Wrong($"The momentum is {Check.Text(Momentum)}, but it must lie in [0, 1).");
        }

        Check.NotNegative(L1, "The weight of the weights' magnitudes");
        if (!(Averaging is >= 0 and < 1))
        {
            throw Check.Wrong($"The averaging of weights is {Check.Text(Averaging)}, but it must lie in [0, 1).");
        }

        if (!double.IsFinite(TemporalTarget))
        {
            throw Check.Wrong($"The target of the temporal regulariser is {Check.Text(TemporalTarget)}, but it must be a number.");
        }

        Check.AtLeast(1, Steps ?? 1, "The number of time steps");
        if (Steps > network.TimeSteps)
        {
            throw Check.Wrong($"Training would run for {Steps} time steps, but {network.Name} is declared with {network.TimeSteps}: take at most those.");
        }

        if (!(ValidationShare is >= 0 and < 1))
        {
            throw Check.Wrong($"The validation share is {Check.Text(ValidationShare)}, but it must lie in [0, 1).");
        }

        Check.AtLeast(1, Patience ?? 1, "The patience");
        if (Patience is not null && ValidationShare == 0)
        {
            throw Check.Wrong("Patience waits for a better epoch on samples that are kept aside, but none are: state a validation share.");
        }

        if (WarmUp is { } warmUp)
        {
            Check.AtLeast(1, warmUp.Epochs, "The number of warm-up epochs");
            Check.Positive(warmUp.LearningRate, "The warm-up's learning rate");
        }

        Augmentation?.Validate(network);
        Robust?.Validate(network);
    }

    /// <summary>The learning rate somewhere in the run, after its warm-up.</summary>
    /// <param name="run">The share of the run that is done, in [0, 1].</param>
    internal double RateAt(double run) => LearningRate * (Schedule, run >= 1 - LateShare) switch
    {
        (RateSchedule.Cosine, _) => (1 + Math.Cos(Math.PI * run)) / 2,
        (_, true) => LateFactor,
        _ => 1,
    };
}
