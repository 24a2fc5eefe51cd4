namespace SnnDsl.Generator.Emission;

/// <summary>The types that emitted code names, in full, so that nothing in a user's project can stand for them.</summary>
internal static class RuntimeNames
{
    public const string MemberTypes = "global::System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes";
    public const string Tensor = "global::TorchSharp.torch.Tensor";
    public const string RandomGenerator = "global::TorchSharp.torch.Generator";
    public const string SpikeTrain = "global::SnnDsl.Kernels.SpikeTrain";
    public const string Interval = "global::SnnDsl.Bounds.Interval";
    public const string SpikeIntervals = "global::SnnDsl.Bounds.SpikeIntervals";
    public const string NeuronIntervals = "global::SnnDsl.Bounds.NeuronIntervals";
    public const string SpikingModule = "global::SnnDsl.Networks.SpikingModule";
    public const string NetworkDescription = "global::SnnDsl.Networks.NetworkDescription";
    public const string NetworkStages = "global::SnnDsl.Networks.NetworkStages";
    public const string LayerDescription = "global::SnnDsl.Networks.LayerDescription";
    public const string AffineWeights = "global::SnnDsl.Networks.AffineWeights";
    public const string BatchNorm = "global::SnnDsl.Networks.BatchNorm";
    public const string Dropout = "global::SnnDsl.Networks.Dropout";
    public const string Initialisation = "global::SnnDsl.Networks.Initialisation";
    public const string GraphModule = "global::SnnDsl.Networks.GraphModule";
    public const string NetworkNode = "global::SnnDsl.Networks.NetworkNode";
    public const string Joined = "global::SnnDsl.Networks.Joined";
    public const string Readouts = "global::SnnDsl.Networks.Readouts";
    public const string LinearMap = "global::SnnDsl.Affine.LinearMap";
    public const string Conv2dMap = "global::SnnDsl.Affine.Conv2dMap";
    public const string ConvTranspose2dMap = "global::SnnDsl.Affine.ConvTranspose2dMap";
    public const string AvgPool2dMap = "global::SnnDsl.Affine.AvgPool2dMap";
    public const string AdaptiveAvgPool2dMap = "global::SnnDsl.Affine.AdaptiveAvgPool2dMap";
    public const string SumPool2dMap = "global::SnnDsl.Affine.SumPool2dMap";
    public const string OrPool2dMap = "global::SnnDsl.Affine.OrPool2dMap";
    public const string FlattenMap = "global::SnnDsl.Affine.FlattenMap";
    public const string ScaleMap = "global::SnnDsl.Affine.ScaleMap";
    public const string VotingMap = "global::SnnDsl.Affine.VotingMap";
    public const string AffineMap = "global::SnnDsl.Affine.AffineMap";
    public const string AffineChain = "global::SnnDsl.Affine.AffineChain";
    public const string SpikingLayer = "global::SnnDsl.Kernels.SpikingLayer";
    public const string LearnedNeurons = "global::SnnDsl.Networks.LearnedNeurons";
    public const string RecurrentNeurons = "global::SnnDsl.Networks.RecurrentNeurons";
    public const string NeuronEquations = "global::SnnDsl.Model.NeuronEquations";
    public const string PerturbedInput = "global::SnnDsl.Perturbations.IPerturbedInput";
    public const string NetworkIntervals = "global::SnnDsl.Bounds.NetworkIntervals";
    public const string LinearForm = "global::SnnDsl.Bounds.LinearForm";
    public const string LinearQuery = "global::SnnDsl.Bounds.LinearQuery";
    public const string LinearBound = "global::SnnDsl.Bounds.LinearBound";
}
