using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Parsing;

/// <summary>
/// The arguments of one attribute, by the name of the constructor parameter or property, and the checks that several kinds share.
/// No Roslyn type is in it, so a layer's file reads its attribute without knowing the compiler.
/// </summary>
/// <param name="title">The attribute's name without its suffix, for messages.</param>
/// <param name="values">What was written; an argument that was left out is absent.</param>
/// <param name="problems">Takes what is wrong.</param>
internal sealed class AttributeArguments(string title, IReadOnlyDictionary<string, object?> values, ProblemReporter problems)
{
    /// <summary>False once a size was refused: what this layer gives is then unknown.</summary>
    public bool SizesAreValid { get; private set; } = true;

    /// <summary>The attribute's name without its suffix, for messages.</summary>
    public string Title => title;

    /// <summary>Takes problems of this attribute.</summary>
    public ProblemReporter Problems => problems;

    /// <summary>Whether the argument was written.</summary>
    public bool Has(string name) => values.ContainsKey(name);

    /// <summary>An argument's value, or the default that the attribute gives it.</summary>
    public T Value<T>(string name, T otherwise) => values.TryGetValue(name, out object? value) && value is T typed ? typed : otherwise;

    /// <summary>One number, or an array of them; none where there is no array.</summary>
    public double[] Many(string name) => Value<double[]?>(name, null) ?? (Value<double?>(name, null) is { } one ? [one] : []);

    /// <summary>A size, at least 1.</summary>
    public int Size(string name, int otherwise = 1) => AtLeast(name, 1, ProblemIds.SizeNotPositive, otherwise);

    /// <summary>A size that may be left out.</summary>
    public int? OptionalSize(string name) => Has(name) ? Size(name) : null;

    /// <summary>Zeros on every side, at least 0.</summary>
    public int Padding(string name) => AtLeast(name, 0, ProblemIds.NegativePadding, 0);

    /// <summary>A size of both sides: the argument itself, or its height and width where one of them is written, and not both.</summary>
    /// <param name="name">The argument: with Height or Width behind it, that of one side.</param>
    /// <param name="read">Reads one of them.</param>
    public (int Height, int Width) Sides(string name, Func<string, int> read)
    {
        string height = name + "Height", width = name + "Width";
        if (!Has(height) && !Has(width))
        {
            int both = read(name);
            return (both, both);
        }

        string side = Has(height) ? height : width;
        if (Has(name))
        {
            Refuse(side, ProblemIds.SquareAndSides, title, name, Numbers.Plain(Value(name, 0)), side, Numbers.Plain(Value(side, 0)));
        }

        return (read(height), read(width));
    }

    /// <summary>The step of a pool: the kernel's side unless one is stated.</summary>
    /// <param name="kernel">The side of the square.</param>
    public int PoolStride(int kernel) =>
        // 0 is the attribute's own default and stands for the kernel's side, even where it is written out.
        Value("Stride", 0) == 0 ? kernel : Size("Stride");

    /// <summary>The padding of a pool: so little that every place of the square meets the input.</summary>
    /// <param name="kernel">The side of the square.</param>
    public int PoolPadding(int kernel)
    {
        int padding = Padding("Padding");
        if (SizesAreValid && padding > kernel / 2)
        {
            Refuse("Padding", ProblemIds.PoolPadding, title, Numbers.Plain(padding), Numbers.Plain(kernel));
        }

        return padding;
    }

    /// <summary>Refuses an argument that leaves open what this layer gives.</summary>
    /// <param name="name">The argument.</param>
    /// <param name="id">The diagnostic.</param>
    /// <param name="arguments">What its message names.</param>
    public void Refuse(string name, string id, params string[] arguments)
    {
        problems.ReportAt(name, id, arguments);
        SizesAreValid = false;
    }

    /// <summary>The share of a state that is left one step later, in [0, 1].</summary>
    public float Decay(string name, double otherwise)
    {
        double decay = Value(name, otherwise);
        if (!(decay is >= 0 and <= 1))
        {
            problems.ReportAt(name, ProblemIds.Decay, title, name, Numbers.Plain(decay));
        }

        return Normal((float)decay);
    }

    /// <summary>A number as float32.</summary>
    public float Float(string name, double otherwise) => Normal((float)Value(name, otherwise));

    /// <summary>A value of an enumeration whose members are 0, 1, ...</summary>
    public TEnum Choice<TEnum>(string name)
        where TEnum : struct, Enum
    {
        int value = Value(name, 0);
        if (!Enum.IsDefined(typeof(TEnum), value))
        {
            problems.ReportAt(name, ProblemIds.UndefinedValue, name, Numbers.Plain(value), string.Join(", ", Enum.GetNames(typeof(TEnum))));
        }

        return (TEnum)Enum.ToObject(typeof(TEnum), value);
    }

    // -0 and 0 compare equal but are written differently; only 0 may enter the model.
    private static float Normal(float value) => value == 0f ? 0f : value;

    private int AtLeast(string name, int least, string id, int otherwise)
    {
        int value = Value(name, otherwise);
        if (value < least)
        {
            Refuse(name, id, title, name, Numbers.Plain(value));
        }

        return value;
    }
}
