using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Runtime.CompilerServices;
using SnnDsl.Data;
using SnnDsl.Networks;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Training;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>A training step of an emitted network leaves nothing to finalisers. Counted for the whole process, so no test may run beside it.</summary>
[CollectionDefinition(nameof(FinaliserTests), DisableParallelization = true)]
[Collection(nameof(FinaliserTests))]
public class FinaliserTests
{
    private const int Batch = 4;

    public FinaliserTests() => set_num_threads(1);

    [Theory]
    [InlineData(false, OptimiserKind.Sgd)]
    [InlineData(false, OptimiserKind.Adam)]
    [InlineData(true, OptimiserKind.Adam)]
    public void AFullyConnectedStepLeavesNothingToFinalisers(bool isCertified, OptimiserKind optimiser)
    {
        using var network = new DeepTriangular(seed: 1);
        Check(network, [3, 4], isCertified, optimiser);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AConvolutionalStepLeavesNothingToFinalisers(bool isCertified)
    {
        using var network = new ConvStrided(seed: 1);
        Check(network, [5, 8], isCertified, OptimiserKind.Sgd);
    }

    private static void Check(SpikingModule network, int[] size, bool isCertified, OptimiserKind optimiser)
    {
        using var finalised = new Finalised();
        LeaveOne();
        Assert.Contains("TorchSharp.Scalar", finalised.Settle());

        const int few = 20, many = 180;
        var fromFew = Train(network, size, few, isCertified, optimiser, finalised);
        var fromMany = Train(network, size, many, isCertified, optimiser, finalised);
        // What a run leaves once (its list of parameters) it leaves in both.
        Assert.True(
            fromMany.Length <= fromFew.Length,
            $"{many - few} more steps left to finalisers: {string.Join(", ", fromMany.CountBy(name => name))}");
    }

    private static string[] Train(SpikingModule network, int[] size, int steps, bool isCertified, OptimiserKind optimiser, Finalised finalised)
    {
        var options = new TrainingOptions
        {
            // An epoch's end may leave a few: it reads numbers, and gives silent outputs new weights.
            Epochs = 1,
            BatchSize = Batch,
            Optimiser = optimiser,
            ClipNorm = 0.01,
            Robust = isCertified
                ? new() { Epsilon = 0.05, RampStart = 0, RampEnd = 0, CrownShare = Ramp.Constant(0.5) }
                : null,
        };
        var data = Images(size, steps * Batch, network.Description.Classes);
        finalised.Settle();
        new Trainer(network, data, options).Run();
        return finalised.Settle();
    }

    // Not inlined, or its caller's frame would keep it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LeaveOne()
    {
        TorchSharp.Scalar left = 1;
        _ = left.Type;
    }

    private static Dataset Images(int[] size, int count, int classes)
    {
        var random = new Random(5);
        byte[] pixels = new byte[count * size[0] * size[1]];
        random.NextBytes(pixels);
        long[] labels = [.. Enumerable.Range(0, count).Select(i => (long)(i % classes))];
        long[] indices = [.. Enumerable.Range(0, count).Select(i => (long)i)];
        return new("noise", "train", "a test", isEmbedded: true, classes, new PixelStore([1, size[0], size[1]], pixels), labels, indices);
    }

    /// <summary>The types of ours and of TorchSharp's whose objects were finalised.</summary>
    private sealed class Finalised : EventListener
    {
        private const EventKeywords Collector = (EventKeywords)1;
        private readonly ConcurrentQueue<string> names = new();

        /// <summary>Finalises what is garbage.</summary>
        /// <returns>What was finalised since this was last called.</returns>
        public string[] Settle()
        {
            for (int round = 0; round < 2; round++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }

            // The runtime's word comes a moment after its deed.
            Thread.Sleep(200);
            List<string> found = [];
            while (names.TryDequeue(out string? name))
            {
                found.Add(name);
            }

            return [.. found];
        }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
            {
                EnableEvents(eventSource, EventLevel.Verbose, Collector);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            // The first number is the address of the type's method table, which is what a type handle is.
            if (eventData.EventName?.StartsWith("FinalizeObject", StringComparison.Ordinal) == true && eventData.Payload is [nint type, ..]
                && Type.GetTypeFromHandle(RuntimeTypeHandle.FromIntPtr(type))?.FullName is { } name
                && (name.StartsWith("TorchSharp", StringComparison.Ordinal) || name.StartsWith("SnnDsl", StringComparison.Ordinal)))
            {
                names.Enqueue(name);
            }
        }
    }
}
