namespace SnnDsl;

/// <summary>Batch normalisation of the affine layer directly before it: what both kinds of it can be told.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public abstract class BatchNormAttribute : LayerAttribute
{
    private protected BatchNormAttribute()
    {
    }

    /// <summary>What a batch weighs in the running statistics, in [0, 1]. Default: 0.1.</summary>
    public double Momentum { get; set; } = 0.1;

    /// <summary>What is added to variances, greater than 0. Default: 1e-5. Rounded to float32.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>Whether there are a weight and a bias to train. Default: true.</summary>
    public bool Affine { get; set; } = true;
}
