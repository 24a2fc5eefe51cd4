using System.Diagnostics;
using System.Globalization;
using SnnDsl.Benchmarks.Measuring;
using SnnDsl.Benchmarks.Reporting;

namespace SnnDsl.Benchmarks.Cases;

/// <summary>
/// The most memory that a training step takes beyond what its process holds before: weights, batch, libraries. Every figure comes from
/// a process of its own, since what a C library has once taken it hardly ever gives back.
/// </summary>
internal static class MemoryCase
{
    /// <summary>Its name on the command line.</summary>
    public const string Name = "memory";

    private const int Runs = 3;

    /// <summary>Measures a training case, eager and fused, in two child processes.</summary>
    public static MemoryResult Measure(StepCase step, string model, string state, int batch, int steps)
    {
        var (eager, fused) = (InChild(Code.Eager), InChild(Code.Fused));
        return new()
        {
            Case = step.Name,
            Model = model,
            State = state,
            Batch = batch,
            Steps = steps,
            EagerPeakMb = eager,
            FusedPeakMb = fused,
            Share = Math.Round(fused / eager, 4),
        };

        double InChild(Code code) => Ask(
            "--measure-memory", step.Name, model, state, batch.ToString(CultureInfo.InvariantCulture),
            steps.ToString(CultureInfo.InvariantCulture), code.ToString());
    }

    /// <summary>The child's half: prints the peak in MB.</summary>
    /// <param name="arguments">Case, model, state, batch, steps, code.</param>
    public static void Answer(IReadOnlyList<string> arguments)
    {
        var step = StepCase.All.Single(one => one.Name == arguments[0]);
        int Number(int i) => int.Parse(arguments[i], CultureInfo.InvariantCulture);
        var code = Enum.Parse<Code>(arguments[5]);
        using (var small = Subject.Create(arguments[1], arguments[2], batch: 1, steps: 2))
        {
            // Code is compiled and libraries are set up before the baseline is taken.
            var (warmUp, forWarmUp) = step.Prepare(small, code);
            using var releaseWarmUp = forWarmUp;
            warmUp();
        }

        using var subject = Subject.Create(arguments[1], arguments[2], Number(3), Number(4));
        var (run, used) = step.Prepare(subject, code);
        using var release = used;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        double before = ResidentMemory.Now;
        for (int i = 0; i < Runs; i++)
            run();

        Console.WriteLine((ResidentMemory.Peak - before).ToString("0.0", CultureInfo.InvariantCulture));
    }

    private static double Ask(params string[] arguments)
    {
        // Either the program itself, or the host that was given the program.
        string[] program = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(MemoryCase).Assembly.Location] : [];
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. program, .. arguments]) { RedirectStandardOutput = true })!;
        string answer = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0
            ? double.Parse(answer, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"The child process that measures memory ended with {child.ExitCode}: run it alone with {string.Join(' ', arguments)}.");
    }
}
