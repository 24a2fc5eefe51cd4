using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

// In this process, since what the benchmarks call is emitted into it; short runs unless a job is named (--job medium).
var config = DefaultConfig.Instance.HideColumns(Column.Error).WithArtifactsPath("artifacts/kernels");
if (!args.Contains("--job"))
    config = config.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, config);
