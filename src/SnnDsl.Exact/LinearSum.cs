using Google.OrTools.LinearSolver;

namespace SnnDsl.Exact;

/// <summary>A sum of weighted variables and a constant.</summary>
internal sealed class LinearSum
{
    private readonly Dictionary<Variable, double> terms = [];

    /// <summary>What does not depend on variables.</summary>
    public double Constant { get; private set; }

    /// <summary>A constant.</summary>
    public static LinearSum Of(double constant) => new() { Constant = constant };

    /// <summary>A variable.</summary>
    public static LinearSum Of(Variable variable) => new LinearSum().Add(1, variable);

    /// <summary>Adds a weighted variable.</summary>
    public LinearSum Add(double weight, Variable variable)
    {
        terms[variable] = terms.GetValueOrDefault(variable) + weight;
        return this;
    }

    /// <summary>Adds a weighted sum.</summary>
    public LinearSum Add(double weight, LinearSum other)
    {
        Constant += weight * other.Constant;
        if (weight != 0)
        {
            foreach (var (variable, factor) in other.terms)
            {
                Add(weight * factor, variable);
            }
        }

        return this;
    }

    /// <summary>Requires lower &lt;= sum &lt;= upper.</summary>
    public void Require(Solver solver, double lower, double upper)
    {
        var constraint = solver.MakeConstraint(lower - Constant, upper - Constant);
        foreach (var (variable, factor) in terms)
        {
            constraint.SetCoefficient(variable, factor);
        }
    }

    /// <summary>Makes the sum what the solver minimises.</summary>
    public void Minimise(Solver solver)
    {
        var objective = solver.Objective();
        objective.SetOffset(Constant);
        objective.SetMinimization();
        foreach (var (variable, factor) in terms)
        {
            objective.SetCoefficient(variable, factor);
        }
    }
}
