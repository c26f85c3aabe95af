namespace WazoPlugind.Worker.Sagas;

/// <summary>Two operations would wait for each other: the plugins that they install need one another.</summary>
internal sealed class PluginDeadlockException() : Exception("the operations wait for each other");
