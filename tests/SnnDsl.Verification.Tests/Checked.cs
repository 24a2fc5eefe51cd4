using SnnDsl.Evaluation.Records;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using SnnDsl.Verification.Inputs;
using SnnDsl.Verification.Networks;
using static TorchSharp.torch;

// The engine is chosen for the whole process, and torch's threads are shared: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace SnnDsl.Verification.Tests;

/// <summary>A network under test, seen by the verifier.</summary>
internal sealed class Checked<T>(SpikingModule module)
    where T : struct, IReal<T>
{
    public Network<T> Network { get; } = Network<T>.Build(
        Architecture.Read(module.Description.Architecture),
        module.state_dict().ToDictionary(pair => pair.Key, pair => Numbers(pair.Value)),
        module.Steps);

    /// <summary>The bounds of one sample.</summary>
    public MarginBounds<T> Bounds(Perturbation perturbation, Tensor inputs, int sample, PassOptions? options = null, long? index = null, string box = RecordedBox.Enclosing) => new(
        Network, Set(perturbation, inputs, sample, index, box), options ?? new PassOptions());

    /// <summary>The set of one sample; its index in its data set is its place in the batch unless it is given.</summary>
    public IInputSet<T> Set(Perturbation perturbation, Tensor inputs, int sample, long? index = null, string box = RecordedBox.Enclosing) =>
        InputSets.Of(Network, perturbation.Record(perturbation is BoxPerturbation ? box : null), Sample(inputs, sample), module.EncodingSeed, index ?? sample);

    /// <summary>The sample's margins' bounds, rivals in ascending order.</summary>
    public double[] Margins(int label, Func<int, int, T> bound) =>
        [.. Enumerable.Range(0, Network.Classes).Where(rival => rival != label).Select(rival => bound(label, rival).ToDouble())];

    private float[][] Sample(Tensor inputs, int sample) => Network.Encoding == Encoding.Spikes
        ? [.. Enumerable.Range(0, (int)inputs.shape[0]).Select(t => Numbers(inputs[t, sample]))]
        : [Numbers(inputs[sample])];

    private static float[] Numbers(Tensor tensor) => tensor.detach().cpu().to(float32).contiguous().flatten().data<float>().ToArray();
}
