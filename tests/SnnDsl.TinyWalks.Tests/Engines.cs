using SnnDsl.Kernels;

namespace SnnDsl.TinyWalks.Tests;

/// <summary>The engine is chosen for the whole process: whatever happens in a run on another one, it is put back.</summary>
internal static class Engines
{
    /// <summary>Runs something on an engine.</summary>
    public static T On<T>(Engine engine, Func<T> run)
    {
        SpikingLayer.Engine = engine;
        try
        {
            return run();
        }
        finally
        {
            SpikingLayer.Engine = Engine.Auto;
        }
    }
}
