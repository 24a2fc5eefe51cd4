using System.Security.Cryptography;
using SnnDsl.Data;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests;

public sealed class OwnDataTests
{
    [Fact]
    public void TensorsBecomeSamplesAsTheyAre()
    {
        using Tensor inputs = rand(5, 2, 3, 4), labels = tensor(new[] { 0L, 2, 1, 2, 0 });
        Dataset data = Dataset.FromTensors(inputs, labels, "mine", "train");
        Assert.Equal(("mine", "train", 5, 3, false), (data.Name, data.Split, data.Count, data.Classes, data.IsEmbedded));
        Assert.Equal([2, 3, 4], data.InputShape);
        using Tensor batch = data.Inputs(3, 0), expected = inputs.index_select(0, tensor(new[] { 3L, 0 }));
        Assert.True(batch.equal(expected).all().item<bool>());
        Assert.Equal([2L, 0], data.LabelsAt(3, 0).data<long>());
        Assert.Equal([0L, 1, 2, 3, 4], data.Indices);
        float[] row = inputs[3].contiguous().data<float>().ToArray();
        var bytes = new byte[row.Length * 4];
        Buffer.BlockCopy(row, 0, bytes, 0, bytes.Length);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), data.InputHash(3));
    }

    [Fact]
    public void ClassesHaveNames()
    {
        using Tensor inputs = rand(3, 2), labels = tensor(new[] { 0L, 1, 1 });
        Dataset data = Dataset.FromTensors(inputs, labels, "valves"), named = data.With(classNames: ["open", "shut"]);
        Assert.Null(data.ClassNames);
        Assert.Equal(["open", "shut"], named.Select([2, 0]).With(name: "others").ClassNames);
        Assert.Equal("valves has 2 classes, but 3 names are given for them: give each one.", Refused("open", "shut", "stuck"));
        Assert.Equal("The name of class 1 of valves is empty: give it one.", Refused("open", " "));

        Assert.Equal("The name of class 0 of valves holds the control character U+000A: leave it out.", Refused("op\nen", "shut"));
        Assert.All(["\0", "\t", "\u001b[31m", "\u007f", "\u0085", "\u2028", "\u202e", "\u2066", "\uffff"], bad => Assert.Contains("control character U+", Refused("open", $"shut{bad}"), StringComparison.Ordinal));
        // Letters of any script are names, and what joins emoji into one is no control.
        string[] fine = ["\u05e9\u05dc\u05d5\u05dd", "\U0001F469\u200D\U0001F467"];
        Assert.Equal(fine, data.With(classNames: fine).ClassNames);

        string Refused(params string[] names) => Assert.Throws<ArgumentException>(() => data.With(classNames: names)).Message.Split(" (Parameter")[0];
    }

    [Fact]
    public void NamesAreCopied()
    {
        using Tensor inputs = rand(2, 2), labels = tensor(new[] { 0L, 1 });
        List<string> names = ["open", "shut"];
        Dataset data = Dataset.FromTensors(inputs, labels).With(classNames: names);
        (names[0], names[1]) = ("a", "b");
        names.Add("c");
        Assert.Equal(["open", "shut"], data.ClassNames);
    }

    /// <summary>A split may lack classes: how many there are can be said, but not fewer than its labels, nor others than have names.</summary>
    [Fact]
    public void ClassesThatASplitLacksAreClasses()
    {
        using Tensor inputs = rand(3, 2), labels = tensor(new[] { 0L, 2, 1 });
        Dataset data = Dataset.FromTensors(inputs, labels, "valves"), more = data.With(classes: 4, classNames: ["a", "b", "c", "d"]);
        Assert.Equal((3, 4, 4), (data.Classes, more.Classes, more.Select([0]).Classes));
        Assert.Equal("Sample 1 of valves is of class 2, but 2 classes are asked for, from 0 on: ask for as many as there are.", Refused(() => data.With(classes: 2)));
        Assert.Equal("valves has 3 classes, but 4 names are given for them: give each one.", Refused(() => more.With(classes: 3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Take(0).With(classes: -1));

        static string Refused(Func<Dataset> made) => Assert.Throws<ArgumentException>(made).Message.Split(" (Parameter")[0];
    }

    [Fact]
    public void TheyAreCopiedWhateverTheirStrides()
    {
        using Tensor inputs = rand(4, 6).t(), labels = zeros(6, ScalarType.Int32);
        float first = inputs[0, 3].item<float>();
        Dataset data = Dataset.FromTensors(inputs, labels);
        inputs.zero_();
        using Tensor batch = data.Inputs(0);
        Assert.Equal([1, 4], batch.shape);
        Assert.Equal(first, batch[0, 3].item<float>());
    }

    [Fact]
    public void BytesAreDividedBy255()
    {
        using Tensor inputs = arange(0, 256, ScalarType.Byte).reshape(2, 128), labels = tensor(new byte[] { 0, 1 });
        using Tensor batch = Dataset.FromTensors(inputs, labels).Inputs(0, 1);
        Assert.Equal(Enumerable.Range(0, 256).Select(i => i / 255f), batch.data<float>());
    }

    [Theory]
    [InlineData(ScalarType.Bool)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Float32)]
    public void SpikesKeepTheirPlaces(ScalarType type)
    {
        // Seven cells a step: frames end within a byte.
        using Tensor spikes = (rand(3, 5, 7) < 0.4).to(type), labels = tensor(new[] { 1L, 0, 1 });
        Dataset data = Dataset.FromSpikes(spikes, labels, split: "test");
        Assert.Equal([5, 7], data.InputShape);
        using Tensor batch = data.Inputs(2, 0, 1), expected = spikes.to(ScalarType.Float32).index_select(0, tensor(new[] { 2L, 0, 1 })).transpose(0, 1);
        Assert.Equal([5, 3, 7], batch.shape);
        Assert.True(batch.equal(expected).all().item<bool>());
        Assert.Equal(3, Enumerable.Range(0, 3).Select(data.InputHash).Distinct().Count());
    }

    [Fact]
    public void EventsFallIntoTheBinsThatAreStated()
    {
        EventSample[] samples =
        [
            new([new(100, 0), new(149, 1), new(150, 2), new(199, 3), new(200, 0)], 0),
            new([new(-5, 1), new(120, 1), new(120, 1), new(200, 2)], 1),
            new([], 1),
        ];
        using Tensor whole = Dataset.FromEvents(samples, [4], steps: 2).Inputs(0, 1, 2);
        // From 100 to 200: the middle, 150, begins the second bin; the last event lies on its end.
        Assert.Equal([1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, /* second step */ 1, 0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0], whole.data<float>());
        using Tensor window = Dataset.FromEvents(samples, [2, 2, 1], steps: 2, window: new(100, 200)).Inputs(0, 1, 2);
        Assert.Equal([2, 3, 2, 2, 1], window.shape);
        Assert.Equal([1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, /* second step */ 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0], window.data<float>());
    }

    [Fact]
    public void BinsAreExactForTimesOfAnySize()
    {
        var random = new Random(3);
        for (int i = 0; i < 2000; i++)
        {
            int steps = random.Next(1, 60);
            long length = random.NextInt64(1, 1L << random.Next(1, 62)), offset = random.NextInt64(0, length + 1);
            var exact = System.Numerics.BigInteger.Min(steps - 1, (System.Numerics.BigInteger)offset * steps / length);
            Assert.Equal((int)exact, new SpikeFrames(steps, [1]).StepOf(offset, length));
        }
    }

    public static TheoryData<string, Func<Dataset>> Misfits => new()
    {
        { "3 inputs but 2 labels", () => Dataset.FromTensors(rand(3, 2), zeros(2, ScalarType.Int64)) },
        { "Inputs are Float64", () => Dataset.FromTensors(rand(3, 2, ScalarType.Float64), zeros(3, ScalarType.Int64)) },
        { "Labels are Float32", () => Dataset.FromTensors(rand(3, 2), zeros(3)) },
        { "give [N]", () => Dataset.FromTensors(rand(3, 2), zeros([3, 1], ScalarType.Int64)) },
        { "[3]", () => Dataset.FromTensors(rand(3), zeros(3, ScalarType.Int64)) },
        { "[0, 4]", () => Dataset.FromTensors(rand(0, 4), zeros(0, ScalarType.Int64)) },
        { "Value 1 of input 2 is NaN", () => Dataset.FromTensors(tensor(new[] { 0, 0, 0, 0, 0, float.NaN }, [3, 2]), zeros(3, ScalarType.Int64)) },
        { "Label -1 of sample 1", () => Dataset.FromTensors(rand(2, 2), tensor(new[] { 0L, -1 })) },
        { "there are 2", () => Dataset.FromTensors(rand(2, 2), tensor(new[] { 0L, 2 }), classes: 2) },
        { "no split 'valid'", () => Dataset.FromTensors(rand(2, 2), tensor(new[] { 0L, 1 }), split: "valid") },
        { "Cell 0 of step 1 of recording 0 is 2", () => Dataset.FromSpikes(tensor(new byte[] { 0, 1, 2, 0 }, [1, 2, 2]), zeros(1, ScalarType.Int64)) },
        { "[2, 2]", () => Dataset.FromSpikes(zeros([2, 2]), zeros(2, ScalarType.Int64)) },
        { "outside a frame of 2x2", () => Dataset.FromEvents([new([new(0, 4)], 0)], [2, 2], 3) },
        { "2^61", () => Dataset.FromEvents([new([new(long.MaxValue, 0)], 0)], [2, 2], 3) },
        { "is empty", () => Dataset.FromEvents([new([], 0)], [2, 2], 3, window: new(5, 5)) },
        { "at least one sample", () => Dataset.FromEvents([], [2, 2], 3) },
        { "0x2", () => Dataset.FromEvents([new([], 0)], [0, 2], 3) },
        { "more than can be held", () => Dataset.FromEvents([new([], 0)], [1 << 20, 1 << 10], 100) },
    };

    [Theory, MemberData(nameof(Misfits))]
    public void WhatDoesNotFitIsASentence(string words, Func<Dataset> make)
    {
        string message = Assert.ThrowsAny<ArgumentException>(make).Message;
        Assert.Contains(words, message, StringComparison.Ordinal);
    }

    [Fact]
    public void ANameChangesNothingElse()
    {
        using Tensor inputs = rand(3, 2), labels = zeros(3, ScalarType.Int64);
        Dataset data = Dataset.FromTensors(inputs, labels).Take(2), named = data.With("other", "a place");
        Assert.Equal(("other", "a place", 2, data.InputHash(1)), (named.Name, named.Source, named.Count, named.InputHash(1)));
        Assert.Equal("tensors", data.Name);
    }
}
