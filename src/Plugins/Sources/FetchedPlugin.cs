using WazoPlugind.Plugins.Manifest;

namespace WazoPlugind.Plugins.Sources;

/// <summary>A plugin whose source is in its work directory and whose manifest is valid.</summary>
/// <param name="Root">The plugin's root directory.</param>
/// <param name="Source">Where it really came from, wherever a market may have been asked.</param>
/// <param name="SourceRevision">What it is of that source.</param>
/// <param name="Manifest">The manifest.</param>
public sealed record FetchedPlugin(string Root, PluginOrigin Source, SourceRevision SourceRevision, PluginManifest Manifest)
{
    /// <summary>What it is of that source, in its own word, without a name.</summary>
    public string Revision => SourceRevision.Id;
}
