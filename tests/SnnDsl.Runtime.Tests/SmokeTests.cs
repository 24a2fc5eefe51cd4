using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests;

public class SmokeTests
{
    [Fact]
    public void LibTorchLoads() => Assert.Equal(3f, (tensor(1f) + tensor(2f)).item<float>());
}
