using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Readouts;
using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Reference;

public class LanguageReferenceTests
{
    [Fact]
    public void ThePageSaysWhatTheAttributesAndTheCompilerSay() => Golden.MatchDocument("language.md", LanguageReference.Write());

    [Fact]
    public void EveryAttributeIsOnThePage()
    {
        // Whatever can be written on a class, whether or not the compiler has a kind for it.
        var attributes = typeof(LayerAttribute).Assembly.GetExportedTypes().Where(type => type.IsAssignableTo(typeof(Attribute)) && !type.IsAbstract);
        var known = LayerKinds.All.Select(kind => kind.AttributeName).Concat(ReadoutKinds.All.Select(kind => kind.AttributeName))
            .Concat([typeof(SpikingNetworkAttribute).FullName!, typeof(InputAttribute).FullName!]);
        Assert.Equal(known.Order(StringComparer.Ordinal), attributes.Select(type => type.FullName!).Order(StringComparer.Ordinal));
    }
}
