using Microsoft.CodeAnalysis;
using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Readouts;

namespace SnnDsl.Generator.Parsing;

/// <summary>The attributes of a class that belong to its declaration as a network, in source order, by part.</summary>
/// <remarks>Holds Roslyn's own objects: it lives inside one parse and is never kept.</remarks>
internal sealed class DeclaredAttributes
{
    /// <summary>The attribute that makes a class a network.</summary>
    public const string SpikingNetwork = $"{OwnNames.Namespace}.SpikingNetworkAttribute";

    private const string Input = $"{OwnNames.Namespace}.InputAttribute";

    private static readonly Dictionary<string, LayerKind> s_layerKinds = LayerKinds.All.ToDictionary(kind => kind.AttributeName);
    private static readonly Dictionary<string, ReadoutKind> s_readoutKinds = ReadoutKinds.All.ToDictionary(kind => kind.AttributeName);

    private readonly List<(AttributeData Data, Place Place)> _all = [];
    private readonly List<LayerKind> _layers = [];
    private readonly List<ReadoutKind> _readouts = [];
    private readonly List<AttributeData> _strangers = [];

    /// <summary>Collects them from a class.</summary>
    public DeclaredAttributes(ISymbol symbol)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            string? name = OwnNames.Of(attribute.AttributeClass);
            if (name == SpikingNetwork)
            {
                Add(attribute, DeclarationPart.Network);
            }
            else if (name == Input)
            {
                Add(attribute, DeclarationPart.Input);
            }
            else if (name is not null && s_layerKinds.TryGetValue(name, out var layer))
            {
                Add(attribute, DeclarationPart.Layer);
                _layers.Add(layer);
            }
            else if (name is not null && s_readoutKinds.TryGetValue(name, out var readout))
            {
                Add(attribute, DeclarationPart.Readout);
                _readouts.Add(readout);
            }
            else if (Parsing.Strangers.Contains(attribute))
            {
                _strangers.Add(attribute);
                IsWhole = false;
            }
            else if (Parsing.Strangers.MayBeOurs(attribute))
            {
                IsWhole = false;
            }
        }
    }

    /// <summary>Every one of them with its place.</summary>
    public IReadOnlyList<(AttributeData Data, Place Place)> All => _all;

    /// <summary>The kinds of the layers.</summary>
    public IReadOnlyList<LayerKind> Layers => _layers;

    /// <summary>The kinds of the readouts.</summary>
    public IReadOnlyList<ReadoutKind> Readouts => _readouts;

    /// <summary>Whether a readout integrates what the last layer gives; without one the mean is read out.</summary>
    public bool IntegratesCurrents => _readouts.Exists(kind => kind.IntegratesCurrents);

    /// <summary>What looks like a layer and is none.</summary>
    public IReadOnlyList<AttributeData> Strangers => _strangers;

    /// <summary>Whether all that may belong to the declaration is known: what lacks otherwise may stand there, misspelt.</summary>
    public bool IsWhole { get; } = true;

    /// <summary>How many attributes a part has.</summary>
    public int Count(DeclarationPart part) => _all.Count(attribute => attribute.Place.Part == part);

    /// <summary>An attribute by its place.</summary>
    public AttributeData? At(DeclarationPart part, int index = 0) => part == DeclarationPart.Stranger
        ? _strangers[index]
        : _all.FirstOrDefault(attribute => attribute.Place.Part == part && attribute.Place.Index == index).Data;

    private void Add(AttributeData attribute, DeclarationPart part) => _all.Add((attribute, new Place(part, Count(part))));
}
