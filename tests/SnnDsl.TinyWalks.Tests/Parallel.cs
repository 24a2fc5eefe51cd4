// Which engine runs is said for the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
