namespace SnnDsl.Training;

/// <summary>How gradients become steps.</summary>
public enum OptimiserKind
{
    /// <summary>Adam (Kingma, Ba 2015) with its usual constants 0.9, 0.999 and 1e-8.</summary>
    Adam,

    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,
}
