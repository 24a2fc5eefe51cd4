using SnnDsl.Benchmarks.Paper;

// Trains, attacks and certifies the whole grid of networks, data sets and perturbations, a job at a time, and writes the table of docs/results.md.
return Experiments.Run(args, Console.Out, Console.Error);
