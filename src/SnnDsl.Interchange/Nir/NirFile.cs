using System.Text.RegularExpressions;
using SnnDsl.Interchange.Nir;
using SnnDsl.Networks;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Interchange;

/// <summary>
/// Reads and writes the Neuromorphic Intermediate Representation (NIR, nir.readthedocs.io), a graph of nodes in continuous time, in HDF5. Nothing is approximated silently: what has no exact counterpart
/// is refused with the reason, but for forward Euler steps, which is how its libraries run it, too.
/// </summary>
public static partial class NirFile
{
    /// <summary>Reads a graph as a declaration and weights.</summary>
    /// <param name="path">The .nir file.</param>
    /// <param name="options">What it does not say; null for nothing.</param>
    /// <returns>The import; dispose it.</returns>
    /// <exception cref="InterchangeException">The file is absent or damaged, or a node has no counterpart: the message names it and says why.</exception>
    /// <exception cref="ArgumentException">The class's name is none.</exception>
    public static NirImport Read(string path, NirOptions? options = null)
    {
        options ??= new();
        if (!Name().IsMatch(options.ClassName))
        {
            throw new ArgumentException($"'{options.ClassName}' is no name of a class.", nameof(options));
        }

        return NirReader.Read(path, options);
    }

    /// <summary>Reads a graph and writes the declaration, and the weights beside it under the same name, both or neither.</summary>
    /// <param name="path">The .nir file.</param>
    /// <param name="declaration">The C# file; the weights are its name with .safetensors.</param>
    /// <param name="options">What the graph does not say; null for nothing.</param>
    /// <returns>The weights' file.</returns>
    /// <exception cref="InterchangeException">The file is absent or damaged, or a node has no counterpart.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static string Import(string path, string declaration, NirOptions? options = null)
    {
        using var read = Read(path, options);
        string weights = Path.ChangeExtension(declaration, ".safetensors");
        using var staged = new StagedFolder(Path.GetDirectoryName(Path.GetFullPath(declaration))!);
        SafeTensors.Write(staged.At(Path.GetFileName(weights)), read.Weights);
        AtomicFile.WriteText(staged.At(Path.GetFileName(declaration)), read.Declaration);
        staged.Commit();
        return weights;
    }

    /// <summary>Writes a network as it is deployed, batch normalisation folded, whole or not at all.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">The .nir file.</param>
    /// <param name="timeStep">dt, the length of a step in seconds, from which time constants follow; 0.0001 as in snnTorch's files.</param>
    /// <exception cref="InterchangeException">A layer has no node in NIR; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(SpikingModule network, string path, double timeStep = 1e-4)
    {
        if (!(timeStep > 0 && double.IsFinite(timeStep)))
        {
            throw new ArgumentOutOfRangeException(nameof(timeStep), timeStep, "A time step is a number of seconds above 0.");
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var deployed = new Deployed(network);
        NirFormat.Write(path, NirWriter.Write(network, timeStep));
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex Name();
}
