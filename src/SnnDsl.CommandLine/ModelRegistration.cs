using SnnDsl.Networks;

namespace SnnDsl.CommandLine;

/// <summary>A network that the host offers.</summary>
/// <param name="Name">Its class's name, which <c>--model</c> takes.</param>
/// <param name="Create">Creates it with weights from a seed.</param>
internal sealed record ModelRegistration(string Name, Func<long, SpikingModule> Create);
