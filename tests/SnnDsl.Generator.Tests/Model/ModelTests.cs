using System.Reflection;
using Microsoft.CodeAnalysis;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;
using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Model;

/// <summary>What is cached between two runs must be compared by value and must not keep a compilation alive.</summary>
public class ModelTests
{
    [Theory]
    [InlineData(typeof(NetworkSpec))]
    [InlineData(typeof(ShapedNetwork))]
    [InlineData(typeof(NetworkPlan))]
    [InlineData(typeof(Problem))]
    [InlineData(typeof(SnnDsl.Generator.Emission.EmittedFile))]
    public void NoModelHoldsARoslynType(Type root)
    {
        HashSet<Type> seen = [];
        Walk(root, seen);
        Assert.True(seen.Count > 1);
        Assert.DoesNotContain(seen, type => type.Namespace?.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) == true);
        Assert.DoesNotContain(typeof(object), seen);
        var own = seen.Where(type => type.Assembly == root.Assembly && type is { IsClass: true, IsAbstract: false });
        Assert.All(own, type => Assert.NotNull(type.GetMethod("<Clone>$"))); // a record
        Assert.DoesNotContain(seen, type => type.IsArray);
    }

    [Fact]
    public void TheWalkFindsWhatItLooksFor()
    {
        HashSet<Type> seen = [];
        Walk(typeof(DeclaredAttributes), seen);
        Assert.Contains(typeof(AttributeData), seen);
    }

    [Fact]
    public void LayersOfAllKindsAreReached()
    {
        HashSet<Type> seen = [];
        Walk(typeof(NetworkSpec), seen);
        Assert.Contains(typeof(SnnDsl.Generator.Layers.LifLayer), seen);
        Assert.Contains(typeof(SnnDsl.Generator.Readouts.MembraneReadout), seen);
    }

    [Theory]
    [MemberData(nameof(Declarations.All), MemberType = typeof(Declarations))]
    public void TheSameDeclarationGivesEqualModels(string name, string source)
    {
        var (first, second) = (Plans.Of(source), Plans.Of($"// moved down\n\n{source}"));
        Assert.EndsWith(name, first.Spec.Class.Name, StringComparison.Ordinal);
        Assert.NotSame(first, second);
        Assert.Equal(first, second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
    }

    [Theory]
    [InlineData("TimeSteps = 1", "TimeSteps = 2")]
    [InlineData("Encoding.Spikes", "Encoding.Direct")]
    [InlineData("Input(2, 9, 8)", "Input(2, 8, 9)")]
    [InlineData("Kernel = 2, Bias = false", "Kernel = 2, Bias = true")]
    [InlineData("Conv2d(4, Kernel = 2", "Conv2d(4, Padding = 1, Kernel = 2")]
    [InlineData("\"first\"", "\"erst\"")]
    [InlineData("Threshold = 0.1", "Threshold = 0.11")]
    [InlineData("Decay = 1", "Decay = 0.99")]
    [InlineData("Reset.Soft", "Reset.Hard")]
    [InlineData("Surrogate.FastSigmoid", "Surrogate.Triangular")]
    [InlineData("Stride = 2", "Stride = 1")]
    [InlineData("ResetValue = -0.5", "ResetValue = -0.25")]
    [InlineData("SurrogateWidth = 0.75", "SurrogateWidth = 0.7")]
    [InlineData("Linear(7, Bias = false)", "Linear(7)")]
    [InlineData("MembraneReadout(Decay = 0.5)", "MembraneReadout(Decay = 0.6)")]
    [InlineData("MembraneReadout(Decay = 0.5)", "MeanReadout")]
    [InlineData("[Linear(5)]", "")]
    public void EveryConstantCountsForEqualityAndForTheArchitecture(string old, string @new)
    {
        Assert.Contains(old, Declarations.EveryKind, StringComparison.Ordinal);
        var (before, after) = (Plans.Of(Declarations.EveryKind), Plans.Of(Declarations.EveryKind.Replace(old, @new)));
        Assert.NotEqual(before, after);
        Assert.NotEqual(before.Architecture, after.Architecture);
    }

    [Fact]
    public void AnArrayIsItsElements()
    {
        EquatableArray<string> array = ["a", "b"];
        Assert.Equal(array, new[] { "a", "b" }.ToEquatableArray());
        Assert.NotEqual(array, ["b", "a"]);
        Assert.Equal(default, EquatableArray.Create<string>([]));
        Assert.Equal(default(EquatableArray<string>).GetHashCode(), EquatableArray.Create<string>([]).GetHashCode());
    }

    // Fields, since these are what an object keeps; every sealed record behind an abstract one; and what arrays hold.
    private static void Walk(Type type, HashSet<Type> seen)
    {
        if (!seen.Add(type) || type.IsPrimitive || type.IsEnum || type == typeof(string))
        {
            return;
        }

        foreach (var argument in type.GetGenericArguments())
        {
            Walk(argument, seen);
        }

        if (type.Assembly != typeof(NetworkSpec).Assembly)
        {
            return;
        }

        foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            Walk(field.FieldType, seen);
        }

        foreach (var derived in type.Assembly.GetTypes().Where(other => other.BaseType == type || (type.BaseType is { } parent && other == parent)))
        {
            if (derived != typeof(object))
            {
                Walk(derived, seen);
            }
        }
    }
}
