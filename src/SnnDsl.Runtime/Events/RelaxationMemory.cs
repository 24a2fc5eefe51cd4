using SnnDsl.Hardware;

namespace SnnDsl.Events;

/// <summary>Working memory of one thread: for each stage, membranes, live bits, and a few rows of coefficients.</summary>
internal sealed unsafe class RelaxationMemory : IDisposable
{
    private readonly Workspace workspace;

    /// <summary>Rents what a plan needs.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="gradients">Whether gradients are wanted too.</param>
    public RelaxationMemory(RelaxationPlan plan, bool gradients)
    {
        const int rows = RelaxationPlan.Together;
        long steps = plan.Steps;
        long each = plan.Stages.Sum(stage => stage.Neurons * steps);
        long widest = plan.Stages.Max(stage => stage.Neurons * steps);
        long words = plan.Stages.Sum(stage => stage.Words * steps);
        int stages = plan.Stages.Count;
        workspace = Workspace.Rent(
            (2 + 2 * rows) * each + 2 * words + 2 * widest + (gradients ? (2 + 2 * rows) * each : 0), 9 * stages + 2);
        Stages = new Stage[stages];
        Spikes = workspace.Floats(2 * widest);
        for (int i = 0; i < stages; i++)
        {
            long size = plan.Stages[i].Neurons * steps;
            var stage = new Stage
            {
                Lower = workspace.Floats(size),
                Upper = workspace.Floats(size),
                Live = workspace.Words(plan.Stages[i].Words * steps),
                OnSpikes = workspace.Floats(rows * size),
                OnCurrents = workspace.Floats(rows * size),
            };
            if (gradients)
            {
                stage.LowerGradients = workspace.Floats(size);
                stage.UpperGradients = workspace.Floats(size);
                stage.OnSpikesGradients = workspace.Floats(rows * size);
                stage.OnCurrentsGradients = workspace.Floats(rows * size);
            }

            Stages[i] = stage;
        }
    }

    /// <summary>Room for lower and upper spikes of any stage.</summary>
    public float* Spikes { get; }

    /// <summary>The stages' memory.</summary>
    public Stage[] Stages { get; }

    /// <inheritdoc/>
    public void Dispose() => workspace.Dispose();

    /// <summary>One stage's memory: membranes [T, N], live bits [T, words] and whether they are many, coefficients [T, rows, N].</summary>
    internal struct Stage
    {
        public float* Lower;
        public float* Upper;
        public ulong* Live;
        public float* OnSpikes;
        public float* OnCurrents;
        public bool IsDense;
        public float* LowerGradients;
        public float* UpperGradients;
        public float* OnSpikesGradients;
        public float* OnCurrentsGradients;
    }
}
