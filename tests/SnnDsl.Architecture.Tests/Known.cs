namespace SnnDsl.Architecture.Tests;

internal sealed class KnownArgument;

[AttributeUsage(AttributeTargets.Class)]
internal sealed class KnownAttribute : Attribute;

internal class KnownBase;

internal sealed class KnownByLambda;

internal sealed class KnownCatch : Exception;

internal class KnownConstraint;

internal sealed class KnownField;

internal sealed class KnownInIterator;

internal sealed class KnownResult;

/// <summary>Knows each of the others, in a way of its own.</summary>
[Known]
internal sealed class Knows : KnownBase
{
    private readonly KnownField? field = null;

    public override string ToString() => $"{field}{Generic<KnownConstraint>()}{new List<KnownArgument>()}{Enumerable.Range(0, 1).Select(_ => new KnownByLambda()).First()}{Caught()}{Result()}{Iterated().First()}";

    private static string Generic<T>()
        where T : KnownConstraint => typeof(T).Name;

    private static string Caught()
    {
        try
        {
            return "";
        }
        catch (KnownCatch)
        {
            return "caught";
        }
    }

    private static KnownResult? Result() => null;

    private static IEnumerable<object> Iterated()
    {
        yield return new KnownInIterator();
    }
}
