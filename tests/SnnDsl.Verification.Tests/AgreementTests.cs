using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Evaluation.Records;
using SnnDsl.Kernels;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Tests;

/// <summary>The verifier proves what the runtime bounds, in float64 so that only the verifier's own outward steps lie between.</summary>
public class AgreementTests
{
    private const int Samples = 4;

    public static TheoryData<string> Networks => [.. Subject.Networks.Select(type => type.Name)];

    [Theory, MemberData(nameof(Networks))]
    public void ProvesWhatTheRuntimeBounds(string network)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var subject = new Subject(network, Platform.Double, seed: 3);
        var inputs = subject.Inputs(Samples).to(float32).to(float64);
        var labels = subject.Labels(Samples);
        var verifier = new Checked<Float64>(subject.Module);
        foreach (var perturbation in subject.Perturbations.Where(known => known.Certifies))
        {
            var set = subject.Perturbed(perturbation, inputs);
            // Refined bounds differ in how far they are moved outward, which steep lines magnify.
            foreach (bool refined in new[] { false, true })
            {
                var intervals = refined ? new MembraneRefiner(subject.Module).Refine(set) : subject.Module.BoundMembranes(set);
                // The paper's lines jump where an interval's middle passes the threshold: no two roundings of refined bounds give the same.
                foreach (var method in Enum.GetValues<BoundMethod>().Where(method => !refined || method != BoundMethod.SCrownPaper))
                {
                    double[] recorded = Values.Of(subject.Module.BoundMargins(set, labels, method, intervals));
                    double[] proved = [.. Enumerable.Range(0, Samples).SelectMany(sample =>
                    {
                        var bounds = verifier.Bounds(perturbation, inputs, sample, refined ? new() { Refine = new JointSlopes(trains: true), Trains = true, TrainSlack = 1.0 / (1 << 18), SpikesByMembranes = true } : null, box: RecordedBox.Exact);
                        return verifier.Margins((int)labels[sample].item<long>(), (own, rival) => Prove(bounds, method, own, rival));
                    })];
                    for (int i = 0; i < recorded.Length; i++)
                    {
                        Assert.True(
                            proved[i] >= recorded[i] - (refined ? 1e-3 : 1e-5), $"{perturbation}, {method}, refined {refined}: proved {proved[i]}, recorded {recorded[i]}");
                    }

                    // The same lines over the same intervals: no more is proved either.
                    if (!refined && method == BoundMethod.SCrown)
                    {
                        Assert.True(recorded.Zip(proved, (a, b) => b - a).Max() < 1e-5, $"{perturbation}: proves more");
                    }
                }
            }
        }
    }

    /// <summary>Rounding-safe bounds of single passes, by either engine, and none of them more than the verifier charges for float32.</summary>
    [Theory, MemberData(nameof(Networks))]
    public void ProvesWhatRoundingSafePassesBound(string network)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var subject = new Subject(network, Platform.Fused, seed: 5);
        var (inputs, labels) = (subject.On(subject.Inputs(Samples)), subject.Labels(Samples));
        var verifier = new Checked<Float64>(subject.Module);
        using var view = new NetworkView(subject.Module, Precision.RoundingSafe);
        foreach (var perturbation in subject.Perturbations.Where(known => known.Certifies))
        {
            // Maps in a row are bounded one by one and by their product, as of records: either may give the better slopes.
            var passes = Enumerable.Range(0, Samples).Select(sample => new[] { false, true }.Select(products =>
                verifier.Bounds(perturbation, inputs, sample, new() { Float32 = true, Products = products })).ToArray()).ToArray();
            var set = view.Set(perturbation, inputs);
            foreach (var method in Enum.GetValues<BoundMethod>())
            {
                double[] proved = [.. Enumerable.Range(0, Samples).SelectMany(sample =>
                    verifier.Margins((int)labels[sample].item<long>(), (own, rival) => passes[sample].Select(pass => Prove(pass, method, own, rival)).Aggregate(Float64.Max)))];
                foreach (var engine in new[] { Engine.Plain, Engine.Auto })
                {
                    SpikingLayer.Engine = engine;
                    double[] recorded = Values.Of(view.Report(view.Network.BoundMargins(set, labels, method)).to(float64));
                    SpikingLayer.Engine = Engine.Auto;
                    for (int i = 0; i < recorded.Length; i++)
                    {
                        Assert.True(
                            proved[i] >= recorded[i] - 1e-4 && (proved[i] > 0 || !(recorded[i] > 0)),
                            $"{perturbation}, {method}, {engine}: proved {proved[i]}, recorded {recorded[i]}");
                    }
                }
            }
        }
    }

    private static T Prove<T>(MarginBounds<T> bounds, BoundMethod method, int own, int rival)
        where T : struct, IReal<T> => method switch
    {
        BoundMethod.SIbp or BoundMethod.SIbpCounts => bounds.ByIntervals(own, rival),
        BoundMethod.SCrownPaper => bounds.ByLines(own, rival, new PaperSlopes()),
        _ => bounds.ByLines(own, rival, new JointSlopes(trains: method == BoundMethod.SCrownTrains)),
    };
}
