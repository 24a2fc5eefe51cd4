using CsCheck;
using Microsoft.CodeAnalysis;
using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Diagnostics;

/// <summary>Random declarations: nothing throws, and the generator emits exactly what the analyzer has no error for.</summary>
public class AgreementTests
{
    private static readonly Gen<string> s_size = Gen.Frequency(
        (12, Gen.Int[1, 9].Select(size => $"{size}")), (1, OneOf("0", "-1", "int.MaxValue", "int.MinValue", "1 / 0", "\"x\"")));

    private static readonly Gen<string> s_number = Gen.Frequency(
        (8, OneOf("0.25", "0.5", "1", "0")),
        (1, OneOf("-1", "2", "double.NaN", "1e300", "-0.0", "1e-60", "double.NegativeInfinity")));

    private static readonly Gen<string> s_name = OneOf(
        "\"a\"", "\"fc1\"", "\"b\"", "\"forward\"", "\"class\"", "\"\"", "null", "\"Net\"", "nameof(Net)", "\"größe\"");

    private static readonly Gen<string> s_layer = Gen.Frequency(
        (6, Linear()), (3, Conv()), (2, s_size.Select(kernel => $"AvgPool2d({kernel})")), (4, Gen.Const("Flatten")), (8, Lif()),
        (1, Gen.Const("If")), (2, s_size.Select(kernel => $"MaxPool2d({kernel})")), (1, s_size.Select(size => $"SumPool2d(2, Padding = {size})")),
        (3, OneOf("BatchNorm2d", "BatchNorm1d(Epsilon = 0)", "BatchNorm1d", "Dropout", "Dropout(2)", "Voting(2)")));

    private static readonly Gen<string> s_declaration =
        from network in Gen.Frequency(
            (8, Gen.Const("SpikingNetwork")),
            (2, s_size.Select(steps => $"SpikingNetwork(TimeSteps = {steps}, Encoding = Encoding.Poisson)")),
            (1, Gen.Const("SpikingNetwork(Encoding = (Encoding)9)")), (1, Gen.Const("Obsolete")))
        from input in Gen.Frequency(
            (5, s_size.Select(size => $"Input({size})")),
            (5, Gen.Select(s_size, s_size, s_size, (a, b, c) => $"Input({a}, {b}, {c})")), (1, Gen.Const("Obsolete(\"no input\")")))
        from layers in s_layer.List[0, 6]
        from last in Gen.Frequency((6, OneOf("Flatten, Linear(4), Lif", "Linear(2), Lif, MeanReadout")),
            (1, OneOf("MembraneReadout", "MeanReadout, MembraneReadout", "Flatten", "Linear(3), MembraneReadout(Decay = 3)")))
        from type in Gen.Frequency((6, Gen.Const("partial class Net;")), (1, OneOf(
            "class Net;", "partial class Net<T>;", "partial record Net;", "partial struct Net;", "static partial class Net;",
            "partial class Net : Exception;", "partial class Net { Net() { } }", "file partial class Net;",
            "partial class Net; [Lif] partial class Net;", "partial class Net; [SpikingNetwork] partial class Net;",
            "partial class Net { int fc1; }", "partial class Net : Missing;", "partial class Net(int a);", "partial class")))
        select $"[{string.Join(", ", layers.Prepend(input).Prepend(network).Append(last))}]\n{type}\n";

    [Fact]
    public async Task GeneratorAndAnalyzerAgreeOnRandomDeclarations()
    {
        int emitted = 0;
        int refused = 0;
        await s_declaration.SampleAsync(
            async source =>
            {
                var compilation = Compiler.Compile(source);
                var (output, files) = Compiler.Generate(compilation);
                var found = await Compiler.Analyze(compilation);
                Assert.DoesNotContain(found, diagnostic => diagnostic.Id == "AD0001");
                Expect.EmitsUnlessBroken(compilation, found, files);
                // What is emitted for a source that compiles by itself compiles as well.
                if (HasErrors(output) && !HasErrors(compilation))
                {
                    Expect.OutlinesAddNothing(compilation, output, found);
                }

                _ = files.Any(file => !Compiler.IsOutline(file)) ? Interlocked.Increment(ref emitted) : Interlocked.Increment(ref refused);
            },
            iter: 300, threads: 1);
        // About one in ten is emitted. Declarations of both sorts came up, so neither half of the statement is empty.
        Assert.True(emitted > 5 && refused > 5, $"{emitted} emitted, {refused} refused");
    }

    private static bool HasErrors(Compilation compilation) =>
        compilation.GetDiagnostics().Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Gen<string> Linear() =>
        from features in s_size
        from inputs in Gen.Frequency((6, Gen.Const("")), (1, s_size.Select(size => $"{size}, ")))
        from rest in Gen.Frequency((5, Gen.Const("")), (1, Gen.Const(", Bias = false")), (1, s_name.Select(name => $", Name = {name}")))
        select $"Linear({inputs}{features}{rest})";

    private static Gen<string> Conv() =>
        from channels in s_size
        from argument in Gen.Frequency(
            (4, Gen.Const("Kernel = 1")), (2, s_size.Select(size => $"Kernel = {size}")), (1, s_size.Select(size => $"Padding = {size}")),
            (1, s_size.Select(size => $"Stride = {size}, Padding = -1")))
        select $"Conv2d({channels}, {argument})";

    private static Gen<string> Lif() => Gen.Frequency(
        (6, Gen.Const("Lif")),
        (1, Gen.Select(s_number, s_number, (decay, adaptation) => $"Alif(AdaptationDecay = {decay}, Adaptation = {adaptation})")),
        (1, Gen.Select(s_number, s_number, (decay, angle) => $"ResonateAndFire(Decay = {decay}, Angle = {angle})")),
        (1, Gen.Select(s_number, s_number, (threshold, decay) => $"Lif(Threshold = {threshold}, Decay = {decay})")),
        (1, Gen.Select(s_number, s_number, (reset, width) => $"Lif(ResetValue = {reset}, SurrogateWidth = {width}, Reset = Reset.Soft)")),
        (1, s_name.Select(name => $"Lif(Name = {name}, Surrogate = (Surrogate)9)")));
}
