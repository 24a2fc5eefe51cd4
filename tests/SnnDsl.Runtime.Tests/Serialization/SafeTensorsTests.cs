using System.Buffers.Binary;
using SnnDsl.Data;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Put(string header, params byte[] data)
    {
        byte[] json = System.Text.Encoding.UTF8.GetBytes(header), length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return _folder.Put("file.safetensors", [.. length, .. json, .. data]);
    }

    private static string Message(string path)
    {
        var error = Assert.Throws<SafeTensorsException>(() => SafeTensors.Read(path));
        Assert.Contains(path, error.Message);
        Assert.EndsWith(".", error.Message);
        return error.Message;
    }

    [Fact]
    public void TheBytesAreTheFormats()
    {
        string path = _folder["out.safetensors"];
        SafeTensors.Write(path, [("b", tensor(new float[,] { { 1, -2 } })), ("a", tensor(new long[] { 258 }))], new Dictionary<string, string> { ["k"] = "v" });
        // Header in the given order; the data of wider elements first, so that all of it is aligned.
        const string header = """{"__metadata__":{"k":"v"},"b":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]},"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""";
        int padded = (header.Length + 7) / 8 * 8;
        byte[] expected =
        [
            (byte)padded, 0, 0, 0, 0, 0, 0, 0,
            .. System.Text.Encoding.ASCII.GetBytes(header.PadRight(padded)),
            2, 1, 0, 0, 0, 0, 0, 0,
            0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x00, 0xc0,
        ];
        Assert.Equal(expected, File.ReadAllBytes(path));
    }

    [Fact]
    public void AFileMadeByHandIsRead()
    {
        using SafeTensorsFile file = SafeTensors.Read(Put(
            """{"x":{"shape":[2,1],"data_offsets":[2,10],"dtype":"F32"},"__metadata__":{"a":"é"},"flag":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}}   """,
            1, 0, 0x00, 0x00, 0xc0, 0x3f, 0x00, 0x00, 0x00, 0x80));
        Assert.Equal(["x", "flag"], file.Tensors.Keys);
        Assert.Equal([2, 1], file.Tensors["x"].shape);
        Assert.Equal([1.5f, -0f], file.Tensors["x"].data<float>());
        Assert.Equal([true, false], file.Tensors["flag"].data<bool>());
        Assert.Equal("é", file.Metadata["a"]);
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int16)]
    [InlineData(ScalarType.Int8)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Bool)]
    public void EveryTypeShapeAndLayoutComesBack(ScalarType type)
    {
        using var scope = NewDisposeScope();
        string path = _folder["round.safetensors"];
        Tensor values = arange(24).reshape(2, 3, 4).to_type(type);
        (string, Tensor)[] given = [("odd", values.flatten()[..3]), ("turned", values.permute(2, 0, 1)), ("scalar", values[0, 0, 1]), ("none", values[..0]), ("z.weight", values)];
        SafeTensors.Write(path, given);
        using SafeTensorsFile file = SafeTensors.Read(path);
        Assert.Equal(given.Select(g => g.Item1), file.Tensors.Keys);
        Assert.Empty(file.Metadata);
        foreach ((string name, Tensor tensor) in given)
        {
            Assert.Equal(type, file.Tensors[name].dtype);
            Assert.Equal(tensor.shape, file.Tensors[name].shape);
            Assert.True(file.Tensors[name].eq(tensor).all().item<bool>());
        }
    }

    [Fact]
    public void WhatIsReadOutlivesTheScopeAroundIt()
    {
        SafeTensors.Write(_folder["x"], [("a", ones(2))]);
        SafeTensorsFile file;
        using (NewDisposeScope()) file = SafeTensors.Read(_folder["x"]);
        Assert.Equal(2f, file.Tensors["a"].sum().item<float>());
        file.Dispose();
    }

    [Fact]
    public void FilesThatAreNoneAreRefused()
    {
        Assert.Contains("no weights file", Message(_folder["absent.safetensors"]));
        Assert.Contains("3 bytes", Message(_folder.Put("short", [1, 2, 3])));
        Assert.Contains("header of 100 bytes, 1 are there", Message(_folder.Put("cut", [100, 0, 0, 0, 0, 0, 0, 0, (byte)'{'])));
        Assert.Contains("18446744073709551615", Message(_folder.Put("huge", [255, 255, 255, 255, 255, 255, 255, 255, 0])));
        Assert.IsAssignableFrom<DataFileException>(Assert.Throws<SafeTensorsException>(() => SafeTensors.Read(_folder["absent"])));
    }

    [Theory]
    [InlineData("{", "not the JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{"__metadata__":{"a":1}}""", "not the JSON")]
    [InlineData("""{"__metadata__":3}""", "not the JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "not the JSON")]
    [InlineData("""{"a":7}""", "does not say")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", "does not say")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "does not say")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", "does not say")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", "does not say")]
    [InlineData("""{"a":{"dtype":"F8","shape":[4],"data_offsets":[0,4]}}""", "element type 'F8'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "take 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "bytes 4 to 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904,16],"data_offsets":[0,4]}}""", "bytes 0 to 4")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", "overlap before 'b'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", "gap or an overlap before 'b'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "too long")]
    [InlineData("""{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}""", "truncated")]
    [InlineData("""{"a":{"dtype":"BOOL","shape":[4],"data_offsets":[0,4]}}""", "other than 0 and 1")]
    public void DamagedHeadersAreRefused(string header, string expected) => Assert.Contains(expected, Message(Put(header, 9, 0, 0, 0)));

    [Fact]
    public void NamesThatClashAreNotWritten()
    {
        Assert.Throws<ArgumentException>(() => SafeTensors.Write(_folder["x"], [("a", ones(1)), ("a", ones(1))]));
        Assert.Throws<ArgumentException>(() => SafeTensors.Write(_folder["x"], [("__metadata__", ones(1))]));
        Assert.Throws<ArgumentException>(() => SafeTensors.Write(_folder["x"], [("c", ones(1, dtype: ScalarType.ComplexFloat32))]));
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void TheHashIsOverNamesTypesShapesAndBytesInNameOrder()
    {
        (string, Tensor)[] weights = [("fc2.bias", tensor(new[] { 1f })), ("fc10.bias", tensor(new float[,] { { 0, -2 } }))];
        byte[] text = [.. "fc10.bias F32 [1,2]\n"u8, 0, 0, 0, 0, 0, 0, 0, 0xc0, .. "fc2.bias F32 [1]\n"u8, 0, 0, 0x80, 0x3f];
        string expected = SafeTensors.FileHash(_folder.Put("text", text));
        Assert.Equal(expected, SafeTensors.WeightsHash(weights));
        Assert.Equal(expected, SafeTensors.WeightsHash(weights.Reverse()));
        Assert.NotEqual(expected, SafeTensors.WeightsHash([weights[0], ("fc10.bias", tensor(new float[] { 0, -2 }))]));
        // SHA-256 of nothing, from the standard's test vectors.
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", SafeTensors.WeightsHash([]));
    }
}
