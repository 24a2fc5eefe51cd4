using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SnnDsl.Data;

/// <summary>
/// An array in NumPy's <c>.npy</c> format, versions 1 to 3: the bytes 93 "NUMPY", the version, the header's length, the header (a
/// Python dictionary of the type, the order and the shape), and the elements.
/// </summary>
internal sealed partial class NumpyArray
{
    private const int LongestHeader = 1 << 16;
    private readonly string _name;
    private readonly char _kind;
    private readonly int _size;
    private readonly bool _bigEndian;
    private readonly byte[] _content;

    private NumpyArray(string name, string type, long[] shape, byte[] content)
    {
        (_name, Shape, _content) = (name, shape, content);
        (_kind, _size, _bigEndian) = (type[1], type[2] - '0', type[0] == '>');
    }

    /// <summary>The sizes, outermost first.</summary>
    public long[] Shape { get; }

    /// <summary>The number of elements.</summary>
    public int Count => _content.Length / _size;

    /// <summary>Whether the elements are uint8.</summary>
    public bool IsBytes => _kind == 'u' && _size == 1;

    /// <summary>The elements of an array of uint8.</summary>
    public byte[] Bytes => _content;

    /// <summary>The elements as float32, each rounded to the nearest.</summary>
    public float[] Floats() => Convert(bytes => _kind switch
    {
        'f' => _size switch
        {
            2 => (float)(_bigEndian ? BinaryPrimitives.ReadHalfBigEndian(bytes) : BinaryPrimitives.ReadHalfLittleEndian(bytes)),
            4 => _bigEndian ? BinaryPrimitives.ReadSingleBigEndian(bytes) : BinaryPrimitives.ReadSingleLittleEndian(bytes),
            _ => (float)(_bigEndian ? BinaryPrimitives.ReadDoubleBigEndian(bytes) : BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
        },
        _ => Integer(bytes),
    });

    /// <summary>The elements as whole numbers.</summary>
    /// <exception cref="DataFileException">They are no integers.</exception>
    public long[] Integers() => _kind is 'f'
        ? throw new DataFileException($"'{_name}' holds float{8 * _size}; labels are integers, the number of each sample's class, from 0.")
        : Convert(Integer);

    /// <summary>Reads an array.</summary>
    /// <param name="stream">Its bytes.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="DataFileException">
    /// It is no <c>.npy</c>, truncated or too long, in column-major order, or of a type other than bool, integers and floats.
    /// </exception>
    public static NumpyArray Read(Stream stream, string name)
    {
        byte[] start = DataFiles.ReadUpTo(stream, 8);
        if (start is not [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', var version, _] || version is < 1 or > 3)
            throw new DataFileException($"'{name}' is no NumPy array: it does not start as a .npy file of version 1 to 3 does.");
        byte[] length = DataFiles.ReadUpTo(stream, version == 1 ? 2 : 4);
        if (length.Length < (version == 1 ? 2 : 4)) throw Truncated(name);
        long announced = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(length) : BinaryPrimitives.ReadUInt32LittleEndian(length);
        if (announced > LongestHeader) throw new DataFileException($"The header of '{name}' claims {announced} bytes; such headers are shorter than {LongestHeader}.");
        byte[] header = DataFiles.ReadUpTo(stream, (int)announced);
        if (header.Length < announced) throw Truncated(name);
        var (type, shape) = Parse(System.Text.Encoding.UTF8.GetString(header), name);

        long bytes = type[2] - '0';
        foreach (long side in shape)
        {
            bytes = side > Array.MaxLength ? long.MaxValue : bytes * side;
            if (bytes > Array.MaxLength)
                throw new DataFileException($"The header of '{name}' claims the shape ({string.Join(", ", shape)}), more than can be held.");
        }
        byte[] content = DataFiles.ReadUpTo(stream, (int)bytes);
        if (content.Length < bytes) throw Truncated(name);
        return stream.ReadByte() < 0 ? new(name, type, shape, content)
            : throw new DataFileException($"'{name}' goes on after the {bytes} bytes of elements that its header announces.");
    }

    private static (string Type, long[] Shape) Parse(string header, string name)
    {
        if (Description().Match(header) is not { Success: true } type || Order().Match(header) is not { Success: true } order
            || Sizes().Match(header) is not { Success: true } sizes)
            throw new DataFileException($"The header of '{name}' is not one of a plain array: '{header.Trim()}'.");
        if (order.Groups[1].Value == "True")
            throw new DataFileException($"'{name}' is in column-major order; save it with numpy.ascontiguousarray(array).");
        string found = type.Groups[1].Value;
        if (found is not (['|', 'u' or 'i' or 'b', '1'] or ['<' or '>' or '=' or '|', 'u' or 'i', '1' or '2' or '4' or '8'] or ['<' or '>', 'f', '2' or '4' or '8']))
            throw new DataFileException($"'{name}' holds elements of type '{found}'; bool, integers and floats can be read" +
                (found.Contains('O') ? ", pickled objects cannot: no code of a file is run." : "."));
        string[] texts = sizes.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var shape = new long[texts.Length];
        for (int i = 0; i < shape.Length; i++)
        {
            if (!long.TryParse(texts[i], NumberStyles.None, CultureInfo.InvariantCulture, out shape[i]))
                throw new DataFileException($"The header of '{name}' has a shape that cannot be read: ({sizes.Groups[1].Value}).");
        }
        return (found, shape);
    }

    private T[] Convert<T>(Element<T> element)
    {
        var values = new T[Count];
        for (int i = 0; i < values.Length; i++) values[i] = element(_content.AsSpan(i * _size, _size));
        return values;
    }

    // Unsigned 64-bit integers above 2^63 become negative, which no label is.
    private long Integer(ReadOnlySpan<byte> bytes) => (_kind, _size) switch
    {
        ('b', _) => bytes[0] == 0 ? 0 : 1,
        ('u', 1) => bytes[0],
        ('i', 1) => (sbyte)bytes[0],
        ('u', 2) => _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        ('i', 2) => _bigEndian ? BinaryPrimitives.ReadInt16BigEndian(bytes) : BinaryPrimitives.ReadInt16LittleEndian(bytes),
        ('u', 4) => _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        ('i', 4) => _bigEndian ? BinaryPrimitives.ReadInt32BigEndian(bytes) : BinaryPrimitives.ReadInt32LittleEndian(bytes),
        _ => _bigEndian ? BinaryPrimitives.ReadInt64BigEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes),
    };

    private static DataFileException Truncated(string name) => new($"'{name}' is truncated: it ends before its header says.");

    [GeneratedRegex(@"'descr'\s*:\s*'([^']*)'")]
    private static partial Regex Description();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape'\s*:\s*\(([^)]*)\)")]
    private static partial Regex Sizes();

    private delegate T Element<T>(ReadOnlySpan<byte> bytes);
}
