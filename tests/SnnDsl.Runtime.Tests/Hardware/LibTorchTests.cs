using SnnDsl.Hardware;

namespace SnnDsl.Runtime.Tests.Hardware;

/// <summary>What is said of libtorch where it is not there. tests/Consumer/run.sh runs a program without it.</summary>
public class LibTorchTests
{
    [Fact]
    public void IsThereWhereTestsRun()
    {
        Assert.Null(LibTorch.Missing);
        LibTorch.Require();
    }

    [Fact]
    public void WhatIsNotThereIsAPackageToAdd()
    {
        string package = OperatingSystem.IsWindows() ? "libtorch-cpu-win-x64" : OperatingSystem.IsMacOS() ? "libtorch-cpu-osx-arm64" : "libtorch-cpu-linux-x64";
        Assert.Equal(
            $"libtorch, the native half of TorchSharp, is not there: add the package {package} to the project of the program (docs/start.md chooses it by the property SnnDslBackend).",
            LibTorch.Describe(failure: null));
    }

    [Theory]
    [InlineData("version `GLIBCXX_3.4.32' not found.\n   at NativeLibrary.Load(String)", "version `GLIBCXX_3.4.32' not found")]
    [InlineData("Unable to load.\r\nTrace", "Unable to load")]
    public void WhatDoesNotLoadSaysWhyInOneLine(string failure, string said) => Assert.Equal(
        $"libtorch, the native half of TorchSharp, is there and does not load: {said} (docs/building.md says what it needs).", LibTorch.Describe(failure));
}
