namespace SnnDsl.Generator.Layers;

/// <summary>The registry of layer kinds.</summary>
internal static class LayerKinds
{
    /// <summary>All kinds: the one list that a new kind must be added to.</summary>
    public static IReadOnlyList<LayerKind> All { get; } =
    [
        LinearLayer.OwnKind, Conv2dLayer.OwnKind, Conv2dLayer.OfSequencesKind, ConvTranspose2dLayer.OwnKind,
        AvgPool2dLayer.OwnKind, AvgPool2dLayer.OfSequencesKind, GlobalAvgPool2dLayer.OwnKind, AdaptiveAvgPool2dLayer.OwnKind, SumPool2dLayer.OwnKind,
        MaxPool2dLayer.OwnKind, MaxPool2dLayer.OfSequencesKind, BatchNormLayer.OfVectorsKind, BatchNormLayer.OfImagesKind, DropoutLayer.OwnKind,
        VotingLayer.OwnKind, FlattenLayer.OwnKind, LifLayer.OwnKind, IfLayer.OwnKind, PlifLayer.OwnKind, SynapticLayer.OwnKind, AlifLayer.OwnKind,
        ResonateAndFireLayer.OwnKind, OwnNeuronLayer.OwnKind, NormalizeLayer.OwnKind, ResidualLayer.OwnKind, ConcatLayer.OwnKind, DelayLayer.OwnKind,
    ];
}
