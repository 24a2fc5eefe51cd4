using SnnDsl.Autograd;
using SnnDsl.Bounds;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using System.Diagnostics;
using static TorchSharp.torch;

namespace SnnDsl.Training;

/// <summary>
/// Trains a network, naturally or with certification. A run is a function of the initial weights, the data and the options; with a
/// checkpoint file it can be stopped at any moment and taken up at the last complete epoch, and ends with the same weights.
/// </summary>
public sealed class Trainer
{
    private readonly SpikingModule network;
    private readonly Dataset whole;
    private readonly Dataset data;
    private readonly Dataset? kept;
    private readonly TrainingOptions options;

    /// <summary>Prepares a run.</summary>
    /// <param name="network">The network, with its initial weights, on the device that trains it.</param>
    /// <param name="data">The training samples.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or network, data and options do not fit together.</exception>
    public Trainer(SpikingModule network, Dataset data, TrainingOptions options)
    {
        options.Validate(network.Description);
        SampleBatch.Check(network, data);
        if (options.Loss == NaturalLoss.MaxMembrane && network.Stages.MembraneDecay is null)
        {
            throw new ArgumentException(
                $"{network.Description.Name} reads out no membranes, whose greatest this loss looks at: end it in [Li] or [MembraneReadout], or take another loss.",
                nameof(options));
        }

        (this.network, whole, this.options) = (network, data, options);
        (this.data, kept) = Validation.Split(data, options);
    }

    /// <summary>The file that every complete epoch is saved to; null for none.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>The longest time between two reports; every epoch's end is reported as well.</summary>
    public TimeSpan ReportInterval { get; init; } = TimeSpan.FromSeconds(0.5);

    private int StepsPerEpoch => (data.Count + options.BatchSize - 1) / options.BatchSize;

    private int WarmUpEpochs => options.WarmUp?.Epochs ?? 0;

    /// <summary>Trains to the end of the run.</summary>
    /// <param name="resume">Whether to take up the run in <see cref="CheckpointPath"/>, if that file is there.</param>
    /// <param name="progress">Told where the run stands.</param>
    /// <param name="cancellation">Stops the run between two steps; the last checkpoint stays whole.</param>
    /// <returns>Where the run stood at the end of each epoch of this call. With a <see cref="TrainingOptions.ValidationShare"/> the network has the best epoch's weights.</returns>
    /// <exception cref="TrainingException">The loss is no longer a number, or the checkpoint is not of this run.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public IReadOnlyList<TrainingProgress> Run(
        bool resume = false, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var optimiser = new Optimiser(network, options);
        using var training = network.InMode(training: true);
        using var outputs = options.ReviveSilentOutputs ? SilentOutputs.Of(network) : null;
        var (steps, encodingSeed) = (network.Steps, network.EncodingSeed);
        using var validation = kept is null ? null : new Validation(network, kept, options, steps);
        int done = resume && File.Exists(CheckpointPath) ? Checkpoint.Load(CheckpointPath, network, optimiser, At(0, 0), validation) : 0;
        var precision = SpikingLayer.GradientPrecision;
        network.Steps = options.Steps ?? steps;
        SpikingLayer.GradientPrecision = options.GradientPrecision;
        try
        {
            var pace = new Pace(options.TotalEpochs * (long)data.Count - done * (long)data.Count);
            List<TrainingProgress> history = [];
            for (int epoch = done; epoch < options.TotalEpochs && !(epoch - validation?.Best?.Epoch >= options.Patience); epoch++)
            {
                if (epoch == WarmUpEpochs && epoch > 0)
                {
                    optimiser.Reset();
                }

                // Another draw of the noise every epoch: a network must not learn one draw by heart.
                network.EncodingSeed = Mixed(epoch);
                DrawFrom(Mixed(epoch));
                var reached = RunEpoch(epoch, optimiser, outputs, pace, progress, cancellation);
                network.EncodingSeed = encodingSeed;
                int ended = epoch + 1;
                history.Add(reached with
                {
                    Validation = validation is null ? null : optimiser.WithMeans(() => validation.Measure(ended, HasFullSize(ended), cancellation)),
                });
                if (CheckpointPath is not null)
                {
                    Checkpoint.Save(CheckpointPath, network, optimiser, At(epoch + 1, optimiser.Updates), validation);
                }

                progress?.Report(history[^1]);
            }

            optimiser.ExchangeMeans();
            validation?.Restore();
            return history;
        }
        finally
        {
            (network.Steps, network.EncodingSeed) = (steps, encodingSeed);
            SpikingLayer.GradientPrecision = precision;
        }
    }

    private TrainingProgress RunEpoch(
        int epoch, Optimiser optimiser, SilentOutputs? outputs, Pace pace, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var (step, sums, reported) = (0, new StepResult(0, 0, 0, 0), Stopwatch.StartNew());
        bool warmingUp = epoch < WarmUpEpochs;
        foreach (var positions in Batches.Shuffled(data.Count, options.BatchSize, unchecked((ulong)options.Seed), epoch))
        {
            cancellation.ThrowIfCancellationRequested();
            double run = warmingUp ? 0 : (epoch - WarmUpEpochs + step / (double)StepsPerEpoch) / options.Epochs;
            double rate = warmingUp ? options.WarmUp!.LearningRate : options.RateAt(run);
            var robust = warmingUp ? null : options.Robust;
            sums += Step(positions, robust, robust?.Progress(run) ?? 0, rate, optimiser, outputs, epoch);
            step++;
            pace.Count(positions.Length);
            var now = new TrainingProgress
            {
                Epoch = epoch + 1,
                Epochs = options.TotalEpochs,
                Step = step,
                StepsPerEpoch = StepsPerEpoch,
                Loss = sums.Loss / sums.Samples,
                Accuracy = sums.Right / (double)sums.Samples,
                Bounded = sums.Bounded is { } bounded ? bounded / (double)sums.Samples : null,
                Size = robust is null ? 0 : robust.Size(robust.Strength(robust.Progress(run))),
                LearningRate = rate,
                SamplesPerSecond = pace.SamplesPerSecond,
                Remaining = pace.Remaining,
            };
            if (now.EndOfEpoch)
            {
                // New weights need time to learn: none in the last third of the run.
                bool inTime = 3 * (epoch + 1) <= 2 * options.TotalEpochs;
                return now with { RevivedOutputs = outputs?.EndEpoch(inTime, optimiser, Mixed(epoch)) ?? [] };
            }

            if (progress is not null && reported.Elapsed >= ReportInterval)
            {
                reported.Restart();
                progress.Report(now);
            }
        }

        throw new UnreachableException("An epoch has at least one step.");
    }

    private StepResult Step(int[] positions, RobustOptions? robust, double ramp, double rate, Optimiser optimiser, SilentOutputs? outputs, int epoch)
    {
        using var scope = NewDisposeScope();
        var (inputs, labels, indices) = SampleBatch.Load(
            network, data, positions, options.Augmentation is { } changes ? (samples, numbers) => changes.Apply(samples, numbers, Mixed(epoch)) : null);
        network.zero_grad();
        var (logits, natural) = Natural(inputs, labels, indices);
        var loss = natural.Times(robust?.NaturalWeight.At(ramp) ?? 1);
        long? certified = null;
        if (robust is not null && robust.RobustWeight.At(ramp) is > 0 and var weight)
        {
            var (own, bounds) = new RobustObjective(network, robust, options.LogitScale).Of(inputs, labels, indices, ramp, Mixed(epoch));
            loss = loss.Plus(own.Times(weight));
            certified = bounds?.amin([1L]).IsAbove(Guard.Plain).sum().Whole();
        }

        double value = loss.Real();
        if (!double.IsFinite(value))
        {
            throw new TrainingException(
                $"The loss became {value} in epoch {epoch + 1}: lower the learning rate or the limit of the gradient's norm.");
        }

        AutogradNode.Backward(loss);
        optimiser.Update(rate, options.ClipNorm);
        outputs?.See(logits);
        long right = (Margins.Predict(logits.detach()) == labels).sum().Whole();
        return new(value * positions.Length, right, certified, positions.Length);
    }

    private (Tensor Logits, Tensor Loss) Natural(Tensor inputs, Tensor labels, ReadOnlyMemory<long>? indices)
    {
        if (options.Loss is NaturalLoss.CrossEntropy or NaturalLoss.MeanSquare)
        {
            var only = network.forward(inputs, indices);
            return (only, options.Loss == NaturalLoss.MeanSquare ? Losses.MeanSquare(only, labels) : Losses.Natural(only, labels, options.LogitScale));
        }

        var (logits, seen) = Readouts.Watched(() => network.forward(inputs, indices));
        var outputs = seen ?? throw new InvalidOperationException(
            $"{network.Description.Name} does not show what it reads out at every step, which this loss looks at: train it with another loss.");
        return (logits, options.Loss == NaturalLoss.Temporal
            ? Losses.Temporal(outputs, labels, options.LogitScale, options.TemporalWeight, options.TemporalTarget)
            : Losses.MaxMembrane(Readouts.Membranes(outputs, network.Stages.MembraneDecay!.Value, network.Stages.SynapticDecay), labels, options.LogitScale));
    }

    private Position At(int epochs, long updates) => new(
        options, network.Description.ArchitectureHash, $"{whole.Count} samples of {whole.Name} ({whole.Split})", epochs, updates);

    // Whether so many epochs end at the full perturbation.
    private bool HasFullSize(int epochs) =>
        options.Robust is not { } robust || (epochs > WarmUpEpochs && robust.Progress((epochs - WarmUpEpochs) / (double)options.Epochs) >= 1);

    // What a run leaves out depends on the epoch alone, so that it can be taken up at any.
    private void DrawFrom(long seed)
    {
        foreach (var dropout in network.modules().OfType<Dropout>())
        {
            dropout.DrawFrom(seed = unchecked((seed * 0x5DEECE66DL) + 11));
        }
    }

    // Another number for each seed and epoch; those of neighbouring seeds do not overlap.
    private long Mixed(int epoch) => unchecked(options.Seed * 0x5DEECE66DL + epoch + 1);

    private readonly record struct StepResult(double Loss, long Right, long? Bounded, long Samples)
    {
        // A sum in which some steps had no bounds has none: the share would be of other samples than the rest.
        public static StepResult operator +(StepResult sum, StepResult step) => new(
            sum.Loss + step.Loss, sum.Right + step.Right, sum.Bounded + step.Bounded, sum.Samples + step.Samples);
    }
}
