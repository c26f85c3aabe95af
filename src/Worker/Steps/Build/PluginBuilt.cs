using WazoPlugind.Plugins.Building;

namespace WazoPlugind.Worker.Steps.Build;

/// <summary>A plugin's Debian package is ready.</summary>
/// <param name="Package">The package.</param>
public sealed record PluginBuilt(PackageArtifact Package);
