using System.Buffers.Binary;

namespace SnnDsl.Interchange;

/// <summary>
/// Reads the pickles that <c>torch.save</c> writes of tensors, numbers, texts and containers of them. A pickle is a program that may call anything of
/// Python's; this machine has no calls: it knows four names by heart, and any other name, and any other instruction, ends the reading.
/// </summary>
/// <param name="bytes">The pickle, protocol 2 to 5.</param>
/// <remarks>Throws <see cref="FormatException"/> with the end of a sentence that begins with the file's name.</remarks>
internal sealed class Unpickler(byte[] bytes)
{
    private const string OrderedDict = "collections.OrderedDict", Rebuild = "torch._utils._rebuild_tensor_v2", Parameter = "torch._utils._rebuild_parameter";

    /// <summary>The types of a storage, and the bytes of one number.</summary>
    public static readonly IReadOnlyDictionary<string, int> StorageTypes = new Dictionary<string, int>
    {
        ["torch.DoubleStorage"] = 8, ["torch.FloatStorage"] = 4, ["torch.HalfStorage"] = 2, ["torch.BFloat16Storage"] = 2, ["torch.LongStorage"] = 8,
        ["torch.IntStorage"] = 4, ["torch.ShortStorage"] = 2, ["torch.CharStorage"] = 1, ["torch.ByteStorage"] = 1, ["torch.BoolStorage"] = 1,
    };

    private static readonly object Mark = new();

    private readonly List<object?> stack = [];
    private readonly Dictionary<long, object?> memo = [];
    private int position;

    /// <summary>Runs the pickle to its end.</summary>
    public object? Read()
    {
        while (true)
        {
            byte code = Byte();
            switch (code)
            {
                case 0x80: // PROTO
                    Byte();
                    break;
                case 0x95: // FRAME
                    Take(8);
                    break;
                case (byte)'.':
                    return Pop();
                case (byte)'(':
                    stack.Add(Mark);
                    break;
                case (byte)'N':
                    stack.Add(null);
                    break;
                case 0x88:
                    stack.Add(true);
                    break;
                case 0x89:
                    stack.Add(false);
                    break;
                case (byte)'J':
                    stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                    break;
                case (byte)'K':
                    stack.Add((long)Byte());
                    break;
                case (byte)'M':
                    stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                    break;
                case 0x8a: // LONG1
                    stack.Add(Long(Byte()));
                    break;
                case (byte)'G':
                    stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                    break;
                case (byte)'X':
                    stack.Add(Text(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                    break;
                case 0x8c: // SHORT_BINUNICODE
                    stack.Add(Text(Byte()));
                    break;
                case (byte)'}':
                    stack.Add(new PickledDictionary());
                    break;
                case (byte)']':
                    stack.Add(new PickledList());
                    break;
                case (byte)')':
                    stack.Add(new PickledTuple([]));
                    break;
                case (byte)'t':
                    stack.Add(new PickledTuple([.. PopToMark()]));
                    break;
                case 0x85 or 0x86 or 0x87: // TUPLE1, TUPLE2, TUPLE3
                    stack.Add(new PickledTuple(PopMany(code - 0x84)));
                    break;
                case (byte)'a':
                    Append([Pop()]);
                    break;
                case (byte)'e':
                    Append(PopToMark());
                    break;
                case (byte)'s':
                    SetItems(PopMany(2));
                    break;
                case (byte)'u':
                    SetItems([.. PopToMark()]);
                    break;
                case (byte)'q':
                    memo[Byte()] = Top();
                    break;
                case (byte)'r':
                    memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Top();
                    break;
                case 0x94: // MEMOIZE
                    memo[memo.Count] = Top();
                    break;
                case (byte)'h':
                    Recall(Byte());
                    break;
                case (byte)'j':
                    Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                    break;
                case (byte)'c':
                    stack.Add(Name(Line(), Line()));
                    break;
                case 0x93: // STACK_GLOBAL
                    if (PopMany(2) is not [string module, string name])
                    {
                        throw new FormatException("names something of Python's by what is no text");
                    }

                    stack.Add(Name(module, name));
                    break;
                case (byte)'Q':
                    stack.Add(Storage(Pop()));
                    break;
                case (byte)'R':
                    var arguments = Pop();
                    stack.Add(Call(Pop(), arguments));
                    break;
                case (byte)'b': // BUILD: of a state dict its _metadata, which nobody needs.
                    Pop();
                    if (Top() is not PickledDictionary)
                    {
                        throw new FormatException($"sets the attributes of {PickledText.Of(Top())}");
                    }

                    break;
                default:
                    throw new FormatException($"has the instruction 0x{code:x2} at byte {position - 1}, which no state dict needs");
            }
        }
    }

    private static PickledName Name(string module, string name)
    {
        string full = $"{module}.{name}";
        return full is OrderedDict or Rebuild or Parameter || StorageTypes.ContainsKey(full)
            ? new(full)
            : throw new FormatException(
                $"names {full}, which is code or an object of Python's: nothing is run here; save model.state_dict() alone, with tensors only");
    }

    private static object? Call(object? function, object? arguments)
    {
        object?[] given = arguments is PickledTuple tuple ? tuple.Items : throw new FormatException("calls something without a tuple of arguments");
        return (function as PickledName)?.Name switch
        {
            OrderedDict when given.Length == 0 => new PickledDictionary(),
            Rebuild when given is [PickledStorage storage, long offset, PickledTuple sizes, PickledTuple strides, ..] =>
                new PickledTensor(storage, offset, Numbers(sizes), Numbers(strides)),
            Parameter when given is [PickledTensor tensor, ..] => tensor,
            { } name => throw new FormatException($"calls {name} with other arguments than those of a state dict"),
            null => throw new FormatException($"calls {PickledText.Of(function)}"),
        };
    }

    private static long[] Numbers(PickledTuple tuple) =>
        [.. tuple.Items.Select(item => item is long number and >= 0 ? number : throw new FormatException("gives a tensor a size that is no number"))];

    private static PickledStorage Storage(object? id) =>
        id is PickledTuple { Items: ["storage", PickledName { Name: var type }, string key, _, long count, ..] } && StorageTypes.ContainsKey(type) && count >= 0
            ? new(type, key, count)
            : throw new FormatException("refers to something outside that is no storage of a known type");

    private void Recall(long key) => stack.Add(memo.TryGetValue(key, out object? value)
        ? value
        : throw new FormatException($"recalls value {key}, which it never kept"));

    private void Append(IEnumerable<object?> items)
    {
        object?[] all = [.. items];
        if (Top() is not PickledList list)
        {
            throw new FormatException($"appends to {PickledText.Of(Top())}");
        }

        list.Items.AddRange(all);
    }

    private void SetItems(object?[] pairs)
    {
        if (Top() is not PickledDictionary dictionary || pairs.Length % 2 != 0)
        {
            throw new FormatException($"sets items of {PickledText.Of(Top())}");
        }

        for (int i = 0; i < pairs.Length; i += 2)
        {
            dictionary.Set(pairs[i], pairs[i + 1]);
        }
    }

    private long Long(byte length)
    {
        if (length > 8)
        {
            throw new FormatException($"has a whole number of {length} bytes");
        }

        var raw = Take(length);
        long value = length > 0 && raw[^1] >= 0x80 ? -1 : 0;
        for (int i = length - 1; i >= 0; i--)
        {
            value = (value << 8) | raw[i];
        }

        return value;
    }

    private string Text(long length) => System.Text.Encoding.UTF8.GetString(Take(length));

    private string Line()
    {
        int end = bytes.AsSpan(position).IndexOf((byte)'\n');
        string line = Text(end < 0 ? throw new FormatException("ends within a name") : end);
        position++;
        return line;
    }

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count > bytes.Length - position)
        {
            throw new FormatException($"ends at byte {bytes.Length}, within a value");
        }

        var taken = bytes.AsSpan(position, (int)count);
        position += (int)count;
        return taken;
    }

    private object? Top() => stack is [.., var top] && top != Mark ? top : throw new FormatException("uses a value that is not there");

    private object? Pop()
    {
        var top = Top();
        stack.RemoveAt(stack.Count - 1);
        return top;
    }

    private object?[] PopMany(int count)
    {
        var values = new object?[count];
        for (int i = count - 1; i >= 0; i--)
        {
            values[i] = Pop();
        }

        return values;
    }

    private List<object?> PopToMark()
    {
        int mark = stack.LastIndexOf(Mark);
        if (mark < 0)
        {
            throw new FormatException("ends a list that it never began");
        }

        var items = stack[(mark + 1)..];
        stack.RemoveRange(mark, stack.Count - mark);
        return items;
    }
}
