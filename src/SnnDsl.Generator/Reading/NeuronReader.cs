using Microsoft.CodeAnalysis;
using SnnDsl.Generator.Model;
using SnnDsl.Model;

namespace SnnDsl.Generator.Parsing;

/// <summary>Reads the equations of a neuron of the user's own from the code of its type: symbols and syntax stop here.</summary>
internal static class NeuronReader
{
    /// <summary>Reads a type.</summary>
    /// <param name="type">The type that an attribute names.</param>
    /// <param name="argument">Which argument names it.</param>
    /// <param name="compilation">Where its code is.</param>
    /// <param name="problems">Takes what is wrong with it.</param>
    /// <returns>Null where something is.</returns>
    public static OwnNeuron? Read(INamedTypeSymbol type, string argument, Compilation compilation, ProblemReporter problems)
    {
        OwnNeuron? Refuse(string why)
        {
            problems.ReportAt(argument, ProblemIds.NoNeuron, type.Name, why);
            return null;
        }

        var contract = type.AllInterfaces.FirstOrDefault(candidate => OwnNames.Of(candidate) == $"{OwnNames.Namespace}.INeuron");
        if (contract is null)
        {
            return Refuse("it does not implement SnnDsl.INeuron");
        }

        if (type.TypeKind is not (TypeKind.Struct or TypeKind.Class) || type.IsGenericType)
        {
            return Refuse("it is generic, or neither a struct nor a class");
        }

        if (type.TypeKind == TypeKind.Class && type.BaseType?.SpecialType != SpecialType.System_Object)
        {
            return Refuse($"it derives from {type.BaseType?.Name}, whose states are not read");
        }

        IFieldSymbol[] states = [.. type.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic && !field.IsConst)];
        if (states.FirstOrDefault(field => field.Type.SpecialType is not (SpecialType.System_Single or SpecialType.System_Double)) is { } odd)
        {
            return Refuse($"its field {odd.AssociatedSymbol?.Name ?? odd.Name} is no float");
        }

        if (states.Length is 0 or > 8)
        {
            return Refuse(states.Length == 0 ? "it has no state: give it fields of type float" : "it has more than 8 states");
        }

        if (states.FirstOrDefault(field => field.AssociatedSymbol is not null || !IsPlain(field.Name)) is { } named)
        {
            return Refuse($"its state {named.AssociatedSymbol?.Name ?? named.Name} is no field with a name of ASCII letters, digits and _");
        }

        var silent = type.AllInterfaces.FirstOrDefault(candidate => OwnNames.Of(candidate) == $"{OwnNames.Namespace}.ISilentNeuron");
        string[] needed = ["Integrate", "Fires", "Spike"];
        var members = needed.Select(name => contract.GetMembers(name).FirstOrDefault()).Append(silent?.GetMembers("Silence").FirstOrDefault())
            .Select(member => member is null ? null : type.FindImplementationForInterfaceMember(member)).ToList();
        if (members.Take(3).Any(member => member is null) || (silent is not null && members[3] is null))
        {
            return null; // it does not compile, and the compiler says so
        }

        if (members.OfType<ISymbol>().Any(member => member.DeclaringSyntaxReferences.Length == 0))
        {
            return Refuse("its code is not in this project");
        }

        var code = new NeuronCode(type.Name, states, compilation, problems);
        var integrate = code.Run(members[0]!, withCurrent: true);
        var guard = code.Guard(members[1]!);
        var fired = code.Run(members[2]!, withCurrent: false);
        var quiet = members[3] is { } silence ? code.Run(silence, withCurrent: false) : code.Unchanged();
        if (integrate is null || guard is null || fired is null || quiet is null)
        {
            return null;
        }

        int size = states.Length;
        var (weights, threshold, atOrAbove) = guard.Value;
        Coefficients Matrix(double[][] rows) => Coefficients.Matrix([.. rows.Select(row => row.Take(size).Select(number => (float)number).ToArray())]);
        Coefficients Column(double[][] rows, int column) => Coefficients.Vector([.. rows.Select(row => (float)row[column])]);
        return new(type.Name, new(
            states.Select(field => field.Name), Matrix(integrate), Column(integrate, size), Column(integrate, size + 1),
            Coefficients.Vector([.. weights.Select(number => (float)number)]), new((float)threshold, FiresAtThreshold: atOrAbove),
            new(Matrix(quiet), Column(quiet, size + 1)), new(Matrix(fired), Column(fired, size + 1))));
    }

    private static bool IsPlain(string name) => name.All(c => c is '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9'));
}
