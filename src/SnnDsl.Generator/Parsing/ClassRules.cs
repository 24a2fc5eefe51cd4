using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SnnDsl.Generator.Emission;

namespace SnnDsl.Generator.Parsing;

/// <summary>What a class must be so that its other half can be emitted.</summary>
internal static class ClassRules
{
    /// <summary>Checks the class and the members that its user wrote.</summary>
    public static void Check(
        INamedTypeSymbol symbol, Compilation compilation, DeclaredAttributes attributes, ProblemReporter problems)
    {
        if (!IsPartial(symbol))
        {
            problems.Report(ProblemIds.NotPartial, symbol.Name);
        }

        foreach (var container in NetworkParser.Containers(symbol).Where(type => !IsPartial(type)))
        {
            problems.Report(ProblemIds.ContainerNotPartial, symbol.Name, container.Name);
        }

        if (symbol.IsGenericType)
        {
            problems.Report(ProblemIds.Generic, symbol.Name);
        }

        if (Peculiarity(symbol) is { } peculiarity)
        {
            problems.Report(ProblemIds.NotAnOrdinaryClass, symbol.Name, peculiarity);
        }

        // What is written counts: a base of object, too, is another than the emitted one, and looks like none in the symbol.
        if (!symbol.IsRecord && WrittenBase(symbol, compilation) is (var written, { TypeKind: TypeKind.Class } ancestor)
            && ancestor.ToDisplayString() != EmittedMembers.BaseClass)
        {
            problems.Report(ProblemIds.BaseClass, symbol.Name, written);
        }

        CheckCompilation(symbol, compilation, problems);

        CheckOnePart(attributes, problems);
        CheckMembers(symbol, compilation, problems);
    }

    /// <summary>The base class that the user's half names, and what it is; null where it names none. An interface is none.</summary>
    public static (string Text, ITypeSymbol Type)? WrittenBase(INamedTypeSymbol symbol, Compilation compilation)
    {
        foreach (var written in UserDeclarations(symbol).Select(reference => reference.GetSyntax()).OfType<TypeDeclarationSyntax>()
            .Where(type => type.BaseList is not null).SelectMany(type => type.BaseList!.Types))
        {
            if (compilation.GetSemanticModel(written.SyntaxTree).GetTypeInfo(written.Type).Type is { TypeKind: not TypeKind.Interface } type)
            {
                return (written.Type.ToString(), type);
            }
        }

        return null;
    }

    /// <summary>Whether the other half of a class can be there although its declaration is refused: the class itself has no fault, or that of not being partial.</summary>
    /// <param name="found">What <see cref="Check"/> found.</param>
    public static bool CanBeOutlined(IEnumerable<Problem> found) =>
        found.All(problem => problem.Id is ProblemIds.NotPartial or ProblemIds.ContainerNotPartial or ProblemIds.SplitDeclaration);

    /// <summary>Whether a file is our own output. A file that merely looks generated, X.g.cs for one, is its user's like any other.</summary>
    public static bool IsGenerated(SyntaxReference reference) =>
        reference.SyntaxTree.FilePath.Contains(OwnNames.Generator, StringComparison.Ordinal);

    /// <summary>The declarations of a symbol that its user wrote.</summary>
    public static IEnumerable<SyntaxReference> UserDeclarations(ISymbol symbol) =>
        symbol.DeclaringSyntaxReferences.Where(reference => !IsGenerated(reference));

    /// <summary>Where the class's name stands in what its user wrote.</summary>
    /// <param name="symbol">The class.</param>
    /// <param name="lacksPartial">Whether on the first part that is not partial.</param>
    public static Location NameLocation(INamedTypeSymbol symbol, bool lacksPartial = false) => UserDeclarations(symbol)
        .Select(reference => reference.GetSyntax()).OfType<TypeDeclarationSyntax>()
        .Where(type => !lacksPartial || !type.Modifiers.Any(SyntaxKind.PartialKeyword))
        .Select(type => type.Identifier.GetLocation()).FirstOrDefault() ?? Location.None;

    /// <summary>The members that the user wrote; a property is one, its accessors are none.</summary>
    public static IEnumerable<ISymbol> UserMembers(INamedTypeSymbol symbol) => symbol.GetMembers().Where(member =>
        !member.IsImplicitlyDeclared && member is not IMethodSymbol { AssociatedSymbol: not null } && UserDeclarations(member).Any());

    /// <summary>What tells a member from its overloads, as a <see cref="Place"/> names it.</summary>
    public static string KeyOf(ISymbol member) => member.GetDocumentationCommentId() ?? member.MetadataName;

    /// <summary>Whether a name is that of a visible member of the classes that emitted code derives from.</summary>
    /// <remarks>The class does not have its base class yet, so that is looked up where it comes from.</remarks>
    public static bool IsInherited(Compilation compilation, string name)
    {
        return compilation.GetTypeByMetadataName(EmittedMembers.BaseClass) is { } type && s_inherited.GetValue(type, VisibleNames).Contains(name);
    }

    // Asked for every name of every network at every keystroke: the base class is the same for all of them.
    private static readonly ConditionalWeakTable<INamedTypeSymbol, HashSet<string>> s_inherited = new();

    private static HashSet<string> VisibleNames(INamedTypeSymbol symbol)
    {
        HashSet<string> names = [];
        for (var type = symbol; type is not null; type = type.BaseType)
        {
            names.UnionWith(type.GetMembers().Where(IsVisible).Select(member => member.Name));
        }

        return names;
    }

    private static bool HasVisible(INamedTypeSymbol? type, string name) => type is not null && type.GetMembers(name).Any(IsVisible);

    private static bool IsVisible(ISymbol member) =>
        member.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    // What emitted code is written in and what it names.
    private static void CheckCompilation(INamedTypeSymbol symbol, Compilation compilation, ProblemReporter problems)
    {
        if (compilation is CSharpCompilation { LanguageVersion: < LanguageVersion.CSharp12 and var version })
        {
            problems.Report(ProblemIds.LanguageVersion, symbol.Name, version.ToDisplayString());
        }

        string[] roots = ["SnnDsl", "System", "TorchSharp"];
        if (roots.FirstOrDefault(root => !compilation.GlobalNamespace.GetTypeMembers(root).IsEmpty) is { } hidden)
        {
            problems.Report(ProblemIds.CannotCompile, symbol.Name, $"the type '{hidden}' hides the namespace '{hidden}'; rename it");
        }
        else if (compilation.GetTypeByMetadataName(EmittedMembers.BaseClass) is null)
        {
            problems.Report(ProblemIds.CannotCompile, symbol.Name, "the project does not reference SnnDsl.Runtime; add the package");
        }
    }

    private static bool IsPartial(INamedTypeSymbol symbol) => UserDeclarations(symbol)
        .All(reference => reference.GetSyntax() is MemberDeclarationSyntax type && type.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static string? Peculiarity(INamedTypeSymbol symbol) => symbol switch
    {
        { IsRecord: true } => "a record",
        { IsStatic: true } => "static",
        { IsAbstract: true } => "abstract",
        _ when NetworkParser.Containers(symbol).Prepend(symbol).Any(type => type.IsFileLocal) => "local to a file",
        _ => null,
    };

    // Across files the order of attributes is that of the files: an accident. So all layers must stand on one part.
    private static void CheckOnePart(DeclaredAttributes attributes, ProblemReporter problems)
    {
        var parts = attributes.All
            .Select(attribute => (attribute.Place, Part: attribute.Data.ApplicationSyntaxReference?.GetSyntax().Parent?.Parent))
            .ToList();
        var first = parts.FirstOrDefault(attribute => attribute.Place.Part == DeclarationPart.Network).Part;
        foreach (var (place, part) in parts.Where(attribute => attribute.Part != first))
        {
            problems.At(place).Report(ProblemIds.SplitDeclaration);
        }
    }

    private static void CheckMembers(INamedTypeSymbol symbol, Compilation compilation, ProblemReporter problems)
    {
        if (EmittedMembers.Names.Contains(symbol.Name))
        {
            problems.Report(ProblemIds.MemberClash, symbol.Name, symbol.Name);
        }

        // What hides a member of the emitted base class would be used in its place: a network's Steps, for one.
        var emitted = compilation.GetTypeByMetadataName(EmittedMembers.BaseClass);
        var place = problems.At(new Place(DeclarationPart.Member));
        foreach (var member in UserMembers(symbol))
        {
            var constructor = member is IMethodSymbol { MethodKind: MethodKind.Constructor } method ? method : null;
            bool clashes = constructor is null
                ? EmittedMembers.Names.Contains(member.Name) || HasVisible(emitted, member.Name)
                : IsEmittedConstructor(constructor);
            if (clashes)
            {
                string shown = constructor is null ? member.Name : symbol.Name + EmittedMembers.ConstructorParameters;
                place.ReportAt(KeyOf(member), ProblemIds.MemberClash, symbol.Name, shown);
            }
        }
    }

    // The emitted constructor takes (long seed = 0); a primary constructor would have to be called by it.
    private static bool IsEmittedConstructor(IMethodSymbol constructor) =>
        constructor.Parameters.Length == 0
        || constructor.Parameters is [{ Type.SpecialType: SpecialType.System_Int64 }]
        || UserDeclarations(constructor).Any(reference => reference.GetSyntax() is TypeDeclarationSyntax);
}
