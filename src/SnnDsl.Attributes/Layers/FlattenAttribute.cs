namespace SnnDsl;

/// <summary>Channels x height x width become one vector, in that order.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class FlattenAttribute : LayerAttribute;
