using WazoPlugind.Plugins.Manifest;

namespace WazoPlugind.Plugins.Sources;

/// <summary>An installed plugin that may have something newer.</summary>
/// <param name="Plugin">The plugin, in the version that is installed.</param>
/// <param name="Source">Where its update comes from.</param>
/// <param name="Revision">What is installed of that source, in its own word; <c>null</c> when that is not known.</param>
public sealed record UpdateCandidate(PluginReference Plugin, PluginOrigin Source, string? Revision);
