using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace SnnDsl.Runtime.Tests;

/// <summary>Writes NumPy's files by their published layout (numpy.lib.format), independently of the reader.</summary>
internal static class NumpyBytes
{
    public static byte[] Array<T>(string type, string shape, T[] values, int version = 1, bool columnMajor = false)
        where T : unmanaged =>
        Array(type, shape, MemoryMarshal.AsBytes<T>(values).ToArray(), version, columnMajor);

    public static byte[] Array(string type, string shape, byte[] content, int version = 1, bool columnMajor = false)
    {
        string header = $"{{'descr': '{type}', 'fortran_order': {(columnMajor ? "True" : "False")}, 'shape': {shape}, }}";
        int before = version == 1 ? 10 : 12;
        header = header.PadRight(((before + header.Length + 64) / 64 * 64) - before - 1) + "\n";
        byte[] length = new byte[before - 8];
        if (version == 1) BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        else BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)header.Length);
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. System.Text.Encoding.UTF8.GetBytes(header), .. content];
    }

    public static byte[] Archive(params (string Name, byte[] Content)[] arrays)
    {
        using var target = new MemoryStream();
        using (var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in arrays)
            {
                using Stream entry = zip.CreateEntry($"{name}.npy").Open();
                entry.Write(content);
            }
        }
        return target.ToArray();
    }
}
