// What a network of one's own, and the command line, say where the program brings no libtorch.
using Consumer;
using SnnDsl.CommandLine;

try
{
    using var network = new Stripes();
    Console.WriteLine("libtorch is there");
    return 1;
}
catch (NotSupportedException missing)
{
    Console.WriteLine(missing.Message);
}

return await SpikingCommandLine.Create("without").Model(seed => new Stripes(seed)).RunAsync(["models"]) == ExitCodes.BadInput ? 0 : 1;
