using SnnDsl.Hardware;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Events;

/// <summary>What a <see cref="RoundedWalk"/> has to do.</summary>
/// <param name="Layers">From the last spiking layer to the first.</param>
/// <param name="Maps">The map that leads to each; the last one's leads from the inputs, and is null without a <paramref name="Box"/>.</param>
/// <param name="Rule">Which lines.</param>
/// <param name="Steps">T.</param>
/// <param name="Rows">K.</param>
/// <param name="Trains">The first layer's lines of whole trains; null for a line for each step.</param>
/// <param name="Box">The box of the inputs, both ends of each sample, [B, 2, inputs] in float32 and the map's order; null where the walk
/// ends on the first currents.</param>
internal sealed record RoundedPlan(
    IReadOnlyList<RoundedLayer> Layers, IReadOnlyList<RoundedMap?> Maps, RelaxationRule Rule, int Steps, int Rows, TrainKernel? Trains, Tensor? Box)
{
    /// <summary>The layers as the event-driven walk sees them.</summary>
    public IReadOnlyList<RelaxationStage> Stages { get; } =
        [.. Layers.Select(layer => new RelaxationStage(layer.Kernel, layer.Neurons, layer.Channels, layer.IsConstant, null, null, null))];

    /// <summary>B.</summary>
    public long Samples => Layers[0].Samples;

    /// <summary>Values that one sample touches.</summary>
    public long Work => Stages.Sum(stage => (long)stage.Neurons) * Steps * Rows;

    /// <summary>Terms that a row's constant adds up at most.</summary>
    public double Terms => (4.0 * Steps * Stages.Sum(stage => (double)stage.Neurons)) + (Maps[^1]?.Map.Inputs ?? 0);
}

/// <summary>Working memory of one thread.</summary>
internal sealed unsafe class RoundedMemory : IDisposable
{
    private readonly Workspace workspace;

    /// <summary>Rents what a plan needs.</summary>
    /// <param name="plan">The plan.</param>
    public RoundedMemory(RoundedPlan plan)
    {
        const int rows = RelaxationPlan.Together;
        long each = plan.Stages.Sum(stage => (long)stage.Neurons * plan.Steps), words = plan.Stages.Sum(stage => (long)stage.Words * plan.Steps);
        long lines = plan.Stages.Sum(stage => RoundedLines.Room(plan.Steps, stage.Neurons));
        workspace = Workspace.Rent((2 + 2 * rows) * each + 2 * words + lines, (5 + RoundedLines.Pieces) * plan.Stages.Count);
        Stages = [.. plan.Stages.Select((stage, i) =>
        {
            long size = (long)stage.Neurons * plan.Steps;
            bool hasTrains = i == plan.Stages.Count - 1 && plan.Trains is not null;
            return new Stage
            {
                Lower = workspace.Floats(size),
                Upper = workspace.Floats(size),
                Live = workspace.Words((long)stage.Words * plan.Steps),
                OnSpikes = workspace.Floats(rows * size),
                OnCurrents = workspace.Floats(rows * size),
                Lines = hasTrains ? null : new(workspace, stage.Kernel.Parameters, plan.Steps, stage.Neurons, rows * stage.Neurons),
            };
        })];
    }

    /// <summary>The layers' memory.</summary>
    public Stage[] Stages { get; }

    /// <inheritdoc/>
    public void Dispose() => workspace.Dispose();

    /// <summary>One layer's: membranes [T, N], live bits [T, words] and whether they are many, coefficients [T, rows, N] and their lines.</summary>
    internal sealed class Stage
    {
        public float* Lower;
        public float* Upper;
        public ulong* Live;
        public float* OnSpikes;
        public float* OnCurrents;
        public bool IsDense;
        public RoundedLines? Lines;
    }
}
