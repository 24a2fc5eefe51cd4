using Microsoft.CodeAnalysis;
using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Readouts;

namespace SnnDsl.Generator.Parsing;

/// <summary>Attributes of a network that look like a layer and are none: names of other libraries, and of what SnnDsl does not have.</summary>
internal static class Strangers
{
    private static readonly string[] s_own = [.. LayerKinds.All.Select(kind => kind.Title), .. ReadoutKinds.All.Select(kind => kind.Title)];

    // What other libraries call their layers, 1d, 2d or 3d behind it aside, and what to write here.
    private static readonly Dictionary<string, string> s_elsewhere = Hints(
        ("LayerNorm GroupNorm InstanceNorm BatchNorm RMSNorm SyncBatchNorm LocalResponseNorm WeightNorm SpectralNorm Norm BatchNormalization LayerNormalization GroupNormalization Normalization",
            "of normalisations it has [BatchNorm1d] and [BatchNorm2d], which fold into the map before them"),
        ("Dropout AlphaDropout FeatureAlphaDropout SpatialDropout GaussianDropout DropPath DropBlock", "write [Dropout(rate)]"),
        ("MaxPool AvgPool LPPool AdaptiveAvgPool AdaptiveMaxPool FractionalMaxPool MaxUnpool GlobalAvgPool GlobalMaxPool SumPool MaxPooling AveragePool AveragePooling GlobalMaxPooling "
            + "GlobalAveragePooling SumPooling Pool Pooling",
            "of pooling it has [MaxPool2d(kernel)] of spikes, [AvgPool2d(kernel)], [AdaptiveAvgPool2d(side)], [GlobalAvgPool2d] and [SumPool2d(kernel)]"),
        ("DepthwiseConv DepthwiseConvolution SeparableConv DepthwiseSeparableConv", "write [Conv2d(channels, Groups = inputChannels)]"),
        ("Conv3d ConvTranspose Conv1dTranspose Conv2dTranspose Conv3dTranspose Deconv Deconvolution", "of convolutions it has [Conv2d(channels)], [Conv1d(channels)] and [ConvTranspose2d(channels)]"),
        ("Conv Convolution LazyConv", "write [Conv2d(channels)]"),
        ("Dense Affine FullyConnected Bilinear LazyLinear InnerProduct Fc", "write [Linear(features)]"),
        ("Sequential ModuleList ModuleDict", "the attributes on the class are the sequence; write its layers in order"),
        ("Reshape Unflatten Squeeze Unsqueeze Permute Transpose View", "of changes of shape it has [Flatten]"),
        ("SkipConnection Shortcut ResidualBlock ResBlock BasicBlock Bottleneck", "write [Residual(\"name\")]"),
        ("Cat Concatenate Concatenation", "write [Concat(\"name\")]"),
        ("Recurrent RNN LSTM GRU RNNCell LSTMCell GRUCell SRNN SLSTM SConv2dLSTM SpikingRNN SpikingLSTM SpikingGRU Attention SelfAttention MultiheadAttention Transformer TransformerEncoder "
            + "TransformerDecoder TransformerEncoderLayer Embedding",
            "a network is made of layers such as [Linear], [Conv2d], [MaxPool2d], [Flatten] and [Lif]"),
        ("ReLU ReLU6 LeakyReLU PReLU RReLU ELU SELU CELU GELU GLU SiLU Mish Swish Sigmoid LogSigmoid HardSigmoid HardTanh HardSwish Tanh Softmax LogSoftmax Softmin Softplus Softsign Activation",
            "its neurons spike; write [Lif]"),
        ("Cuba CubaLif CurrentBased CurrentBasedLif SynapticLif", "write [Synaptic(SynapticDecay = ..., Decay = ...)]"),
        ("AdaptiveLif AlifNode AlifCell AdaptiveNeuron", "write [Alif(Adaptation = ..., AdaptationDecay = ...)]"),
        ("Resonator ResonateFire ResonatorNode", "write [ResonateAndFire(Decay = ..., Angle = ...)]"),
        ("Leaky RLeaky RSynaptic Lapicque Iaf Spiking SpikingNeuron LifNode IfNode ParametricLif ParametricLifNode EifNode QifNode KlifNode Izhikevich IzhikevichNode LifCell LifLayer "
            + "IntegrateAndFire LeakyIntegrateAndFire",
            "its neurons are [Lif(Threshold = ..., Decay = ...)], [If], [Plif] and others, and [Neuron(typeof(...))] of your own"),
        ("VotingLayer", "write [Voting(size)]"),
        ("Readout RateReadout", "it reads out by [MeanReadout] or [MembraneReadout]"),
        ("LiCell LeakyIntegrator", "write [Li(Decay = ...)]"),
        ("Encoder Encoding Poisson PoissonEncoder RateEncoder LatencyEncoder", "inputs are encoded by [SpikingNetwork(Encoding = ...)]"),
        ("Upsample UpSampling UpsamplingNearest UpsamplingBilinear ZeroPad ZeroPadding ConstantPad ReflectionPad ReplicationPad Padding", "of layers on images it has [Conv2d], with Padding and Stride, and [AvgPool2d]"),
        ("Layer SpikingLayer", Layers),
        ("Identity", "leave it out"));

    /// <summary>What to write in place of one that says nothing.</summary>
    public const string Layers = "it has [Linear], [Conv2d], [BatchNorm2d], [MaxPool2d], [Flatten], [Lif] and others, see docs/layers.md";

    /// <summary>The name as it was written, without its suffix.</summary>
    public static string NameOf(AttributeData attribute)
    {
        string name = attribute.AttributeClass!.Name;
        return name.Length > "Attribute".Length && name.EndsWith("Attribute", StringComparison.Ordinal)
            ? name.Substring(0, name.Length - "Attribute".Length)
            : name;
    }

    /// <summary>Whether an attribute looks like a layer: derived from one of ours, or a name that the compiler does not know and we do.</summary>
    public static bool Contains(AttributeData attribute) => attribute.AttributeClass is IErrorTypeSymbol unknown
        ? unknown is { CandidateReason: CandidateReason.None, ContainingType: null } && OwnNames.MayHold(unknown.ContainingNamespace) && Hint(NameOf(attribute)) is not null
        : attribute.AttributeClass is { } type && IsDerived(type);

    /// <summary>Whether an attribute that does not bind has a name of ours, or nearly: it may be misspelt, or there are two of that name.</summary>
    public static bool MayBeOurs(AttributeData attribute) =>
        attribute.AttributeClass is IErrorTypeSymbol && Spelling.Nearest(NameOf(attribute), s_own.Append("Input").Append("SpikingNetwork"), share: 3) is not null;

    /// <summary>What to write in its place, or null for a name that says nothing of layers.</summary>
    public static string? Hint(string name) =>
        s_own.FirstOrDefault(title => string.Equals(title, name, StringComparison.OrdinalIgnoreCase)) is { } own ? $"write [{own}]"
        : s_elsewhere.TryGetValue(Spelling.Plain(name), out string? hint) || s_elsewhere.TryGetValue(WithoutDimensions(Spelling.Plain(name)), out hint) ? hint
        : Spelling.Nearest(name, s_own, share: 3) is { } meant ? $"write [{meant}]"
        : null;

    /// <summary>The one layer or readout to write in its place; null where there are several or none.</summary>
    public static string? Meant(string name)
    {
        const string Write = "write [";
        string hint = Hint(name) ?? "";
        return !hint.StartsWith(Write, StringComparison.Ordinal) ? null
            : new string([.. hint.Skip(Write.Length).TakeWhile(char.IsLetterOrDigit)]);
    }

    private static Dictionary<string, string> Hints(params (string Names, string Hint)[] entries) => entries
        .SelectMany(entry => entry.Names.Split(' ').Select(name => (Name: Spelling.Plain(name), entry.Hint))).ToDictionary(entry => entry.Name, entry => entry.Hint);

    // CONV2D is CONV.
    private static string WithoutDimensions(string name) =>
        name.EndsWith("1D", StringComparison.Ordinal) || name.EndsWith("2D", StringComparison.Ordinal) || name.EndsWith("3D", StringComparison.Ordinal) ? name.Substring(0, name.Length - 2) : name;

    private static bool IsDerived(INamedTypeSymbol type) => type.BaseType is { } ancestor
        && (OwnNames.Of(ancestor) is $"{OwnNames.Namespace}.LayerAttribute" or $"{OwnNames.Namespace}.ReadoutAttribute"
            || IsDerived(ancestor));
}
