namespace SnnDsl.Interchange.Nir;

/// <summary>What a NIR graph cannot say of a network, noted in its metadata.</summary>
internal static class NirNotes
{
    public const string TimeSteps = "time_steps", TimeStep = "time_step", Encoding = "encoding", Readout = "readout";

    public const string Mean = "mean", LastMembrane = "last membrane", MeanMembrane = "mean membrane";
}
