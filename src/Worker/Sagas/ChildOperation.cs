using WazoPlugind.Operations.Records;
using WazoPlugind.Plugins.Manifest;

namespace WazoPlugind.Worker.Sagas;

/// <summary>A part of an operation that is an operation of its own: a plugin that is needed, or one of many to update.</summary>
/// <param name="Plugin">The plugin.</param>
/// <param name="Operation">The operation.</param>
internal sealed record ChildOperation(PluginReference Plugin, Guid Operation)
{
    /// <summary>Whether it has ended.</summary>
    public bool HasEnded { get; init; }

    /// <summary>Why it failed, or <c>null</c>.</summary>
    public OperationError? Error { get; init; }

    /// <summary>The part of an operation that works on a plugin: the same one when it is asked for again.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="parent">The operation that it is part of.</param>
    public static ChildOperation Of(PluginReference plugin, Guid parent) => new(plugin, DerivedUuid.Of(parent, plugin.ToString()));
}
