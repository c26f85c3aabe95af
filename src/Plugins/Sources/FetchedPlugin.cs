using WazoPlugind.Messages;
using WazoPlugind.Plugins.Manifest;

namespace WazoPlugind.Plugins.Sources;

/// <summary>A plugin whose source is in its work directory and whose manifest is valid.</summary>
/// <param name="Root">The plugin's root directory.</param>
/// <param name="Commit">The full hash of the commit.</param>
/// <param name="Manifest">The manifest.</param>
/// <param name="Source">The git source that it came from.</param>
public sealed record FetchedPlugin(string Root, string Commit, PluginManifest Manifest, InstallOptions Source);
