using Microsoft.CodeAnalysis;
using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Readouts;

namespace SnnDsl.Generator.Parsing;

/// <summary>Attributes of a network that look like a layer and are none: names of other libraries, and of what SnnDsl does not have.</summary>
internal static class Strangers
{
    private static readonly string[] s_own = [.. LayerKinds.All.Select(kind => kind.Title), .. ReadoutKinds.All.Select(kind => kind.Title)];

    // The first entry of which a part stands in the name is the answer; longer words come before those that they contain.
    private static readonly (string[] Parts, string Hint)[] s_hints =
    [
        (["norm"], "of normalisations it has [BatchNorm1d] and [BatchNorm2d], which fold into the map before them"),
        (["dropout"], "write [Dropout(rate)]"),
        (["pool"], "of pooling it has [MaxPool2d(kernel)] of spikes, [AvgPool2d(kernel)], [AdaptiveAvgPool2d(side)], [GlobalAvgPool2d] and [SumPool2d(kernel)]"),
        (["depthwise"], "write [Conv2d(channels, Groups = inputChannels)]"),
        (["convtranspose", "deconv", "conv3d"], "of convolutions it has [Conv2d(channels)], [Conv1d(channels)] and [ConvTranspose2d(channels)]"),
        (["conv"], "write [Conv2d(channels)]"),
        (["dense", "affine", "fullyconnected", "bilinear"], "write [Linear(features)]"),
        (["sequential", "modulelist", "moduledict"], "the attributes on the class are the sequence; write its layers in order"),
        (["reshape", "unflatten", "squeeze", "permute"], "of changes of shape it has [Flatten]"),
        (["residual", "skip", "shortcut"], "write [Residual(\"name\")]"),
        (["concat"], "write [Concat(\"name\")]"),
        (["recurrent", "rnn", "lstm", "gru", "attention", "transformer", "embedding"],
            "a network is made of layers such as [Linear], [Conv2d], [MaxPool2d], [Flatten] and [Lif]"),
        (["relu", "sigmoid", "tanh", "gelu", "silu", "softmax", "softplus", "activation"], "its neurons spike; write [Lif]"),
        (["synaptic", "cuba", "currentbased"], "write [Synaptic(SynapticDecay = ..., Decay = ...)]"),
        (["alif", "adaptive"], "write [Alif(Adaptation = ..., AdaptationDecay = ...)]"),
        (["resonat"], "write [ResonateAndFire(Decay = ..., Angle = ...)]"),
        (["lif", "leaky", "izhikevich", "neuron", "integrateandfire", "spiking"], "its neurons are [Lif(Threshold = ..., Decay = ...)], [If], [Plif] and others, and [Neuron(typeof(...))] of your own"),
        (["voting"], "write [Voting(size)]"),
        (["readout"], "it reads out by [MeanReadout] or [MembraneReadout]"),
        (["encod", "poisson"], "inputs are encoded by [SpikingNetwork(Encoding = ...)]"),
        (["upsample", "padding2d", "zeropad"], "of layers on images it has [Conv2d], with Padding and Stride, and [AvgPool2d]"),
        (["layer"], "it has [Linear], [Conv2d], [BatchNorm2d], [MaxPool2d], [Flatten], [Lif] and others, see docs/layers.md"),
    ];

    // Whole names that are too short to be looked for in others.
    private static readonly Dictionary<string, string> s_whole = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Fc"] = "write [Linear(features)]",
        ["View"] = "of changes of shape it has [Flatten]",
        ["Identity"] = "leave it out",
    };

    /// <summary>The name as it was written, without its suffix.</summary>
    public static string NameOf(AttributeData attribute)
    {
        string name = attribute.AttributeClass!.Name;
        return name.Length > "Attribute".Length && name.EndsWith("Attribute", StringComparison.Ordinal)
            ? name.Substring(0, name.Length - "Attribute".Length)
            : name;
    }

    /// <summary>Whether an attribute looks like a layer: derived from one of ours, or a name that the compiler does not know and we do.</summary>
    public static bool Contains(AttributeData attribute) => attribute.AttributeClass is { } type
        && (IsUnknown(attribute) ? Hint(NameOf(attribute)) is not null : IsDerived(type));

    /// <summary>Whether the compiler does not know it, so that a build ends with errors of its own.</summary>
    public static bool IsUnknown(AttributeData attribute) => attribute.AttributeClass is { TypeKind: TypeKind.Error };

    /// <summary>What to write in its place, or null for a name that says nothing of layers.</summary>
    public static string? Hint(string name) =>
        s_own.FirstOrDefault(title => string.Equals(title, name, StringComparison.OrdinalIgnoreCase)) is { } own ? $"write [{own}]"
        : s_whole.TryGetValue(name, out string? hint) ? hint
        : s_hints.FirstOrDefault(entry => entry.Parts.Any(part => name.IndexOf(part, StringComparison.OrdinalIgnoreCase) >= 0)).Hint
        ?? (Spelling.Nearest(name, s_own, share: 3) is { } meant ? $"write [{meant}]" : null);

    /// <summary>The one layer or readout to write in its place; null where there are several or none.</summary>
    public static string? Meant(string name)
    {
        const string Write = "write [";
        string hint = Hint(name) ?? "";
        return !hint.StartsWith(Write, StringComparison.Ordinal) ? null
            : new string([.. hint.Skip(Write.Length).TakeWhile(char.IsLetterOrDigit)]);
    }

    private static bool IsDerived(INamedTypeSymbol type) => type.BaseType is { } ancestor
        && (OwnNames.Of(ancestor) is $"{OwnNames.Namespace}.LayerAttribute" or $"{OwnNames.Namespace}.ReadoutAttribute"
            || IsDerived(ancestor));
}
