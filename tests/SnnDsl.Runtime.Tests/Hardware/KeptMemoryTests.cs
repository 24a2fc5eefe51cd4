using SnnDsl.Hardware;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Hardware;

/// <summary>Memory that is kept: handed out again, never twice at once, and tensors in it behave like any other.</summary>
[Collection(nameof(Alone))]
public unsafe class KeptMemoryTests
{
    // A size that nothing else in this process asks for.
    private const int Odd = 12_345_678;

    [Fact]
    public void WhatWasGivenBackIsTakenAgain()
    {
        nint first = (nint)KeptMemory.Take(Odd), second = (nint)KeptMemory.Take(Odd);
        Assert.NotEqual(first, second);
        Assert.Equal(0, first % KeptMemory.Alignment);
        new Span<byte>((void*)first, Odd).Fill(1);
        new Span<byte>((void*)second, Odd).Fill(2);
        Assert.Equal(1, ((byte*)first)[Odd - 1]);
        KeptMemory.Give((void*)first);
        Assert.Equal(first, (nint)KeptMemory.Take(Odd - 1));
        KeptMemory.Give((void*)first);
        KeptMemory.Give((void*)second);
    }

    [Fact]
    public void ALargeTensorGivesItsMemoryBack()
    {
        nint address;
        using (var tensor = TensorMemory.Empty(3, 1_300_001))
        {
            Assert.Equal([3, 1_300_001], tensor.shape);
            Assert.Equal((ScalarType.Float32, true, false), (tensor.dtype, tensor.is_contiguous(), tensor.requires_grad));
            address = TensorMemory.Address(tensor);
            tensor.fill_(2);
            using var half = tensor / 2;
            Assert.Equal(3.0 * 1_300_001, half.sum().ToDouble());
        }

        using var next = TensorMemory.Empty(1_300_001, 3);
        Assert.Equal(address, TensorMemory.Address(next));
    }

    [Fact]
    public void AViewKeepsTheMemory()
    {
        var tensor = TensorMemory.Empty(2, 1_700_003);
        tensor.fill_(5);
        using var view = tensor[1];
        tensor.Dispose();
        using var other = TensorMemory.Empty(2, 1_700_003);
        other.fill_(7);
        Assert.Equal(5, view[0].ToSingle());
    }

    [Fact]
    public void GradientsPassThroughKeptTensors()
    {
        using var scope = NewDisposeScope();
        var tensor = TensorMemory.Empty(400_000);
        tensor.fill_(3);
        tensor.requires_grad_();
        (tensor * tensor).sum().backward();
        Assert.True(tensor.grad!.eq(6).all().ToBoolean());
    }

    // A thread's heap is cut off after 64 MiB, and what lies there already decides whether the blocks fit or begin another: some dozen layouts.
    [Fact]
    public void GnusHeapKeepsWhatIsFreed()
    {
        if (!NativeHeap.Keep())
            return;

        for (int held = 0; held < 75; held += 3)
        {
            // Blocks of some megabytes: once they have been touched, no round asks the system for pages again. The runtime's own threads may
            // touch new pages meanwhile: the quietest of some spells counts. A heap that gives memory back would ask for every page of
            // some blocks in every one of them.
            long faults = long.MaxValue;
            var thread = new Thread(() =>
            {
                using var scope = NewDisposeScope();
                for (int i = 0; i < held; i++)
                    ones((100 * 1024) + (3000 * held));
                faults = Enumerable.Range(0, 5).Min(_ => FaultsOf(rounds: 20));
            });
            thread.Start();
            thread.Join();
            Assert.True(faults < 20 * Pages / 10, $"{faults} pages were touched for the first time, behind {held} blocks");
        }
    }

    private static long FaultsOf(int rounds)
    {
        long before = Faults();
        for (int i = 0; i < rounds; i++)
            Touch();
        return Faults() - before;
    }

    private const int Pages = 1024;
    private const int Blocks = 8;

    private static void Touch()
    {
        using var scope = NewDisposeScope();
        for (int i = 0; i < Blocks; i++)
            ones(Pages * 1024);
    }

    // Of this thread: the tenth field, minor faults; the second, in brackets, may hold blanks.
    private static long Faults()
    {
        string stat = File.ReadAllText("/proc/thread-self/stat");
        return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[7], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void AWorkspaceIsNotOverdrawn()
    {
        using var workspace = Workspace.Rent(100, 2);
        Assert.Equal(0, (nint)workspace.Floats(60) % KeptMemory.Alignment);
        Assert.Equal(0, (nint)workspace.Integers(40) % KeptMemory.Alignment);
        Assert.Throws<InvalidOperationException>(() => workspace.Words(100) is null);
    }
}
