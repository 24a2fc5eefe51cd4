using SnnDsl.Bounds;
using SnnDsl.Encoders;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Networks;

/// <summary>
/// The base of every emitted network: a TorchSharp module from inputs to logits, with sound bounds of its margins. No state survives a
/// call: there is nothing to reset.
/// </summary>
public abstract class SpikingModule : nn.Module<Tensor, Tensor>, IDeployedNetwork
{
    private int steps;

    static SpikingModule() => NativeHeap.Keep();

    /// <summary>Creates the network.</summary>
    /// <param name="description">What the compiler knows of it.</param>
    /// <exception cref="NotSupportedException">libtorch cannot be loaded; the message says which package to add.</exception>
    protected SpikingModule(NetworkDescription description)
        : base(NameOf(description))
    {
        Description = description;
        steps = description.TimeSteps;
    }

    /// <summary>What the compiler knows of the network.</summary>
    public NetworkDescription Description { get; }

    /// <summary>
    /// T, the number of time steps that the network runs for; the declared number unless set. Training may use fewer, but a certificate
    /// is for the T that is deployed.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set below 1.</exception>
    public int Steps
    {
        get => steps;
        set => steps = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"The number of time steps is {value}, but it must be at least 1.");
    }

    /// <summary>What the network takes, without the network: what perturbations are applied to.</summary>
    public NetworkInput Input => new(Description.Name, Description.Encoding, Description.InputShape, Steps, EncodingSeed);

    /// <summary>What a network takes.</summary>
    /// <param name="network">The network.</param>
    public static implicit operator NetworkInput(SpikingModule network) => network.Input;

    /// <summary>The network as data, for what walks through any network: the maps with their current weights, the neurons, the readout.</summary>
    public abstract NetworkStages Stages { get; }

    /// <summary>What the network has learned, by its layers: <c>network.Weights["fc1"].Weight</c>. <c>state_dict()</c> has the same tensors as one flat list.</summary>
    public NetworkWeights Weights => new(this);

    /// <summary>
    /// The seed of Poisson encoding: with a sample's index it names the draw that its certificate holds for. It stays as it is from call to
    /// call, and so does the noise: the sample at one place of a batch meets the same noise in every batch. Training by a loop of your own
    /// calls <see cref="DrawAnew"/> before every step, or gives the samples' indices; <c>Trainer</c> takes another seed each epoch.
    /// </summary>
    public long EncodingSeed { get; set; }

    /// <summary>
    /// Moves <see cref="EncodingSeed"/> on, so that Poisson encoding draws other noise from now on: for training. The seeds form a fixed
    /// sequence. Set <see cref="EncodingSeed"/> back to what is deployed before certifying.
    /// </summary>
    public void DrawAnew() => EncodingSeed = unchecked((long)new Data.SplitMix64((ulong)EncodingSeed).Next());

    /// <summary>The logits of a batch.</summary>
    /// <remarks>
    /// Under Poisson encoding the sample at place i of the batch gets the noise of index i, the same in every call: give the samples' indices,
    /// or call <see cref="DrawAnew"/> between the steps of a training loop.
    /// </remarks>
    /// <param name="input">Pixels [B, ...] in [0, 1], or event frames [T, B, ...] for the spikes encoding.</param>
    /// <returns>[B, classes].</returns>
    /// <exception cref="ArgumentException">The shape does not fit the declared input, or the type is another than the weights'.</exception>
    public override Tensor forward(Tensor input) => forward(input, null);

    /// <summary>The logits of a batch whose samples have given indices in their data set; Poisson noise depends on them.</summary>
    /// <param name="input">Pixels [B, ...] in [0, 1], or event frames [T, B, ...] for the spikes encoding.</param>
    /// <param name="indices">B indices, or null for 0..B-1.</param>
    /// <returns>[B, classes].</returns>
    /// <exception cref="ArgumentException">The shape does not fit the declared input, or the type is another than the weights'.</exception>
    public Tensor forward(Tensor input, ReadOnlyMemory<long>? indices)
    {
        CheckType(input);
        return Simulate(Encode(input, indices));
    }

    /// <summary>Runs the network and keeps what is inside: currents, membranes and spikes of every layer at every step. No gradients are kept.</summary>
    /// <param name="input">Pixels [B, ...] in [0, 1], or event frames [T, B, ...] for the spikes encoding.</param>
    /// <param name="indices">B indices for Poisson noise, or null for 0..B-1.</param>
    /// <returns>The trace; dispose it. It takes some 12 bytes for each neuron, step and sample.</returns>
    /// <exception cref="ArgumentException">The shape does not fit the declared input, or the type is another than the weights'.</exception>
    public NetworkTrace Trace(Tensor input, ReadOnlyMemory<long>? indices = null)
    {
        CheckType(input);
        using var deployed = InMode(training: false);
        return NetworkTrace.Of(this, Encode(input, indices));
    }

    /// <summary>What the first layer sees: the pixels [B, ...] under direct encoding, else spikes [T, B, ...].</summary>
    /// <param name="input">Pixels [B, ...], or event frames [T', B, ...] with T' &gt;= T, of which the first T are used.</param>
    /// <param name="indices">B indices, or null for 0..B-1.</param>
    /// <exception cref="ArgumentException">The shape does not fit the declared input.</exception>
    public Tensor Encode(Tensor input, ReadOnlyMemory<long>? indices) => Input.Encode(input, indices);

    /// <summary>The draw of noise that Poisson encoding uses for a batch, [T, B, ...].</summary>
    /// <param name="pixels">[B, ...].</param>
    /// <param name="indices">B indices, or null for 0..B-1.</param>
    public Tensor Noise(Tensor pixels, ReadOnlyMemory<long>? indices) => Input.Noise(pixels, indices);

    /// <summary>Sound lower bounds of all margins over a set of perturbed inputs.</summary>
    /// <param name="input">The set, from <see cref="Perturbation.Apply"/>.</param>
    /// <param name="labels">The classes whose margins are bounded, int64 [B].</param>
    /// <param name="method">How.</param>
    /// <returns>Lower bounds of logit_y - logit_j for the rivals j in ascending order, [B, classes - 1].</returns>
    public Tensor BoundMargins(IPerturbedInput input, Tensor labels, BoundMethod method) =>
        BoundMargins(input, labels, method, PropagateIntervals(input));

    /// <summary>Sound lower bounds of all margins over a set of perturbed inputs, from intermediate bounds that are known.</summary>
    /// <param name="input">The set, from <see cref="Perturbation.Apply"/>.</param>
    /// <param name="labels">The classes whose margins are bounded, int64 [B].</param>
    /// <param name="method">How.</param>
    /// <param name="intervals">Bounds of every membrane over the set, from <see cref="BoundMembranes"/> or tighter.</param>
    /// <returns>Lower bounds of logit_y - logit_j for the rivals j in ascending order, [B, classes - 1].</returns>
    public Tensor BoundMargins(IPerturbedInput input, Tensor labels, BoundMethod method, NetworkIntervals intervals)
    {
        var rows = Margins.Rows(labels, Description.Classes, intervals.Spikes.Lower.dtype);
        if (method is not (BoundMethod.SIbp or BoundMethod.SIbpCounts))
        {
            return PropagateBack(input, OnLogits(rows, intervals.Membranes, method)).Lower;
        }

        return Description.ReadsSpikes
            ? method == BoundMethod.SIbp ? Margins.FromSpikes(intervals.Spikes, labels) : Margins.FromCounts(intervals.Counts, labels, Steps)
            : BoundOutputs(input, OnLogits(rows, intervals.Membranes, method), intervals);
    }

    /// <summary>Interval bounds of every membrane, and of the last spiking layer's spikes.</summary>
    /// <param name="input">The set of perturbed inputs.</param>
    public NetworkIntervals BoundMembranes(IPerturbedInput input) => PropagateIntervals(input);

    /// <summary>A lower bound of any rows over logits or over any layer's membranes, by linear relaxation.</summary>
    /// <param name="input">The set of perturbed inputs.</param>
    /// <param name="query">Where the rows start, and which lines they are carried through.</param>
    /// <returns>Bounds, and the coefficients on the input.</returns>
    public LinearBound BoundRows(IPerturbedInput input, LinearQuery query) => PropagateBack(input, query);

    /// <summary>
    /// How far a layer's membranes may lie from their recursion, where bounds are for the network as it runs; null where they are for exact
    /// arithmetic.
    /// </summary>
    /// <param name="input">The set of perturbed inputs.</param>
    /// <param name="membranes">Bounds of the membranes of the layers before, each [T, B, ...].</param>
    /// <param name="layer">The spiking layer's index.</param>
    /// <param name="steps">How many steps count.</param>
    internal virtual MembraneError? ErrorOf(IPerturbedInput input, IReadOnlyList<Interval> membranes, int layer, int steps) => null;

    /// <summary>Whether the network does something else in training: it has batch normalisation or dropout.</summary>
    internal bool TrainsOtherwise => modules().Any(module => module is BatchNorm or Dropout);

    /// <summary>Puts the network into a mode until the result is disposed of.</summary>
    /// <param name="training">Whether it trains, as by <c>train()</c>, or is as deployed, as by <c>eval()</c>.</param>
    internal IDisposable InMode(bool training) => new ModeScope(this, training);

    /// <summary>Runs the network on encoded input, for views of it.</summary>
    /// <param name="encoded">As <see cref="Encode"/> gives it.</param>
    internal Tensor Run(Tensor encoded) => Simulate(encoded);

    /// <inheritdoc/>
    IReadOnlyDictionary<string, Tensor> IDeployedNetwork.Weights => state_dict();

    /// <inheritdoc/>
    Tensor IDeployedNetwork.Deployed(Tensor input, ReadOnlyMemory<long>? indices)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var deployed = InMode(training: false);
        var weight = parameters().First();
        return forward(input.to(weight.dtype).to(weight.device), indices).MoveToOuterDisposeScope();
    }

    /// <summary>Makes the weights of all fields known to torch, by their fields' names: the end of every network's constructor.</summary>
    /// <exception cref="InvalidOperationException">A layer has other parameters than it was declared with.</exception>
    protected override void RegisterComponents()
    {
        base.RegisterComponents();
        var found = named_parameters().ToLookup(entry => entry.name[..Math.Max(0, entry.name.IndexOf('.'))], entry => entry.parameter.numel());
        var lost = Description.Layers.Where(layer => layer.Parameters > 0 && found[layer.Name].Sum() != layer.Parameters).ToList();
        if (lost.Count > 0)
        {
            throw new InvalidOperationException(
                $"{GetType().Name} declares {lost.Sum(layer => layer.Parameters)} parameters in {string.Join(", ", lost.Select(layer => layer.Name))}, but holds "
                + $"{lost.Sum(layer => found[layer.Name].Sum())}: trimming or Native AOT took its fields away; build it with the SnnDsl.Generator of this version, which keeps them.");
        }
    }

    /// <summary>Runs the network on encoded input.</summary>
    /// <remarks>
    /// Under Poisson encoding the input is spikes that are drawn already, by <see cref="Encode"/>: the sample at one place of a batch meets the
    /// same noise in every batch, until <see cref="DrawAnew"/> or other indices.
    /// </remarks>
    /// <param name="input">[B, ...] under direct encoding, else [T, B, ...].</param>
    /// <returns>Logits [B, classes].</returns>
    protected abstract Tensor Simulate(Tensor input);

    /// <summary>Intervals through all layers (S-IBP).</summary>
    /// <param name="input">The set of perturbed inputs.</param>
    protected abstract NetworkIntervals PropagateIntervals(IPerturbedInput input);

    /// <summary>A linear form on the logits as one on the last spiking layer's spikes.</summary>
    /// <param name="query">The query; its rows weigh the logits.</param>
    protected abstract LinearForm ReadOut(LinearQuery query);

    /// <summary>Linear relaxation backwards through all layers (S-CROWN).</summary>
    /// <param name="input">The set of perturbed inputs.</param>
    /// <param name="query">Where the rows start, and which lines they are carried through.</param>
    protected abstract LinearBound PropagateBack(IPerturbedInput input, LinearQuery query);

    /// <summary>Lower bounds of rows over logits that are no firing rates, with nothing known of spikes but their bounds, [B, K].</summary>
    /// <param name="input">The set of perturbed inputs.</param>
    /// <param name="query">The rows.</param>
    /// <param name="intervals">The bounds.</param>
    private protected virtual Tensor BoundOutputs(IPerturbedInput input, LinearQuery query, NetworkIntervals intervals) =>
        ReadOut(query).Concretise(new BoxInput(intervals.Spikes, hasTime: true)).Lower;

    private sealed class ModeScope : IDisposable
    {
        private readonly SpikingModule network;
        private readonly bool before;

        public ModeScope(SpikingModule network, bool training)
        {
            (this.network, before) = (network, network.training);
            network.train(training);
        }

        public void Dispose() => network.train(before);
    }

    // Before torch is touched for the first time, which without libtorch fails in a worse way.
    private static string NameOf(NetworkDescription description)
    {
        LibTorch.Require();
        return description.Name;
    }

    private LinearQuery OnLogits(Tensor rows, IReadOnlyList<Interval> membranes, BoundMethod method) => new()
    {
        Layer = membranes.Count,
        Rows = rows,
        Steps = Steps,
        Membranes = membranes,
        Rule = method == BoundMethod.SCrownPaper ? RelaxationRule.Paper : RelaxationRule.Joint,
        Trains = method == BoundMethod.SCrownTrains,
    };

    // float32 is what networks are made in, and what inputs mostly are: to ask the parameters costs more than the rest of the check.
    private void CheckType(Tensor input)
    {
        if (input.dtype != ScalarType.Float32 && parameters().FirstOrDefault() is { } weight && weight.dtype != input.dtype)
        {
            throw new ArgumentException(
                $"{Description.Name} runs in {weight.dtype}, but its input is {input.dtype}: convert it, to(ScalarType.{weight.dtype}), and divide the bytes of an image by 255.",
                nameof(input));
        }
    }
}
