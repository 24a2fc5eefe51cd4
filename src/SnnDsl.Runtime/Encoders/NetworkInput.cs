using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Encoders;

/// <summary>
/// What a network takes, without the network: how inputs are shaped and encoded, for how many steps, and which draw Poisson encoding uses.
/// A network is one where this is asked for (<c>perturbation.Apply(network, inputs)</c>).
/// </summary>
/// <param name="Name">The network's name, for messages.</param>
/// <param name="Encoding">How inputs are encoded.</param>
/// <param name="Shape">The shape of one sample, without batch and time.</param>
/// <param name="Steps">T, the number of time steps.</param>
/// <param name="Seed">The seed of Poisson encoding.</param>
public readonly record struct NetworkInput(string Name, Encoding Encoding, IReadOnlyList<long> Shape, int Steps, long Seed)
{
    /// <summary>What the first layer sees: the pixels [B, ...] under direct encoding, else spikes [T, B, ...].</summary>
    /// <param name="input">Pixels [B, ...], or event frames [T', B, ...] with T' &gt;= T, of which the first T are used.</param>
    /// <param name="indices">B indices, or null for 0..B-1.</param>
    /// <exception cref="ArgumentException">The shape does not fit the declared input.</exception>
    public Tensor Encode(Tensor input, ReadOnlyMemory<long>? indices)
    {
        CheckShape(input);
        return Encoding switch
        {
            Encoding.Direct => input,
            Encoding.Poisson => PoissonEncoder.Encode(input, Noise(input, indices)),
            _ => input.size(0) == Steps ? input : input.narrow(0, 0, Steps),
        };
    }

    /// <summary>The draw of noise that Poisson encoding uses for a batch, [T, B, ...].</summary>
    /// <param name="pixels">[B, ...].</param>
    /// <param name="indices">B indices, or null for 0..B-1.</param>
    public Tensor Noise(Tensor pixels, ReadOnlyMemory<long>? indices) =>
        CounterNoise.Uniform(Seed, indices, pixels.size(0), Steps, pixels.shape[1..]).to(pixels.dtype).to(pixels.device);

    private void CheckShape(Tensor input)
    {
        int leading = Encoding == Encoding.Spikes ? 2 : 1;
        if (input.dim() != leading + Shape.Count || !input.Sizes().Skip(leading).SequenceEqual(Shape))
        {
            string expected = (leading == 2 ? "T x B x " : "B x ") + string.Join('x', Shape);
            throw new ArgumentException($"{Name} takes inputs of shape {expected}, but got {string.Join('x', input.shape)}.", nameof(input));
        }

        if (leading == 2 && input.size(0) < Steps)
        {
            throw new ArgumentException(
                $"{Name} runs for {Steps} steps, but the recording has only {input.size(0)} frames: bin it into at least {Steps}.",
                nameof(input));
        }
    }
}
