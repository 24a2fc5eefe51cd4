using System.Globalization;
using System.Runtime.InteropServices;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;
using SnnDsl.Verification.Proofs;

namespace SnnDsl.Verification.Tests;

/// <summary>Proofs with random splits and random slopes: nobody's search would write them, but what follows from them must hold.</summary>
internal static class RandomProof
{
    /// <summary>The JSON of a margin.</summary>
    /// <param name="network">The network.</param>
    /// <param name="random">What is drawn from.</param>
    /// <param name="patterns">Whether it may speak of trains without periods, as proofs of the float32 network may not.</param>
    public static string Of<T>(Network<T> network, Random random, bool patterns)
        where T : struct, IReal<T>
    {
        var lists = Enumerable.Range(0, network.Stages.Count).Select(layer =>
        {
            bool trains = layer == 0 && network.HasConstantInput && random.Next(2) == 0;
            int[] neurons = [.. Enumerable.Range(0, network.Stages[layer].Width).Where(_ => random.Next(3) > 0)];
            return (Trains: trains, Neurons: neurons);
        }).ToList();
        string layers = string.Join(',', lists.Select((list, layer) =>
            $$"""{"layer":{{layer}},"trains":{{(list.Trains ? "true" : "false")}},"neurons":[{{string.Join(',', list.Neurons)}}]}"""));
        int slopes = lists.Sum(list => list.Neurons.Length * (list.Trains ? 1 : network.Steps));
        return $$"""{"layers":[{{layers}}],"tree":{{Node(network, lists[0].Trains && patterns, random, slopes, depth: 3)}}}""";
    }

    /// <summary>A proof's file with one such margin.</summary>
    /// <param name="margin">The JSON of the margin.</param>
    /// <param name="own">The class.</param>
    /// <param name="rival">The rival.</param>
    public static ProofFile File(string margin, int own, int rival) => ProofFile.Of(
        System.Text.Encoding.UTF8.GetBytes($$"""{"format":"snndsl-proof-1","label":{{own}},"margins":[{"rival":{{rival}},"bound":0,{{margin[1..]}}]}"""), own);

    private static string Node<T>(Network<T> network, bool trains, Random random, int slopes, int depth)
        where T : struct, IReal<T>
    {
        if (depth == 0)
        {
            return random.Next(4) switch
            {
                0 => """{"leaf":"counts"}""",
                1 => """{"leaf":"empty"}""",
                _ => $$"""{"leaf":"lines","slopes":"{{Slopes(random, slopes)}}"}""",
            };
        }

        string Below(string name) => $"\"{name}\":{Node(network, trains, random, slopes, depth - 1)}";
        int layer = random.Next(network.Stages.Count);
        string spike = $"\"spike\":[{layer},{random.Next(network.Steps)},{random.Next(network.Stages[layer].Width)}],{Below("silent")},{Below("fires")}";
        string pixel = string.Create(CultureInfo.InvariantCulture, $"\"pixel\":[{random.Next(network.Inputs)},{random.NextSingle()}],{Below("below")},{Below("above")}");
        string entry = $"\"entry\":[{random.Next(network.Steps)},{random.Next(network.Inputs)}],{Below("kept")},{Below("flipped")}";
        string train = $"\"train\":[{random.Next(network.Stages[0].Width)},{1 + random.Next(network.Steps)}],{Below("within")},{Below("beyond")}";
        string word = string.Concat(Enumerable.Range(0, network.Steps).Select(_ => random.Next(2)));
        string pattern = $"\"pattern\":[{random.Next(network.Stages[0].Width)},\"{word}\"],{Below("atLeast")},{Below("less")}";
        bool periodic = network.Stages[0].Neurons.HavePeriods;
        string node = random.Next(3) switch
        {
            0 => spike,
            1 when network.HasConstantInput && periodic => train,
            1 when network.HasConstantInput && trains => pattern,
            _ => network.Encoding == Encoding.Spikes ? entry : pixel,
        };
        return $"{{{node}}}";
    }

    private static string Slopes(Random random, int count)
    {
        float[] slopes = [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * (random.Next(5) == 0 ? 10 : 0.5f))];
        return Convert.ToBase64String(MemoryMarshal.AsBytes<float>(slopes));
    }
}
