using System.Buffers.Binary;
using System.IO.Compression;

namespace SnnDsl.Data;

/// <summary>
/// Reads IDX, the format of MNIST and its relatives: a big-endian magic number, the sizes of all dimensions, then one
/// unsigned byte an element. Compressed (gzip) or not is seen from the first two bytes, never from the name.
/// </summary>
public static class IdxReader
{
    private const int ImageMagic = 2051, LabelMagic = 2049;

    /// <summary>Reads a file of images.</summary>
    /// <param name="path">The file, compressed or not.</param>
    /// <exception cref="DataFileException">The file is absent, truncated, too long, or holds no images.</exception>
    public static IdxImages ReadImages(string path)
    {
        using Stream file = DataFiles.Open(path);
        return ReadImages(file, path);
    }

    /// <summary>Reads images from a stream, which stays open.</summary>
    /// <param name="stream">The bytes, compressed or not.</param>
    /// <param name="name">What to call the stream in messages.</param>
    /// <exception cref="DataFileException">The stream is truncated, too long, or holds no images.</exception>
    public static IdxImages ReadImages(Stream stream, string name)
    {
        (int[] sizes, byte[] pixels) = Read(stream, name, ImageMagic, "images", dimensions: 3);
        return sizes[1] > 0 && sizes[2] > 0 ? new(pixels, sizes[0], sizes[1], sizes[2])
            : throw new DataFileException($"The images in '{name}' have {sizes[1]} rows and {sizes[2]} columns; both must be " +
                "above 0.");
    }

    /// <summary>Reads a file of labels, a byte a sample.</summary>
    /// <param name="path">The file, compressed or not.</param>
    /// <param name="classes">How many classes there are: labels must be below it.</param>
    /// <exception cref="DataFileException">
    /// The file is absent, truncated, too long, holds no labels, or a label is out of range.
    /// </exception>
    public static byte[] ReadLabels(string path, int classes = 10)
    {
        using Stream file = DataFiles.Open(path);
        return ReadLabels(file, path, classes);
    }

    /// <summary>Reads labels from a stream, which stays open.</summary>
    /// <param name="stream">The bytes, compressed or not.</param>
    /// <param name="name">What to call the stream in messages.</param>
    /// <param name="classes">How many classes there are: labels must be below it.</param>
    /// <exception cref="DataFileException">
    /// The stream is truncated, too long, holds no labels, or a label is out of range.
    /// </exception>
    public static byte[] ReadLabels(Stream stream, string name, int classes = 10)
    {
        byte[] labels = Read(stream, name, LabelMagic, "labels", dimensions: 1).Content;
        int bad = Array.FindIndex(labels, label => label >= classes);
        return bad < 0 ? labels
            : throw new DataFileException($"Label {labels[bad]} of sample {bad} in '{name}' is out of range: there are " +
                $"{classes} classes, from 0 on.");
    }

    private static (int[] Sizes, byte[] Content) Read(Stream stream, string name, int magic, string what, int dimensions)
    {
        byte[] start = new byte[2];
        int got = stream.ReadAtLeast(start, 2, throwOnEndOfStream: false);
        using var whole = new PrefixedStream(start.AsMemory(0, got), stream);
        if (start is not [0x1f, 0x8b]) return Decode(whole, name, magic, what, dimensions);
        try
        {
            using var plain = new GZipStream(whole, CompressionMode.Decompress);
            return Decode(plain, name, magic, what, dimensions);
        }
        catch (InvalidDataException e)
        {
            throw new DataFileException($"The gzip file '{name}' is damaged or truncated; fetch it again.", e);
        }
    }

    private static (int[] Sizes, byte[] Content) Decode(Stream stream, string name, int magic, string what, int dimensions)
    {
        byte[] header = new byte[4 + 4 * dimensions];
        int got = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        int found = BinaryPrimitives.ReadInt32BigEndian(header);
        // A wrong magic number says more than a short header, so it is named first where four bytes are there.
        if (got >= 4 && found != magic)
            throw new DataFileException($"'{name}' starts with the number {found}, but IDX {what} start with {magic}" +
                (found is ImageMagic or LabelMagic ? $": it holds {(found == ImageMagic ? "images" : "labels")}." : "."));
        if (got < header.Length)
            throw Truncated(name, header.Length, got);

        var sizes = new int[dimensions];
        long length = 1;
        for (int d = 0; d < dimensions; d++)
        {
            sizes[d] = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4 + 4 * d));
            // At most 2^31 * 2^31 here; one more factor is multiplied only where the product so far is a legal length.
            length = sizes[d] < 0 || length > Array.MaxLength ? -1 : length * sizes[d];
            if (length < 0 || length > Array.MaxLength)
                throw new DataFileException($"The header of '{name}' claims the sizes " +
                    $"{string.Join(" x ", sizes[..(d + 1)])}, more than can be held.");
        }

        byte[] content = DataFiles.ReadUpTo(stream, (int)length);
        if (content.Length < length)
            throw Truncated(name, header.Length + length, header.Length + content.Length);
        if (stream.ReadByte() >= 0)
            throw new DataFileException($"'{name}' goes on after the {header.Length + length} bytes that its header announces.");
        return (sizes, content);
    }

    private static DataFileException Truncated(string name, long expected, long found) =>
        new($"'{name}' is truncated: {expected} bytes expected, {found} found (uncompressed).");
}
