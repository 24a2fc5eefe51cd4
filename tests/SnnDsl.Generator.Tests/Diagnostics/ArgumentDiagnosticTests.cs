using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Diagnostics;

/// <summary>SNN020 to SNN029, SNN080 to SNN083, SNN086, SNN087: single arguments.</summary>
public class ArgumentDiagnosticTests
{
    [Theory]
    [InlineData("Input({|SNN020:0|}), Linear(2), Lif", "Input: features must be at least 1, is 0")]
    [InlineData("Input(1, height: {|SNN020:-3|}, width: 4), Flatten, Linear(2), Lif", "Input: height must be at least 1, is -3")]
    [InlineData("Input(4), Linear({|SNN020:0|}), Lif", "Linear: features must be at least 1, is 0")]
    [InlineData("Input(4), Linear({|SNN020:0|}, 3), Lif", "Linear: inputs must be at least 1, is 0")]
    [InlineData("Input(4), Linear(features: {|SNN020:-7|}, inputs: 4), Lif", "Linear: features must be at least 1, is -7")]
    [InlineData("Input(1, 8, 8), Conv2d({|SNN020:0|}), Lif, Flatten", "Conv2d: channels must be at least 1, is 0")]
    [InlineData("Input(1, 8, 8), Conv2d({|SNN020:-1|}, 4), Lif, Flatten", "Conv2d: inputChannels must be at least 1, is -1")]
    [InlineData("Input(1, 8, 8), Conv2d(4, Stride = 1, Kernel = {|SNN020:0|}), Lif, Flatten", "Conv2d: Kernel must be at least 1, is 0")]
    [InlineData("Input(1, 8, 8), Conv2d(4, Stride = {|SNN020:0|}), Lif, Flatten", "Conv2d: Stride must be at least 1, is 0")]
    [InlineData("Input(1, 8, 8), AvgPool2d({|SNN020:0|}), Lif, Flatten", "AvgPool2d: kernel must be at least 1, is 0")]
    [InlineData("Input(1, 8, 8), AvgPool2d(2, Stride = {|SNN020:-1|}), Lif, Flatten", "AvgPool2d: Stride must be at least 1, is -1")]
    public Task SizeNotPositive(string attributes, string message) => Expect.InNetwork($"[{attributes}]", message);

    [Fact]
    public Task SeveralAtOnce() => Expect.InNetwork(
        "[Input(4), Linear({|SNN020:0|}), Lif(Threshold = {|SNN022:0|}, Decay = {|SNN023:2|}), Linear(10), MembraneReadout(Decay = {|SNN023:-1|})]",
        "Linear: features must be at least 1, is 0",
        "Threshold must be finite and greater than 0 as a float32, is 0",
        "Lif: Decay must lie in [0, 1], is 2",
        "MembraneReadout: Decay must lie in [0, 1], is -1");

    [Fact]
    public Task NegativePadding() => Expect.InNetwork(
        "[Input(1, 8, 8), Conv2d(4, Padding = {|SNN021:-1|}), Lif, Flatten]", "Conv2d: Padding must be at least 0, is -1");

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0.25", "-0.25")]
    [InlineData("double.NaN", "NaN")]
    [InlineData("double.PositiveInfinity", "Infinity")]
    [InlineData("1e300", "1E+300")]
    [InlineData("1e-60", "1E-60")]
    public Task Threshold(string written, string shown) => Expect.InNetwork(
        $"[Input(4), Linear(2), Lif(Threshold = {{|SNN022:{written}|}})]",
        $"Threshold must be finite and greater than 0 as a float32, is {shown}");

    [Theory]
    [InlineData("1.5", "1.5")]
    [InlineData("-0.1", "-0.1")]
    [InlineData("1.0000000001", "1.0000000001")]
    [InlineData("double.NaN", "NaN")]
    public Task Decay(string written, string shown) => Expect.InNetwork(
        $"[Input(4), Linear(2), Lif(Decay = {{|SNN023:{written}|}})]", $"Lif: Decay must lie in [0, 1], is {shown}");

    [Theory]
    [InlineData("double.NaN", "NaN")]
    [InlineData("-1e300", "-1E+300")]
    public Task ResetValue(string written, string shown) => Expect.InNetwork(
        $"[Input(4), Linear(2), Lif(ResetValue = {{|SNN024:{written}|}})]", $"ResetValue must be finite as a float32, is {shown}");

    [Fact]
    public Task ResetValueWithoutEffect() => Expect.InNetwork(
        "[Input(4), Linear(2), Lif(Reset = Reset.Soft, ResetValue = {|SNN025:0.5|})]",
        "ResetValue = 0.5 has no effect: a soft reset subtracts the threshold");

    [Theory]
    [InlineData("-1", "-1")]
    [InlineData("double.NaN", "NaN")]
    [InlineData("1e-60", "1E-60")]
    [InlineData("1e-39", "1E-39")]
    [InlineData("9e-39", "9E-39")]
    [InlineData("double.PositiveInfinity", "Infinity")]
    public Task SurrogateWidth(string written, string shown) => Expect.InNetwork(
        $"[Input(4), Linear(2), Lif(SurrogateWidth = {{|SNN026:{written}|}})]",
        $"SurrogateWidth and its reciprocal must be finite and greater than 0 as float32, or it is 0 for the surrogate's own; is {shown}");

    [Theory]
    [InlineData("Lif(Reset = Reset.None, ResetValue = {|SNN025:0.5|})", "ResetValue = 0.5 has no effect: without a reset the membrane goes on as it is")]
    [InlineData("Lif(Decay = 0.5, Tau = {|SNN080:2|})", "Lif states Decay = 0.5 and Tau = 2: keep one of them, Tau is a decay of 1 - 1/Tau")]
    [InlineData("Synaptic(Tau = {|SNN081:0.5|})", "Synaptic: Tau must be finite and at least 1, is 0.5: it is a decay of 1 - 1/Tau")]
    [InlineData("Alif(Tau = {|SNN081:double.NaN|})", "Alif: Tau must be finite and at least 1, is NaN: it is a decay of 1 - 1/Tau")]
    [InlineData("Lif(Decay = 1, DecayInput = {|SNN082:true|})", "Lif: DecayInput scales currents by 1 - decay, which is 0 here: state a decay below 1")]
    [InlineData("Plif(Decay = {|SNN083:1|})", "Plif: a learned decay lies strictly between 0 and 1, begins at 1: state another")]
    [InlineData("Plif(Tau = {|SNN083:1|}, PerNeuron = true)", "Plif: a learned decay lies strictly between 0 and 1, begins at 0: state another")]
    [InlineData(
        "Lif(Reset = Reset.None, DetachReset = {|SNN087:true|})",
        "Lif: DetachReset has no effect, for without a reset a spike leaves nothing in the neuron: remove it, or state a reset")]
    [InlineData(
        "Plif(LearnThreshold = true, ResetValue = {|SNN086:0.5|})",
        "Plif: a learned threshold keeps membranes in units of it, in which a ResetValue of 0.5 is no constant: reset to 0, softly, or not at all")]
    [InlineData("Plif(Threshold = {|SNN086:1e8|}, LearnThreshold = true)", "Plif: a learned threshold lies between exp(-16) and exp(16), begins at 1E+08: state another")]
    [InlineData("Plif(Decay = {|SNN023:1.5|})", "Plif: Decay must lie in [0, 1], is 1.5")]
    [InlineData("Lif(AtOrAbove = true, SurrogateWidth = {|SNN026:-1|})", "SurrogateWidth and its reciprocal must be finite and greater than 0 as float32, or it is 0 for the surrogate's own; is -1")]
    [InlineData("Synaptic(SynapticDecay = {|SNN023:1.5|})", "Synaptic: SynapticDecay must lie in [0, 1], is 1.5")]
    [InlineData("Synaptic(Decay = {|SNN023:-1|}, ResetValue = 0.5)", "Synaptic: Decay must lie in [0, 1], is -1")]
    [InlineData("Synaptic(Reset = Reset.Soft, ResetValue = {|SNN025:0.5|})", "ResetValue = 0.5 has no effect: a soft reset subtracts the threshold")]
    [InlineData("Alif(AdaptationDecay = {|SNN023:double.NaN|})", "Alif: AdaptationDecay must lie in [0, 1], is NaN")]
    [InlineData("Alif(Adaptation = {|SNN029:1e300|})", "Alif: Adaptation must be finite as a float32, is 1E+300")]
    [InlineData("Alif(Threshold = {|SNN022:0|})", "Threshold must be finite and greater than 0 as a float32, is 0")]
    [InlineData("Alif(ResetValue = {|SNN024:double.NaN|})", "ResetValue must be finite as a float32, is NaN")]
    [InlineData("ResonateAndFire(Angle = {|SNN029:double.NegativeInfinity|})", "ResonateAndFire: Angle must be finite as a float32, is -Infinity")]
    [InlineData("ResonateAndFire(Decay = {|SNN023:2|})", "ResonateAndFire: Decay must lie in [0, 1], is 2")]
    [InlineData("ResonateAndFire(Reset = {|SNN014:(Reset)7|})", "Reset = 7 is not defined: use one of Hard, Soft, None")]
    [InlineData("Alif(Surrogate = {|SNN014:(Surrogate)9|})", "Surrogate = 9 is not defined: use one of Rectangular, Triangular, Arctan, FastSigmoid, StraightThrough, Sigmoid, Gaussian, Erf, PiecewiseExponential")]
    public Task OtherNeurons(string neuron, string message) => Expect.InNetwork($"[Input(4), Linear(2), {neuron}]", message);

    private static readonly string[] s_extremes =
    [
        "double.Epsilon", "1e-60", "float.Epsilon", "3e-45", "1e-39", "1.1754944e-38", "1e-20", "0.25", "1", "3e7", "1e38", "1.7e38", "float.MaxValue", "3.5e38",
        "double.MaxValue", "double.PositiveInfinity", "double.NaN", "-1", "-1e-45", "-3e38", "0", "-0.0",
    ];

    /// <summary>Every argument that constants derive from, at every extreme: refused, or all numbers of the emitted code are finite and compile.</summary>
    [Theory]
    [InlineData("Threshold", "")]
    [InlineData("Threshold", ", Reset = Reset.Soft")]
    [InlineData("Threshold", ", ResetValue = 1e38")]
    [InlineData("Decay", "")]
    [InlineData("ResetValue", ", Threshold = 1e-40")]
    [InlineData("ResetValue", ", Threshold = 3e38, Decay = 1")]
    [InlineData("SurrogateWidth", ", Surrogate = Surrogate.Rectangular")]
    [InlineData("SurrogateWidth", ", Surrogate = Surrogate.Triangular")]
    [InlineData("SurrogateWidth", ", Surrogate = Surrogate.Arctan")]
    [InlineData("SurrogateWidth", ", Surrogate = Surrogate.FastSigmoid")]
    public async Task ExtremeConstantsAreRefusedOrWritable(string argument, string others)
    {
        string[] sources = [.. s_extremes.Select((value, i) =>
            $"[SpikingNetwork, Input(2), Linear(2), Lif({argument} = {value}{others}), Linear(2), MembraneReadout] partial class Net{i};")];
        var compilation = Compiler.Compile(sources);
        // Hints at neurons that stay silent refuse nothing.
        var refused = (await Compiler.Analyze(compilation)).Where(diagnostic => diagnostic.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error).ToList();
        Assert.InRange(refused.Count, 1, sources.Length - 2);
        var (output, all) = Compiler.Generate(compilation);
        var files = all.Where(file => !Compiler.IsOutline(file)).ToList();
        Assert.Equal(3 * (sources.Length - refused.Count), files.Count(file => file.HintName.StartsWith("Net", StringComparison.Ordinal)));
        // Constants that are one number as float32 are one kind of neuron: what networks name is there, and nothing else.
        var named = files.SelectMany(file => System.Text.RegularExpressions.Regex.Matches(file.SourceText.ToString(), @"new global::(SnnDsl\.Emitted\.\w+)\(\)")).Select(match => match.Groups[1].Value);
        Assert.Equal(
            named.Distinct().SelectMany(kernel => new[] { $"{kernel}.Cuda.g.cs", $"{kernel}.g.cs" }).Order(StringComparer.Ordinal),
            files.Select(file => file.HintName).Where(name => name.StartsWith("SnnDsl.Emitted.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(output.GetDiagnostics(), diagnostic => diagnostic.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error);
        Assert.All(files, file => Assert.DoesNotContain("Infinity", file.SourceText.ToString(), StringComparison.Ordinal));
        Assert.All(files, file => Assert.DoesNotContain("NaN", file.SourceText.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public Task TheLimitsThemselvesAreFine() => Expect.InNetwork(
        """
        [Input(1, 3, 3), Conv2d(1, 1, Kernel = 5, Stride = 9, Padding = 1, Bias = false)]
        [Lif(Threshold = 1e-40, Decay = 0, ResetValue = -3, SurrogateWidth = 0), Flatten, Linear(1, 2)]
        [Lif(Decay = 1, Reset = Reset.Soft), Linear(2), MembraneReadout(Decay = 1)]
        """);

    [Theory]
    [InlineData("Input(4), Linear(\"3\"), Lif")]
    [InlineData("Input(4), Linear(), Lif")]
    [InlineData("Input(4), Linear(1 / 0), Lif")]
    [InlineData("Input(4, 3, 2, 1), Linear(3), Lif")]
    [InlineData("Input(4), Linear(3, Name = 7), Lif")]
    [InlineData("Input(4), Linear(3), Lif(Threshold = \"high\")")]
    public Task WhatDoesNotCompileIsLeftToTheCompiler(string attributes) => Expect.InNetwork($"[{attributes}]");

    /// <summary>Names that the compiler does not know as arguments, and which of ours was meant.</summary>
    [Theory]
    [InlineData("Lif({|SNN027:Treshold|} = 1)", "Lif has no argument 'Treshold': write Threshold = ...")]
    [InlineData("Lif({|SNN027:decay|} = 0.5, Threshold = 1)", "Lif has no argument 'decay': write Decay = ...")]
    [InlineData("Lif({|SNN027:Beta|} = 0.5)", "Lif has no argument 'Beta': write Decay = ...")]
    [InlineData("Lif({|SNN027:v_threshold|}: 0.5)", "Lif has no argument 'v_threshold': write Threshold = ...")]
    [InlineData("Linear({|SNN027:Features|} = 3)", "Linear has no argument 'Features': write features: ...")]
    [InlineData("Linear({|SNN027:out_features|}: 3)", "Linear has no argument 'out_features': write features: ...")]
    [InlineData("Linear(3, {|SNN027:Activation|} = 3)", "Linear has no argument 'Activation': it has features:, inputs:, Bias, Name, From")]
    // The right name in the wrong form.
    [InlineData("Lif({|SNN027:Decay|}: 0.5)", "Lif has no argument 'Decay:': write Decay = ...")]
    [InlineData("Linear({|SNN027:features|} = 3)", "Linear has no argument 'features =': write features: ...")]
    [InlineData("Linear(3, {|SNN027:features|} = 3)", "Linear has no argument 'features =': write features: ...")]
    // Another library's names, by what there is.
    [InlineData("Synaptic({|SNN027:alpha|} = 0.5, Decay = 0.5)", "Synaptic has no argument 'alpha': write SynapticDecay = ...")]
    [InlineData("Li({|SNN027:alpha|}: 0.5)", "Li has no argument 'alpha': write SynapticDecay = ...")]
    [InlineData("Lif({|SNN027:alpha|}: 0.5)", "Lif has no argument 'alpha': write Decay = ...")]
    [InlineData("Lif({|SNN027:surrogate_function|}: 1)", "Lif has no argument 'surrogate_function': write Surrogate = ...")]
    [InlineData("Lif({|SNN027:tau_mem|}: 2)", "Lif has no argument 'tau_mem': write Tau = ...")]
    [InlineData("Concat({|SNN027:names|}: \"lif1\")", "Concat has no argument 'names': write sources: ...")]
    [InlineData("Alif({|SNN027:AdaptDecay|} = 0.5)", "Alif has no argument 'AdaptDecay': write AdaptationDecay = ...")]
    // What was meant is not known.
    [InlineData("Lif({|SNN027:Rate|} = 0.5)", "Lif has no argument 'Rate': it has Threshold, Decay, ")]
    [InlineData("Linear(3, {|SNN027:Norm|} = 3)", "Linear has no argument 'Norm': it has features:, inputs:, Bias, Name, From")]
    // What was meant stands there by its place.
    [InlineData("AvgPool2d(2, {|SNN027:kernel_size|}: 3)", "AvgPool2d has no argument 'kernel_size': it has kernel:, Stride, Name, From")]
    [InlineData("AvgPool2d(2, {|SNN027:kernel|} = 3)", "AvgPool2d has no argument 'kernel =': it has kernel:, Stride, Name, From")]
    [InlineData("Lif, MeanReadout({|SNN027:Foo|} = 3)", "MeanReadout has no argument 'Foo': it has none")]
    [InlineData("Lif(Threshold = 1, {|SNN027:Threshhold|} = 2)", "Lif has no argument 'Threshhold': it has Threshold, Decay, Tau, DecayInput, ResetValue, Reset, ")]
    public async Task NamesOfNoArgument(string layer, string message)
    {
        var source = MarkedSource.Parse($"[SpikingNetwork, Input(4), Linear(3), Lif, {layer}, Lif] partial class Net;");
        var found = (await Compiler.Analyze(Compiler.Compile(source.Text))).First(diagnostic => diagnostic.Id == "SNN027");
        Assert.Equal(source.Expected.Single(), (found.Id, found.Location.SourceSpan));
        Assert.StartsWith(message, found.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SpikingNetwork({|SNN027:TimeSteps|}: 3), Input(4)", "SpikingNetwork has no argument 'TimeSteps:': write TimeSteps = ...")]
    [InlineData("SpikingNetwork, Input({|SNN027:features|} = 4)", "Input has no argument 'features =': write features: ...")]
    public Task NamesOfNoArgumentBesideTheLayers(string attributes, string message) => Expect.Diagnostics($"[{attributes}, Linear(3), Lif]\npartial class Net;\n", message);

    /// <summary>Of two that mean the same the first is mended, and the compiler says that one stands there twice.</summary>
    [Theory]
    [InlineData("Linear({|SNN027:out_features|}: 3, {|SNN027:units|}: 4)", "Linear", "out_features", "features:", "units", "features:, inputs:, Bias, Name, From")]
    [InlineData("Delay({|SNN027:Steps|} = 1, {|SNN027:step|}: 2)", "Delay", "Steps", "steps:", "step", "steps:, Name, From")]
    public Task TwoThatMeanTheSame(string layer, string title, string first, string meant, string second, string all) => Expect.InNetwork(
        $"[Input(4), Linear(3), Lif, {layer}, Linear(3), Lif]", $"{title} has no argument '{first}': write {meant} ...", $"{title} has no argument '{second}': it has {all}");

    [Fact]
    public Task OneThatStandsThereTwice() => Expect.InNetwork(
        "[Input(4), Linear(3), Lif({|SNN027:Treshold|} = 1, Treshold = 2)]", "Lif has no argument 'Treshold': write Threshold = ...");

    /// <summary>An attribute that cannot be read has a name that is not known, and sources: what follows from that is no mistake.</summary>
    [Theory]
    [InlineData("[Input(4), Linear({|SNN027:units|}: 4, Name = \"a\"), Lif, Linear(4), Residual(\"a\"), Lif]", "Linear has no argument 'units': write features: ...")]
    [InlineData("[Input(4), Linear(4), Lif({|SNN027:Treshold|} = 1, Name = \"a\"), Linear(4), Lif, Concat(\"a\"), Linear(2), Lif]", "Lif has no argument 'Treshold': write Threshold = ...")]
    [InlineData("[Input(4), Linear(4, Name = \"a\"), Lif, Linear(4), Residual({|SNN027:source|}: \"a\"), Lif]", "Residual has no argument 'source': write sources: ...")]
    [InlineData("[Input(4), {|SNN055:Linaer(4)|}, Lif, Linear(4), Lif, Linear(4), Residual(\"fc2\"), Lif]", "'Linaer' is no layer of SnnDsl: write [Linear]")]
    [InlineData("[Input(4), Linear(3), MembraneReadout({|SNN027:Beta|} = 0.5)]", "MembraneReadout has no argument 'Beta': write Decay = ...")]
    [InlineData("[Input(4), Linear(Q, Name = \"a\"), Lif, Linear(4), Residual(\"a\"), Lif]")]
    [InlineData("[Input(4), Linear(4, Name = \"a\", Bias = 3), Lif, Linear(4), Residual(\"a\"), Lif]")]
    [InlineData("[Input(4), Linear(4), Lif(Name = \"a\", Reset = Reset.Sfot), Linear(4), Lif, Concat(\"a\"), Linear(2), Lif]")]
    public Task WhatFollowsFromAnAttributeThatCannotBeReadIsNotSaid(string attributes, params string[] messages) => Expect.InNetwork(attributes, messages);

    [Fact]
    public Task WhatFollowsFromStepsThatCannotBeReadIsNotSaid() => Expect.Diagnostics(
        "[SpikingNetwork({|SNN027:Timesteps|} = 4, Encoding = Encoding.Spikes), Input(2, 4, 4), Flatten, Linear(3), Lif, Delay(2), Linear(3), Lif]\npartial class Net;\n",
        "SpikingNetwork has no argument 'Timesteps': write TimeSteps = ...");
}
