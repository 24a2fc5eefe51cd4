namespace SnnDsl.Verification.Bounds;

/// <content>Layers whose spikes come back: their neurons go together, step by step.</content>
internal sealed partial class BackwardWalk<T>
{
    // From the last step to the first: what the currents of a step weigh comes back to the spikes of the step before.
    private void RelaxTogether(StageBounds<T> stage, T[][] coefficients, T[][]? onSpikes)
    {
        int last = coefficients.Length - 1;
        EquationWalk<T>[] walks = [.. Enumerable.Range(0, stage.Stage.Width).Select(neuron => new EquationWalk<T>(stage, stage.States!, neuron))];
        for (int t = last; t >= 0; t--)
        {
            T[]? spikes = t == last ? onSpikes?[t] : WithBack(stage, t, coefficients[t + 1], onSpikes?[t]);
            for (int neuron = 0; neuron < walks.Length; neuron++)
            {
                T joins = default;
                walks[neuron].Step(t, coefficients, spikes?[neuron], ref joins);
                Add(joins);
            }
        }
    }

    // Coefficients on the spikes of a step, with those that the currents of the next one have through what comes back.
    private T[] WithBack(StageBounds<T> stage, int t, T[] onCurrents, T[]? onSpikes)
    {
        T[] back = onCurrents;
        for (int neuron = 0; neuron < back.Length; neuron++)
        {
            Pay(T.Above(T.Abs(back[neuron]) * stage.BackError(t + 1, neuron)));
        }

        PullBack(new([stage.Stage.Recurrence!]), [stage.Back[t + 1]!], ref back);
        for (int neuron = 0; onSpikes is not null && neuron < back.Length; neuron++)
        {
            // A spike is at most 1: what their sum loses weighs no more than itself.
            Pay(T.Above(T.Lost(2) * T.Above(T.Abs(back[neuron]) + T.Abs(onSpikes[neuron]))));
            back[neuron] += onSpikes[neuron];
        }

        return back;
    }
}
