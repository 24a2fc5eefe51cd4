namespace SnnDsl.Runtime.Tests.Hardware;

/// <summary>Tests that count what the whole process does, page faults for example: nothing runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;
