using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SnnDsl.Generator.Parsing;

/// <summary>
/// Runs the methods of a neuron's type on affine forms in place of numbers: one coefficient for each state, one for the current, and a constant.
/// What is not affine is reported where it stands.
/// </summary>
/// <remarks>Lives inside one parse: it holds Roslyn's own objects.</remarks>
/// <param name="type">The type's name.</param>
/// <param name="states">The fields that are its states.</param>
/// <param name="compilation">Where the code is.</param>
/// <param name="problems">Takes what is not affine.</param>
internal sealed class NeuronCode(string type, IReadOnlyList<IFieldSymbol> states, Compilation compilation, ProblemReporter problems)
{
    private const string Shape = "only sums, differences, and products and quotients with constants are";

    private readonly Dictionary<ISymbol, double[]> values = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<SyntaxTree, SemanticModel> models = [];
    private bool failed;

    private int Size => states.Count;

    /// <summary>Every state as it was.</summary>
    public double[][] Unchanged() => [.. Enumerable.Range(0, Size).Select(Unit)];

    /// <summary>What a method leaves in the states.</summary>
    /// <param name="member">The method.</param>
    /// <param name="withCurrent">Whether its parameter is the current.</param>
    /// <returns>Null where something is not affine.</returns>
    public double[][]? Run(ISymbol member, bool withCurrent)
    {
        Begin();
        if (withCurrent && member is IMethodSymbol { Parameters: [var current] })
        {
            values[current] = Unit(Size);
        }

        var (body, expression) = Code(member);
        if (body is not null)
        {
            Execute(body);
        }
        else if (expression is not null)
        {
            Execute(expression);
        }

        double[][] left = [.. states.Select(state => values[state])];
        return failed || !AreFinite(left.SelectMany(row => row), member) ? null : left;
    }

    /// <summary>The guard: w, and what w . y is compared with, above or at or above.</summary>
    /// <param name="member">The property.</param>
    /// <returns>Null where it is no comparison of affine expressions.</returns>
    public (double[] Weights, double Threshold, bool AtOrAbove)? Guard(ISymbol member)
    {
        Begin();
        var (body, expression) = Code(member);
        expression ??= body is { Statements: [ReturnStatementSyntax { Expression: { } returned }] } ? returned : null;
        if (Bare(expression) is not BinaryExpressionSyntax comparison || Sign(comparison) is not { } sign)
        {
            Refuse((SyntaxNode?)expression ?? body ?? member.DeclaringSyntaxReferences[0].GetSyntax(), "Fires compares two affine expressions by >, >=, < or <=");
            return null;
        }

        if (Value(comparison.Left) is not { } left || Value(comparison.Right) is not { } right)
        {
            return null;
        }

        double[] difference = [.. left.Zip(right, (a, b) => sign * (a - b))];
        double[] weights = [.. difference.Take(Size)];
        if (weights.All(weight => (float)weight == 0))
        {
            Refuse(comparison, "Fires compares no state");
            return null;
        }

        bool atOrAbove = comparison.IsKind(SyntaxKind.GreaterThanOrEqualExpression) || comparison.IsKind(SyntaxKind.LessThanOrEqualExpression);
        return failed || !AreFinite(difference, member) ? null : (weights, -difference[Size + 1], atOrAbove);
    }

    private static double? Sign(BinaryExpressionSyntax comparison) => comparison.Kind() switch
    {
        SyntaxKind.GreaterThanExpression or SyntaxKind.GreaterThanOrEqualExpression => 1,
        SyntaxKind.LessThanExpression or SyntaxKind.LessThanOrEqualExpression => -1,
        _ => null,
    };

    private static ExpressionSyntax? Bare(ExpressionSyntax? expression)
    {
        while (expression is ParenthesizedExpressionSyntax inner)
        {
            expression = inner.Expression;
        }

        return expression;
    }

    private static (BlockSyntax? Body, ExpressionSyntax? Expression) Code(ISymbol member) => member.DeclaringSyntaxReferences[0].GetSyntax() switch
    {
        MethodDeclarationSyntax method => (method.Body, method.ExpressionBody?.Expression),
        PropertyDeclarationSyntax { ExpressionBody: { } arrow } => (null, arrow.Expression),
        PropertyDeclarationSyntax { AccessorList.Accessors: [var getter] } => (getter.Body, getter.ExpressionBody?.Expression),
        _ => (null, null),
    };

    private void Begin()
    {
        failed = false;
        values.Clear();
        for (int i = 0; i < Size; i++)
        {
            values[states[i]] = Unit(i);
        }
    }

    private double[] Unit(int at) => [.. Enumerable.Range(0, Size + 2).Select(i => i == at ? 1.0 : 0)];

    private double[] Constant(double value) => [.. Enumerable.Range(0, Size + 2).Select(i => i == Size + 1 ? value : 0)];

    private static bool IsConstant(double[] form) => form.Take(form.Length - 1).All(coefficient => coefficient == 0);

    private bool AreFinite(IEnumerable<double> numbers, ISymbol member)
    {
        if (numbers.All(number => !float.IsNaN((float)number) && !float.IsInfinity((float)number)))
        {
            return true;
        }

        Refuse(member.DeclaringSyntaxReferences[0].GetSyntax(), "a coefficient of it is not finite as a float32");
        return false;
    }

    private void Execute(StatementSyntax statement)
    {
        switch (statement)
        {
            case BlockSyntax block:
                foreach (var inner in block.Statements)
                {
                    Execute(inner);
                }

                break;
            case EmptyStatementSyntax:
                break;
            case ExpressionStatementSyntax line:
                Execute(line.Expression);
                break;
            case LocalDeclarationStatementSyntax declaration when declaration.Declaration.Variables.All(variable => variable.Initializer is not null):
                foreach (var variable in declaration.Declaration.Variables)
                {
                    if (Model(variable).GetDeclaredSymbol(variable) is ILocalSymbol local && IsReal(local.Type) && Value(variable.Initializer!.Value) is { } value)
                    {
                        values[local] = value;
                    }
                    else if (!failed)
                    {
                        Refuse(variable, "a local is a float");
                    }
                }

                break;
            default:
                Refuse(statement, "a step is made of assignments alone");
                break;
        }
    }

    private void Execute(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case AssignmentExpressionSyntax { Left: TupleExpressionSyntax to, Right: TupleExpressionSyntax from } when to.Arguments.Count == from.Arguments.Count:
                double[]?[] all = [.. from.Arguments.Select(argument => Value(argument.Expression))];
                for (int i = 0; i < all.Length; i++)
                {
                    Assign(to.Arguments[i].Expression, all[i]);
                }

                break;
            case AssignmentExpressionSyntax assignment when assignment.IsKind(SyntaxKind.SimpleAssignmentExpression):
                Assign(assignment.Left, Value(assignment.Right));
                break;
            case AssignmentExpressionSyntax assignment:
                Assign(assignment.Left, Value(assignment.Left) is { } before && Value(assignment.Right) is { } by
                    ? Combine(assignment, assignment.OperatorToken.Text.TrimEnd('='), before, by) : null);
                break;
            case PostfixUnaryExpressionSyntax { Operand: { } operand } step when step.OperatorToken.Text is "++" or "--":
                Step(operand, step.OperatorToken.Text);
                break;
            case PrefixUnaryExpressionSyntax { Operand: { } operand } step when step.OperatorToken.Text is "++" or "--":
                Step(operand, step.OperatorToken.Text);
                break;
            default:
                Refuse(expression, "a step is made of assignments alone");
                break;
        }
    }

    private void Step(ExpressionSyntax operand, string by) =>
        Assign(operand, Value(operand) is { } before ? [.. before.Zip(Constant(by == "++" ? 1 : -1), (a, b) => a + b)] : null);

    private void Assign(ExpressionSyntax to, double[]? value)
    {
        if (value is null)
        {
            return;
        }

        if (Model(to).GetSymbolInfo(to).Symbol is { } symbol && IsOwn(to) && values.ContainsKey(symbol))
        {
            values[symbol] = value;
        }
        else
        {
            Refuse(to, "only states and locals can be assigned");
        }
    }

    // A plain name, or one behind "this".
    private static bool IsOwn(ExpressionSyntax expression) => expression is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax };

    private double[]? Value(ExpressionSyntax expression)
    {
        var model = Model(expression);
        if (model.GetConstantValue(expression) is { HasValue: true, Value: { } constant })
        {
            return Number(constant) is { } number ? Constant(number) : Refuse(expression, Shape);
        }

        if (!IsReal(model.GetTypeInfo(expression).Type))
        {
            return Refuse(expression, "its type is no float");
        }

        switch (expression)
        {
            case ParenthesizedExpressionSyntax inner:
                return Value(inner.Expression);
            case CastExpressionSyntax cast:
                return Value(cast.Expression);
            case PrefixUnaryExpressionSyntax { OperatorToken.Text: "-" } minus:
                return Value(minus.Operand) is { } positive ? [.. positive.Select(coefficient => -coefficient)] : null;
            case PrefixUnaryExpressionSyntax { OperatorToken.Text: "+" } plus:
                return Value(plus.Operand);
            case BinaryExpressionSyntax binary:
                return Value(binary.Left) is { } left && Value(binary.Right) is { } right ? Combine(binary, binary.OperatorToken.Text, left, right) : null;
            case InvocationExpressionSyntax call:
                return Called(call, model);
        }

        return model.GetSymbolInfo(expression).Symbol switch
        {
            { } own when IsOwn(expression) && values.TryGetValue(own, out double[] value) => [.. value],
            IFieldSymbol { IsStatic: true, IsReadOnly: true, DeclaringSyntaxReferences: [var place] }
                when place.GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: { } initial } && Value(initial) is { } known && IsConstant(known) => known,
            _ => failed ? null : Refuse(expression, Shape),
        };
    }

    private double[]? Combine(ExpressionSyntax at, string operation, double[] left, double[] right)
    {
        double by = right[Size + 1];
        return operation switch
        {
            "+" => [.. left.Zip(right, (a, b) => a + b)],
            "-" => [.. left.Zip(right, (a, b) => a - b)],
            "*" when IsConstant(right) => [.. left.Select(coefficient => coefficient * by)],
            "*" when IsConstant(left) => [.. right.Select(coefficient => coefficient * left[Size + 1])],
            "/" when IsConstant(right) => [.. left.Select(coefficient => coefficient / by)],
            _ => Refuse(at, Shape),
        };
    }

    // A function of constants is a constant.
    private double[]? Called(InvocationExpressionSyntax call, SemanticModel model)
    {
        var method = model.GetSymbolInfo(call).Symbol as IMethodSymbol;
        bool isMath = method?.ContainingType is { Name: "Math" or "MathF", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };
        double[]?[] arguments = isMath ? [.. call.ArgumentList.Arguments.Select(argument => Value(argument.Expression))] : [];
        if (failed)
        {
            return null;
        }

        double[] numbers = [.. arguments.OfType<double[]>().Where(IsConstant).Select(argument => argument[Size + 1])];
        double? result = numbers.Length != call.ArgumentList.Arguments.Count ? null : (method!.Name, numbers) switch
        {
            ("Exp", [var x]) => Math.Exp(x),
            ("Log", [var x]) => Math.Log(x),
            ("Sqrt", [var x]) => Math.Sqrt(x),
            ("Cos", [var x]) => Math.Cos(x),
            ("Sin", [var x]) => Math.Sin(x),
            ("Abs", [var x]) => Math.Abs(x),
            ("Pow", [var x, var y]) => Math.Pow(x, y),
            ("Min", [var x, var y]) => Math.Min(x, y),
            ("Max", [var x, var y]) => Math.Max(x, y),
            _ => null,
        };
        return result is { } number ? Constant(number) : Refuse(call, Shape);
    }

    private static double? Number(object constant) => constant switch
    {
        float or double or int or uint or long or ulong or short or ushort or byte or sbyte => Convert.ToDouble(constant, System.Globalization.CultureInfo.InvariantCulture),
        _ => null,
    };

    private static bool IsReal(ITypeSymbol? type) => type?.SpecialType is SpecialType.System_Single or SpecialType.System_Double;

    // One model a file binds a method once, and not once an expression.
    private SemanticModel Model(SyntaxNode node)
    {
        if (!models.TryGetValue(node.SyntaxTree, out var model))
        {
            models.Add(node.SyntaxTree, model = compilation.GetSemanticModel(node.SyntaxTree));
        }

        return model;
    }

    private double[]? Refuse(SyntaxNode at, string why)
    {
        failed = true;
        int tree = compilation.SyntaxTrees.ToList().IndexOf(at.SyntaxTree);
        string text = string.Join(" ", at.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        problems.ReportIn(
            new(tree, at.SpanStart, at.Span.Length), ProblemIds.NotAffine, type, text.Length > 60 ? text.Substring(0, 57) + "..." : text, why);
        return null;
    }
}
