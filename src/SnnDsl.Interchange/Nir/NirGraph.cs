namespace SnnDsl.Interchange.Nir;

/// <summary>A NIR graph as it stands in its file: nodes by name, edges from node to node. Several edges into one node add up.</summary>
/// <param name="Nodes">The nodes.</param>
/// <param name="Edges">The edges.</param>
/// <param name="Metadata">Texts that go with it.</param>
internal sealed record NirGraph(IReadOnlyList<NirNode> Nodes, IReadOnlyList<(string From, string To)> Edges, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The graph with the nodes of an inner graph in that one's place, under names of both.</summary>
    /// <param name="name">The inner graph's name.</param>
    /// <param name="inner">The inner graph.</param>
    /// <exception cref="InterchangeException">The inner graph has not one input and one output.</exception>
    public NirGraph With(string name, NirGraph inner)
    {
        string Called(string node) => $"{name}_{node}";
        string[] Ends(string type) => [.. inner.Nodes.Where(node => node.Type == type).Select(node => node.Name)];
        if (Ends("Input") is not [var input] || Ends("Output") is not [var output])
        {
            throw new InterchangeException($"The node '{name}' (NIRGraph) has not one Input and one Output.");
        }

        string[] heads = [.. inner.Edges.Where(edge => edge.From == input).Select(edge => edge.To)], tails = [.. inner.Edges.Where(edge => edge.To == output).Select(edge => edge.From)];
        return this with
        {
            Nodes = [.. Nodes.Where(node => node.Name != name), .. inner.Nodes.Where(node => node.Name != input && node.Name != output).Select(node => node with { Name = Called(node.Name) })],
            Edges =
            [
                .. Edges.SelectMany(edge =>
                    from start in edge.From == name ? tails.Select(Called) : [edge.From]
                    from end in edge.To == name ? heads.Select(Called) : [edge.To]
                    select (start, end)),
                .. inner.Edges.Where(edge => edge.From != input && edge.To != output).Select(edge => (Called(edge.From), Called(edge.To))),
            ],
        };
    }
}
