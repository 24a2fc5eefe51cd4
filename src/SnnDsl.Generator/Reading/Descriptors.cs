using System.Globalization;
using Microsoft.CodeAnalysis;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.Generator.Diagnostics;

/// <summary>All diagnostics of the compiler.</summary>
internal static class Descriptors
{
    private const string Category = "SnnDsl";
    private const string HelpRoot = "https://github.com/snndsl/snndsl/blob/main/docs/diagnostics/";

    // Stands before the descriptors, which enter themselves here.
    private static readonly Dictionary<string, DiagnosticDescriptor> s_byId = [];

    public static readonly DiagnosticDescriptor NotPartial = CreateError(
        ProblemIds.NotPartial, "Network is not partial",
        "Network '{0}' must be partial: its other half is generated");

    public static readonly DiagnosticDescriptor ContainerNotPartial = CreateError(
        ProblemIds.ContainerNotPartial, "Network is nested in a type that is not partial",
        "Network '{0}' is nested in '{1}', which must be partial too");

    public static readonly DiagnosticDescriptor Generic = CreateError(
        ProblemIds.Generic, "Network is generic",
        "Network '{0}' must not be generic or nested in a generic type: an architecture has no type parameters");

    public static readonly DiagnosticDescriptor NotAnOrdinaryClass = CreateError(
        ProblemIds.NotAnOrdinaryClass, "Network is not an ordinary class",
        "Network '{0}' is {1}: declare it as an ordinary class");

    public static readonly DiagnosticDescriptor BaseClass = CreateError(
        ProblemIds.BaseClass, "Network has a base class",
        "Network '{0}' derives from '{1}', but its base class is generated: remove '{1}'");

    public static readonly DiagnosticDescriptor SplitDeclaration = CreateError(
        ProblemIds.SplitDeclaration, "Declaration is split over several parts",
        "This attribute stands on another part of the class than [SpikingNetwork], so its place in the order is undefined: put " +
        "all of them on one part");

    public static readonly DiagnosticDescriptor NoSpikingNetwork = CreateWarning(
        ProblemIds.NoSpikingNetwork, "Layers without a network",
        "Class '{0}' has [{1}] but no [SpikingNetwork]: no network is generated for it");

    public static readonly DiagnosticDescriptor MemberClash = CreateError(
        ProblemIds.MemberClash, "Member clashes with a generated one",
        "Network '{0}' already has '{1}' from its generated half: rename or remove this one");

    public static readonly DiagnosticDescriptor EmissionFailed = CreateError(
        ProblemIds.EmissionFailed, "Network could not be emitted",
        "The code of network '{0}' could not be emitted ({1}: {2}): this is a fault of SnnDsl, please report the declaration; other networks have theirs");

    public static readonly DiagnosticDescriptor NoInput = CreateError(
        ProblemIds.NoInput, "Network has no input",
        "The network has no input: add [Input(features)] or [Input(channels, height, width)]");

    public static readonly DiagnosticDescriptor NoLayers = CreateError(
        ProblemIds.NoLayers, "Network has no layers",
        "The network has no layers: add [Linear], [Lif] and others in order");

    public static readonly DiagnosticDescriptor NoSpikingLayer = CreateError(
        ProblemIds.NoSpikingLayer, "Network has no spiking layer",
        "The network has no spiking layer: add [Lif] after a Linear, Conv2d or AvgPool2d layer");

    public static readonly DiagnosticDescriptor TimeSteps = CreateError(
        ProblemIds.TimeSteps, "Too few time steps",
        "TimeSteps must be at least 1, is {0}");

    public static readonly DiagnosticDescriptor UndefinedValue = CreateError(
        ProblemIds.UndefinedValue, "Value is not defined",
        "{0} = {1} is not defined: use one of {2}");

    public static readonly DiagnosticDescriptor EncodingDoesNotFit = CreateWarning(
        ProblemIds.EncodingDoesNotFit, "Encoding does not fit the input",
        "Encoding {0} hardly fits the input {1}: {2}");

    public static readonly DiagnosticDescriptor OutOfOrder = CreateWarning(
        ProblemIds.OutOfOrder, "Declaration is out of order",
        "{0} stands out of order: put it {1}");

    public static readonly DiagnosticDescriptor LanguageVersion = CreateError(
        ProblemIds.LanguageVersion, "Language version is too old",
        "Network '{0}' needs C# 12 or later and is compiled as C# {1}: raise or remove <LangVersion>");

    public static readonly DiagnosticDescriptor CannotCompile = CreateError(
        ProblemIds.CannotCompile, "Emitted code would not compile",
        "The code of network '{0}' would not compile: {1}");

    public static readonly DiagnosticDescriptor SizeNotPositive = CreateError(
        ProblemIds.SizeNotPositive, "Size is not positive",
        "{0}: {1} must be at least 1, is {2}");

    public static readonly DiagnosticDescriptor NegativePadding = CreateError(
        ProblemIds.NegativePadding, "Padding is negative",
        "{0}: {1} must be at least 0, is {2}");

    public static readonly DiagnosticDescriptor Threshold = CreateError(
        ProblemIds.Threshold, "Threshold is not positive",
        "Threshold must be finite and greater than 0 as a float32, is {0}");

    public static readonly DiagnosticDescriptor Decay = CreateError(
        ProblemIds.Decay, "Decay is not a share",
        "{0}: {1} must lie in [0, 1], is {2}");

    public static readonly DiagnosticDescriptor ResetValue = CreateError(
        ProblemIds.ResetValue, "Reset value is not finite",
        "ResetValue must be finite as a float32, is {0}");

    public static readonly DiagnosticDescriptor ResetValueUnused = CreateWarning(
        ProblemIds.ResetValueUnused, "Reset value has no effect",
        "ResetValue = {0} has no effect: {1}");

    public static readonly DiagnosticDescriptor SurrogateWidth = CreateError(
        ProblemIds.SurrogateWidth, "Surrogate width is not positive",
        "SurrogateWidth and its reciprocal must be finite and greater than 0 as float32, or it is 0 for the surrogate's own; is {0}");

    public static readonly DiagnosticDescriptor NoArgument = CreateError(
        ProblemIds.NoArgument, "Attribute has no such argument",
        "{0} has no argument '{1}': {2}");

    public static readonly DiagnosticDescriptor NotFinite = CreateError(
        ProblemIds.NotFinite, "Number is not finite",
        "{0}: {1} must be finite as a float32, is {2}");

    public static readonly DiagnosticDescriptor NameNotIdentifier = CreateError(
        ProblemIds.NameNotIdentifier, "Layer name is no identifier",
        "'{0}' cannot name a layer: use letters, digits and underscores, no digit first, and no keyword of C#");

    public static readonly DiagnosticDescriptor NameReserved = CreateError(
        ProblemIds.NameReserved, "Layer name is taken by a member",
        "'{0}' cannot name a layer: the name '{1}' is already taken in '{2}'");

    public static readonly DiagnosticDescriptor NameDuplicate = CreateError(
        ProblemIds.NameDuplicate, "Layer name is used twice",
        "Layer name '{0}' is already that of layer {1} ({2})");

    public static readonly DiagnosticDescriptor NeedsVector = CreateError(
        ProblemIds.NeedsVector, "Linear on an image",
        "Linear expects {0}, gets {1}: put [Flatten] before it");

    public static readonly DiagnosticDescriptor NeedsImage = CreateError(
        ProblemIds.NeedsImage, "Convolution or pooling on a vector",
        "{0} expects channels x height x width, gets a vector of {1}");

    public static readonly DiagnosticDescriptor StatedSizeDiffers = CreateError(
        ProblemIds.StatedSizeDiffers, "Stated size differs",
        "{0} expects {1} {2}, gets {3}");

    public static readonly DiagnosticDescriptor KernelTooLarge = CreateError(
        ProblemIds.KernelTooLarge, "Kernel is larger than its input",
        "{0}: kernel {1} is larger than the input {2}{3}");

    public static readonly DiagnosticDescriptor TooLarge = CreateError(
        ProblemIds.TooLarge, "Layer is too large",
        "{0} has {2} {1}, more than the 2,147,483,647 that can be addressed");

    public static readonly DiagnosticDescriptor SpikingWithoutAffine = CreateError(
        ProblemIds.SpikingWithoutAffine, "Spiking layer follows no affine layer",
        "{0} follows {1} with no affine layer between them: put Linear, Conv2d or AvgPool2d before it");

    public static readonly DiagnosticDescriptor OutputNotVector = CreateError(
        ProblemIds.OutputNotVector, "Output cannot be read out",
        "The last layer, {0}, gives {1}: a readout needs a vector, one value a class; add [Flatten] and [Linear]");

    public static readonly DiagnosticDescriptor TooFewClasses = CreateError(
        ProblemIds.TooFewClasses, "Too few classes",
        "The last layer, {0}, gives {1} value: a classifier needs at least 2 classes");

    public static readonly DiagnosticDescriptor MembraneReadoutFires = CreateError(
        ProblemIds.MembraneReadoutFires, "Membrane readout of a layer that fires",
        "{0} integrates the last affine layer, but none follows the last {1}: remove that {1} or read out with [MeanReadout]");

    public static readonly DiagnosticDescriptor SeveralReadouts = CreateError(
        ProblemIds.SeveralReadouts, "Several readouts",
        "The network already has [{0}]: keep one readout");

    public static readonly DiagnosticDescriptor NoLayer = CreateError(
        ProblemIds.NoLayer, "Attribute is no layer",
        "'{0}' is no layer of SnnDsl: {1}");

    public static readonly DiagnosticDescriptor MaxPoolOfCurrents = CreateError(
        ProblemIds.MaxPoolOfCurrents, "Maximum of currents",
        "{0} follows {1}: the maximum of currents is not supported yet, only that of spikes; put {0} behind the neurons");

    public static readonly DiagnosticDescriptor PoolPadding = CreateError(
        ProblemIds.PoolPadding, "Padding is more than half of the kernel",
        "{0}: Padding must be at most half of the kernel {2}, is {1}");

    public static readonly DiagnosticDescriptor NormalisesNothing = CreateError(
        ProblemIds.NormalisesNothing, "Normalisation of no affine layer",
        "{0} follows {1}: put it directly behind the Linear or Conv2d layer that it normalises");

    public static readonly DiagnosticDescriptor NormalisesAnImage = CreateError(
        ProblemIds.NormalisesAnImage, "Normalisation of vectors on an image",
        "BatchNorm1d expects a vector, gets {0}: write [BatchNorm2d]");

    public static readonly DiagnosticDescriptor NormalisationConstants = CreateError(
        ProblemIds.NormalisationConstants, "Constant of a normalisation is out of its range",
        "{0} must be {1}, is {2}");

    public static readonly DiagnosticDescriptor DropoutRate = CreateError(
        ProblemIds.DropoutRate, "Dropout rate is not a share",
        "Dropout: rate must lie in [0, 1), is {0}");

    public static readonly DiagnosticDescriptor VotingGroups = CreateError(
        ProblemIds.VotingGroups, "Votes do not divide",
        "Voting expects a vector of a multiple of {0} values, gets {1}");

    public static readonly DiagnosticDescriptor VotingIsNotLast = CreateError(
        ProblemIds.VotingIsNotLast, "Vote before neurons",
        "Voting is the vote of the last neurons, but {0} follows: put it behind all neurons");

    public static readonly DiagnosticDescriptor BiasBeforeNormalisation = CreateHint(
        ProblemIds.BiasBeforeNormalisation, "Bias before a normalisation",
        "The bias of {0} does nothing: {1} subtracts the mean of what it is added to; write Bias = false");

    public static readonly DiagnosticDescriptor UnknownSource = CreateError(
        ProblemIds.UnknownSource, "Source is no layer",
        "{0} reads '{1}', but no layer has that name: {2}");

    public static readonly DiagnosticDescriptor LaterSource = CreateError(
        ProblemIds.LaterSource, "Source comes later",
        "{0} reads '{1}', which does not stand before it: {2}");

    public static readonly DiagnosticDescriptor ShapesDoNotAdd = CreateError(
        ProblemIds.ShapesDoNotAdd, "Shapes do not add",
        "Residual adds {0} to {1}: bring both to one shape, by a [Conv2d] or [Linear] with From in the shortcut");

    public static readonly DiagnosticDescriptor ShapesDoNotJoin = CreateError(
        ProblemIds.ShapesDoNotJoin, "Shapes do not join",
        "Concat puts {0} behind {1}: all but the first size must be the same");

    public static readonly DiagnosticDescriptor MixedValues = CreateError(
        ProblemIds.MixedValues, "Spikes and currents together",
        "{0} joins {1}, of {2}, with {3}, of {4}: join currents before neurons, or spikes behind them");

    public static readonly DiagnosticDescriptor Unread = CreateError(
        ProblemIds.Unread, "Output that nothing reads",
        "Nothing reads {0}: take it out, or name it in [Residual], in [Concat] or by From");

    public static readonly DiagnosticDescriptor ReadBeforeNormalisation = CreateError(
        ProblemIds.ReadBeforeNormalisation, "Source is normalised",
        "{0} reads {1}, but {2} folds into that layer: read {2}");

    public static readonly DiagnosticDescriptor JoinsNothing = CreateError(
        ProblemIds.JoinsNothing, "Nothing to join",
        "{0} {1}: name each layer that joins the value before it, once");

    public static readonly DiagnosticDescriptor DecayAndTau = CreateError(
        ProblemIds.DecayAndTau, "Decay and time constant",
        "{0} states Decay = {1} and Tau = {2}: keep one of them, Tau is a decay of 1 - 1/Tau");

    public static readonly DiagnosticDescriptor Tau = CreateError(
        ProblemIds.Tau, "Time constant is below one step",
        "{0}: Tau must be finite and at least 1, is {1}: it is a decay of 1 - 1/Tau");

    public static readonly DiagnosticDescriptor NoGain = CreateError(
        ProblemIds.NoGain, "Currents are scaled to nothing",
        "{0}: DecayInput scales currents by 1 - decay, which is 0 here: state a decay below 1");

    public static readonly DiagnosticDescriptor LearnedDecay = CreateError(
        ProblemIds.LearnedDecay, "Learned decay begins at its end",
        "{0}: a learned decay lies strictly between 0 and 1, begins at {1}: state another");

    public static readonly DiagnosticDescriptor NoNeuron = CreateError(
        ProblemIds.NoNeuron, "Type is no neuron",
        "{0} is no neuron: {1}");

    public static readonly DiagnosticDescriptor LearnedThreshold = CreateError(
        ProblemIds.LearnedThreshold, "Threshold cannot be learned",
        "{0}: a learned threshold {1}");

    public static readonly DiagnosticDescriptor DetachesNothing = CreateWarning(
        ProblemIds.DetachesNothing, "No reset to detach",
        "{0}: DetachReset has no effect, for without a reset a spike leaves nothing in the neuron: remove it, or state a reset");

    public static readonly DiagnosticDescriptor ThresholdOutOfReach = CreateWarning(
        ProblemIds.ThresholdOutOfReach, "Threshold is out of reach",
        "No input in [0, 1] makes these neurons fire: in {2} steps their membranes come to {1} at most, and the threshold is {0}");

    public static readonly DiagnosticDescriptor SilentAtFirst = CreateHint(
        ProblemIds.SilentAtFirst, "Neurons are silent at first",
        "With initial weights none of {2} neurons is expected to fire, for any input that was not made from them: membranes deviate from 0 by {1}, and the threshold is {0}");

    public static readonly DiagnosticDescriptor NoGradientAtFirst = CreateWarning(
        ProblemIds.NoGradientAtFirst, "No gradient passes at first",
        "With initial weights no gradient is expected to pass any of {2} neurons, for any input that was not made from them: membranes deviate from 0 by {1}, the threshold is {0}, and the " +
        "surrogate ends at a distance of {3} from it");

    public static readonly DiagnosticDescriptor NotAffine = CreateError(
        ProblemIds.NotAffine, "Neuron is not affine",
        "Of neuron {0}, '{1}' is not affine in the states and the current: {2}");

    public static readonly DiagnosticDescriptor PixelsAreGone = CreateError(
        ProblemIds.PixelsAreGone, "Normalisation of no pixels",
        "{0} normalises pixels, but {1}: put it directly behind [Input], with Encoding.Direct");

    public static readonly DiagnosticDescriptor PixelChannels = CreateError(
        ProblemIds.PixelChannels, "Mean and std are not one a channel",
        "Normalize of {0} takes {1} numbers of mean and of std, gets {2} and {3}");

    public static readonly DiagnosticDescriptor PixelConstants = CreateError(
        ProblemIds.PixelConstants, "Mean or std is out of its range",
        "Normalize: {0} must be {1}, is {2}");

    public static readonly DiagnosticDescriptor SquareAndSides = CreateError(
        ProblemIds.SquareAndSides, "Square and its sides",
        "{0} states {1} = {2} and {3} = {4}: keep {1} for both sides, or state {1}Height and {1}Width");

    public static readonly DiagnosticDescriptor Groups = CreateError(
        ProblemIds.Groups, "Groups do not divide",
        "{0}: Groups must divide input and output channels, is {1} for {2} and {3}");

    public static readonly DiagnosticDescriptor Same = CreateError(
        ProblemIds.Same, "Same with a stride or padding",
        "{0}: Same pads so that the image keeps its size at a stride of 1: remove {1} = {2}, or Same");

    public static readonly DiagnosticDescriptor NeedsSequence = CreateError(
        ProblemIds.NeedsSequence, "Layer along a length on another shape",
        "{0} expects channels x length, gets {1}");

    public static readonly DiagnosticDescriptor OutputPadding = CreateError(
        ProblemIds.OutputPadding, "Output padding is no rest of the stride",
        "{0}: OutputPadding must be smaller than the stride {2}, is {1}");

    public static readonly DiagnosticDescriptor NothingLeft = CreateError(
        ProblemIds.NothingLeft, "Padding leaves nothing",
        "{0}: Padding {1} on every side leaves nothing of {2}");

    public static readonly DiagnosticDescriptor RecurrentMaps = CreateError(
        ProblemIds.RecurrentMaps, "Recurrence of maps",
        "Recurrent {0} neurons expect a vector of currents, get {1}: put them behind a [Linear] layer, or a [Flatten] in between");

    public static readonly DiagnosticDescriptor DiagonalOfNothing = CreateError(
        ProblemIds.DiagonalOfNothing, "Diagonal of no recurrence",
        "{0}: RecurrentDiagonal says how spikes come back, but none do: state Recurrent = true, too");

    public static readonly DiagnosticDescriptor DelayTooLong = CreateError(
        ProblemIds.DelayTooLong, "Delay of all steps",
        "Delay of {0} steps leaves nothing of a network of {1}: state fewer, or a larger TimeSteps");

    public static readonly DiagnosticDescriptor DelayOfInput = CreateError(
        ProblemIds.DelayOfInput, "Delay of the input",
        "Delay reads the input: put it behind a layer, whose output it delays");

    public static readonly DiagnosticDescriptor UnscaledLogits = CreateHint(
        ProblemIds.UnscaledLogits, "Rates in a cross-entropy",
        "The logits of '{0}' are firing rates in [0, 1], of which a cross-entropy can hardly reward a margin: multiply them, by 5 for example");

    public static readonly DiagnosticDescriptor TooManySteps = CreateWarning(
        ProblemIds.TooManySteps, "Training for more steps than there are",
        "Training would run for {0} time steps, but '{1}' is declared with {2}, and the trainer refuses more: state at most those, or a larger TimeSteps");

    /// <summary>All of them, by id.</summary>
    public static IEnumerable<DiagnosticDescriptor> All => s_byId.Values;

    /// <summary>The descriptor of an id.</summary>
    public static DiagnosticDescriptor Get(string id) => s_byId[id];

    /// <summary>Whether nothing can be emitted for a declaration with this problem.</summary>
    public static bool IsError(string id) => Get(id).DefaultSeverity == DiagnosticSeverity.Error;

    /// <summary>A problem in words.</summary>
    public static string MessageOf(Problem problem) =>
        string.Format(CultureInfo.InvariantCulture, Get(problem.Id).MessageFormat.ToString(CultureInfo.InvariantCulture), [.. problem.Arguments.Items]);

    private static DiagnosticDescriptor CreateError(string id, string title, string messageFormat) =>
        Register(new(id, title, messageFormat, Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink(id)));

    private static DiagnosticDescriptor CreateWarning(string id, string title, string messageFormat) =>
        Register(new(id, title, messageFormat, Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpLink(id)));

    private static DiagnosticDescriptor CreateHint(string id, string title, string messageFormat) =>
        Register(new(id, title, messageFormat, Category, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: HelpLink(id)));

    private static string HelpLink(string id) => $"{HelpRoot}{id}.md";

    private static DiagnosticDescriptor Register(DiagnosticDescriptor descriptor) => s_byId[descriptor.Id] = descriptor;
}
