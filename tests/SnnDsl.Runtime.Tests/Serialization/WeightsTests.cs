using SnnDsl.Serialization;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SnnDsl.Runtime.Tests;

public sealed class WeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Module<Tensor, Tensor> _module = Sequential(("fc1", Linear(3, 2)), ("norm", BatchNorm1d(2)));

    public void Dispose()
    {
        _module.Dispose();
        _folder.Dispose();
    }

    private (string, Tensor)[] State(Func<string, Tensor, Tensor?> change) =>
        [.. _module.state_dict().Select(e => (e.Key, change(e.Key, e.Value)!)).Where(e => e.Item2 is not null)];

    private string Refused(IEnumerable<(string, Tensor)> weights)
    {
        string path = _folder["other.safetensors"], before = Weights.Hash(_module);
        SafeTensors.Write(path, weights);
        string message = Assert.Throws<SafeTensorsException>(() => Weights.Load(_module, path)).Message;
        Assert.Equal(before, Weights.Hash(_module));
        Assert.Contains(path, message);
        return message;
    }

    [Fact]
    public void ASavedModuleComesBackWithItsBuffersAndMetadata()
    {
        string path = _folder["deeper", "weights.safetensors"];
        using var other = Sequential(("fc1", Linear(3, 2)), ("norm", BatchNorm1d(2)));
        _module.forward(randn(8, 3));
        Weights.Save(_module, path, new Dictionary<string, string> { ["epsilon"] = "0.1" });
        Assert.NotEqual(Weights.Hash(_module), Weights.Hash(other));
        Assert.Equal("0.1", Weights.Load(other, path)["epsilon"]);
        Assert.Equal(Weights.Hash(_module), Weights.Hash(other));
        Assert.True(other.parameters().All(p => p.requires_grad));
        using SafeTensorsFile file = SafeTensors.Read(path);
        Assert.Equal(_module.state_dict().Keys, file.Tensors.Keys);
        Assert.Contains("fc1.weight", file.Tensors.Keys);
        Assert.Equal(Weights.Hash(_module), SafeTensors.WeightsHash(file.Tensors.Select(t => (t.Key, t.Value))));
    }

    [Fact]
    public void MissingAndUnexpectedNamesAreListed()
    {
        string message = Refused([.. State((name, t) => name == "fc1.bias" ? null : t + 1), ("fc9.weight", ones(1))]);
        Assert.Contains("missing: fc1.bias", message);
        Assert.Contains("unexpected: fc9.weight", message);
    }

    /// <summary>Names of a torch Sequential, buffers of another library, and float64: each with the line of Python that mends the file.</summary>
    [Fact]
    public void WhatWouldMakeAFileFitIsSaid()
    {
        var names = new Dictionary<string, string> { ["fc1.weight"] = "0.weight", ["fc1.bias"] = "0.bias" };
        string renamed = Refused([.. State((_, t) => t).Select(entry => (names.GetValueOrDefault(entry.Item1, entry.Item1), entry.Item2))]);
        Assert.Contains("missing: fc1.weight, fc1.bias; unexpected: 0.weight, 0.bias", renamed);
        Assert.Contains("rename them when you save: save_file({new: state[old] for old, new in {'0.weight': 'fc1.weight', '0.bias': 'fc1.bias', 'norm.weight': 'norm.weight'", renamed);

        string extra = Refused([.. State((_, t) => t), ("lif1.mem", ones(4)), ("lif1.threshold", ones(1))]);
        Assert.Contains("unexpected: lif1.mem, lif1.threshold", extra);
        Assert.Contains("leave out what the model does not have when you save: save_file({k: state[k] for k in state if k not in ['lif1.mem', 'lif1.threshold']}, path)", extra);

        string wide = Refused(State((_, t) => t.is_floating_point() ? t.to(ScalarType.Float64) : t));
        Assert.Contains("save_file({k: v.float() for k, v in state.items()}, path)", wide);
        Assert.DoesNotContain("float()", Refused(State((_, t) => ones(5, 3))));
        Assert.Contains("give the model that they were trained for", Refused([("0.weight", ones(7))]));
    }

    [Fact]
    public void DifferingShapesAreListed()
    {
        string message = Refused(State((name, t) => name.StartsWith("fc1") ? ones(5, 3) : t));
        Assert.Contains("fc1.weight is F32 [5, 3], the model has F32 [2, 3]", message);
        Assert.Contains("fc1.bias is F32 [5, 3], the model has F32 [2]", message);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void ValuesThatAreNoNumbersAreNeitherLoadedNorSaved(float value)
    {
        Tensor bad = ones(2, 3);
        bad[1, 2] = value;
        Assert.Contains("1 of the 6 values of fc1.weight", Refused(State((name, t) => name == "fc1.weight" ? bad : t)));

        string path = _folder["kept.safetensors"];
        Weights.Save(_module, path);
        string before = SafeTensors.FileHash(path);
        using (no_grad()) _module.state_dict()["fc1.weight"].copy_(bad);
        Assert.Contains("was not written", Assert.Throws<SafeTensorsException>(() => Weights.Save(_module, path)).Message);
        Assert.Equal(before, SafeTensors.FileHash(path));
    }

    [Fact]
    public void AWiderTypeTakesNarrowerWeightsAndNeverTheOtherWayRound()
    {
        Assert.Contains("fc1.weight is F64", Refused(State((_, t) => t.is_floating_point() ? t.to(ScalarType.Float64) : t)));
        string path = _folder["narrow.safetensors"];
        SafeTensors.Write(path, State((_, t) => t.is_floating_point() ? t.to(ScalarType.BFloat16) : t));
        Weights.Load(_module, path);
        using SafeTensorsFile file = SafeTensors.Read(path);
        Tensor loaded = _module.state_dict()["fc1.weight"];
        Assert.Equal(ScalarType.Float32, loaded.dtype);
        Assert.True(loaded.eq(file.Tensors["fc1.weight"]).all().item<bool>());
    }
}
