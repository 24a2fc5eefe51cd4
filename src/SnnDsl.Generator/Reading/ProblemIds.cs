namespace SnnDsl.Generator.Parsing;

/// <summary>The ids of all diagnostics. The first digit groups them: the class, the network, arguments, names, shapes, structure.</summary>
internal static class ProblemIds
{
    public const string NotPartial = "SNN001";
    public const string ContainerNotPartial = "SNN002";
    public const string Generic = "SNN003";
    public const string NotAnOrdinaryClass = "SNN004";
    public const string BaseClass = "SNN005";
    public const string SplitDeclaration = "SNN006";
    public const string NoSpikingNetwork = "SNN007";
    public const string MemberClash = "SNN008";
    public const string EmissionFailed = "SNN009";

    public const string NoInput = "SNN010";
    public const string NoLayers = "SNN011";
    public const string NoSpikingLayer = "SNN012";
    public const string TimeSteps = "SNN013";
    public const string UndefinedValue = "SNN014";
    public const string EncodingDoesNotFit = "SNN015";
    public const string OutOfOrder = "SNN016";
    public const string LanguageVersion = "SNN017";
    public const string CannotCompile = "SNN018";

    public const string SizeNotPositive = "SNN020";
    public const string NegativePadding = "SNN021";
    public const string Threshold = "SNN022";
    public const string Decay = "SNN023";
    public const string ResetValue = "SNN024";
    public const string ResetValueUnused = "SNN025";
    public const string SurrogateWidth = "SNN026";
    public const string NoArgument = "SNN027";
    public const string NotFinite = "SNN029";

    public const string NameNotIdentifier = "SNN030";
    public const string NameReserved = "SNN031";
    public const string NameDuplicate = "SNN032";

    public const string NeedsVector = "SNN040";
    public const string NeedsImage = "SNN041";
    public const string StatedSizeDiffers = "SNN042";
    public const string KernelTooLarge = "SNN043";
    public const string TooLarge = "SNN044";

    public const string SpikingWithoutAffine = "SNN050";
    public const string OutputNotVector = "SNN051";
    public const string TooFewClasses = "SNN052";
    public const string MembraneReadoutFires = "SNN053";
    public const string SeveralReadouts = "SNN054";
    public const string NoLayer = "SNN055";

    public const string MaxPoolOfCurrents = "SNN060";
    public const string PoolPadding = "SNN061";
    public const string NormalisesNothing = "SNN062";
    public const string NormalisesAnImage = "SNN063";
    public const string NormalisationConstants = "SNN064";
    public const string DropoutRate = "SNN065";
    public const string VotingGroups = "SNN066";
    public const string VotingIsNotLast = "SNN067";
    public const string BiasBeforeNormalisation = "SNN068";

    public const string UnknownSource = "SNN070";
    public const string LaterSource = "SNN071";
    public const string ShapesDoNotAdd = "SNN072";
    public const string ShapesDoNotJoin = "SNN073";
    public const string MixedValues = "SNN074";
    public const string Unread = "SNN075";
    public const string ReadBeforeNormalisation = "SNN076";
    public const string JoinsNothing = "SNN077";

    public const string DecayAndTau = "SNN080";
    public const string Tau = "SNN081";
    public const string NoGain = "SNN082";
    public const string LearnedDecay = "SNN083";
    public const string NoNeuron = "SNN084";
    public const string NotAffine = "SNN085";
    public const string LearnedThreshold = "SNN086";
    public const string DetachesNothing = "SNN087";
    public const string ThresholdOutOfReach = "SNN088";
    public const string SilentAtFirst = "SNN089";
    public const string NoGradientAtFirst = "SNN090";

    public const string PixelsAreGone = "SNN100";
    public const string PixelChannels = "SNN101";
    public const string PixelConstants = "SNN102";

    public const string SquareAndSides = "SNN103";
    public const string Groups = "SNN104";
    public const string Same = "SNN105";
    public const string NeedsSequence = "SNN106";
    public const string OutputPadding = "SNN107";
    public const string NothingLeft = "SNN108";

    public const string RecurrentMaps = "SNN110";
    public const string DiagonalOfNothing = "SNN111";
    public const string DelayTooLong = "SNN112";
    public const string DelayOfInput = "SNN113";

    public const string UnscaledLogits = "SNN120";
    public const string TooManySteps = "SNN121";
}
