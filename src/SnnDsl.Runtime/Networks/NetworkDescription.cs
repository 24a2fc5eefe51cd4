using System.Security.Cryptography;

namespace SnnDsl.Networks;

/// <summary>What the compiler knows of a network, at run time: tables, certificates and error messages are made of it.</summary>
public sealed record NetworkDescription
{
    /// <summary>The class's name.</summary>
    public required string Name { get; init; }

    /// <summary>T as declared.</summary>
    public required int TimeSteps { get; init; }

    /// <summary>How inputs are encoded.</summary>
    public required Encoding Encoding { get; init; }

    /// <summary>The shape of one sample, without batch and time.</summary>
    public required IReadOnlyList<long> InputShape { get; init; }

    /// <summary>How many classes the logits tell apart.</summary>
    public required int Classes { get; init; }

    /// <summary>Whether logits are firing rates: spike counts over T, so that interval bounds of them are exact integers over T.</summary>
    public required bool ReadsSpikes { get; init; }

    /// <summary>The layers in order.</summary>
    public required IReadOnlyList<LayerDescription> Layers { get; init; }

    /// <summary>The canonical text of the architecture: encoding, T, input, and every layer with all its constants.</summary>
    public required string Architecture { get; init; }

    /// <summary>The SHA-256 of <see cref="Architecture"/>, in hexadecimal.</summary>
    public string ArchitectureHash => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Architecture)));

    /// <summary>How many trainable values the network holds.</summary>
    public long Parameters => Layers.Sum(layer => layer.Parameters);
}
