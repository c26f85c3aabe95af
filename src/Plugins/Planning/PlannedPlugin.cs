using System.Text.Json;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Plugins.Planning;

/// <summary>What would become of a plugin.</summary>
public sealed record PlannedPlugin
{
    /// <summary>The plugin, in the version that there would be.</summary>
    public required PluginReference Plugin { get; init; }

    /// <summary>The version that is installed, or <c>null</c>.</summary>
    public string? Installed { get; init; }

    /// <summary>Whether nothing would be done: it is installed as it is wanted.</summary>
    public bool IsSatisfied { get; init; }

    /// <summary>Where it comes from, without credentials.</summary>
    public required PluginOrigin Source { get; init; }

    /// <summary>What was fetched, in the source's own word.</summary>
    public required string Revision { get; init; }

    /// <summary>What its <c>plugin.yml</c> holds.</summary>
    public required JsonElement Manifest { get; init; }

    /// <summary>The Debian packages that it needs.</summary>
    public required IReadOnlyList<string> DebianDepends { get; init; }

    /// <summary>The plugin that needs it; <c>null</c> for one that was asked for.</summary>
    public PluginReference? NeededBy { get; init; }
}
