using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Plugins.Planning;

/// <summary>A plugin whose installation or update is planned.</summary>
/// <param name="Source">Where it comes from.</param>
public sealed record WantedPlugin(PluginOrigin Source)
{
    /// <summary>The plugin, where it is known without its manifest.</summary>
    public PluginReference? Plugin { get; init; }

    /// <summary>The revision that it has to be, or <c>null</c>.</summary>
    public string? Revision { get; init; }

    /// <summary>Whether to install again what is installed in the same version.</summary>
    public bool Reinstall { get; init; }

    /// <summary>Whether only something newer than what is installed will do.</summary>
    public bool WantsNewer { get; init; }

    /// <summary>The plugin that needs it; <c>null</c> for one that was asked for.</summary>
    public PluginReference? NeededBy { get; init; }
}
