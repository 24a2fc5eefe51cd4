using Mono.Cecil;
using Mono.Cecil.Cil;

namespace SnnDsl.Architecture.Tests;

/// <summary>
/// A TorchSharp Scalar that nothing holds may be finalised while native code reads it: the operation ends in an error, or takes what has come to lie there for the
/// number. Implicit conversions (<c>tensor * 0.5</c>) make such ones, and so does TorchSharp itself, in the sum of two tensors for example. In these libraries
/// every Scalar is in a variable with <c>using</c>; <c>HeldScalars</c> has the operations.
/// </summary>
public class TemporaryScalarsTests
{
    private const string Scalar = "TorchSharp.Scalar";

    private static readonly HashSet<string> careless = Careless();

    public static TheoryData<string> Libraries => ["SnnDsl.Runtime", "SnnDsl.Records", "SnnDsl.Datasets", "SnnDsl.Interchange", "SnnDsl.Exact", "SnnDsl.CommandLine"];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void NoScalarIsLeftToTheFinaliser(string library) => Assert.Empty(
        from method in Methods(library)
        from instruction in method.Body.Instructions
        where instruction.Operand is MethodReference called && (careless.Contains(called.FullName) || (MakesScalar(called) && !IsKept(instruction)))
        select $"{method.DeclaringType.Name}.{method.Name}: {((MethodReference)instruction.Operand).FullName}");

    /// <summary>The test sees what it looks for.</summary>
    [Fact]
    public void TorchSharpsOwnAreKnown()
    {
        Assert.Contains(careless, name => name.Contains("Tensor::op_Addition(TorchSharp.torch/Tensor,TorchSharp.torch/Tensor)", StringComparison.Ordinal));
        Assert.Contains(careless, name => name.Contains("Tensor::op_Multiply(TorchSharp.torch/Tensor,System.Double)", StringComparison.Ordinal));
        Assert.DoesNotContain(careless, name => name.Contains("Tensor::matmul(", StringComparison.Ordinal));
    }

    // What of TorchSharp makes a Scalar that it does not hold, or calls what does.
    private static HashSet<string> Careless()
    {
        var calls = Methods("TorchSharp").Where(method => method.DeclaringType.FullName != Scalar && method.DeclaringType.Name != "ScalarExtensionMethods")
            .ToDictionary(method => method.FullName, method => method.Body.Instructions.Select(instruction => instruction.Operand).OfType<MethodReference>().ToArray());
        HashSet<string> found = [.. calls.Where(entry => entry.Value.Any(MakesScalar)).Select(entry => entry.Key)];
        while (calls.Where(entry => !found.Contains(entry.Key) && entry.Value.Any(called => found.Contains(called.FullName))).Select(entry => entry.Key).ToArray() is { Length: > 0 } more)
        {
            found.UnionWith(more);
        }

        return found;
    }

    private static bool MakesScalar(MethodReference method) =>
        method.ReturnType.FullName == Scalar && (method.Name == "ToScalar" || (method.Name == "op_Implicit" && method.DeclaringType.FullName == Scalar));

    private static bool IsKept(Instruction instruction) => instruction.Next.OpCode.Code is
        Code.Stloc or Code.Stloc_S or Code.Stloc_0 or Code.Stloc_1 or Code.Stloc_2 or Code.Stloc_3 or Code.Stfld;

    private static IEnumerable<MethodDefinition> Methods(string assembly) =>
        ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, assembly + ".dll")).GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody);
}
