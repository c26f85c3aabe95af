using WazoPlugind.Plugins.Manifest;

namespace WazoPlugind.Plugins.Planning;

/// <summary>An installed plugin, for who plans elsewhere.</summary>
/// <param name="Plugin">The plugin, in the version that is installed.</param>
/// <param name="Revision">What it is of its source, where that is known.</param>
/// <param name="IsBroken">Whether it is there, and to install it again would mend it.</param>
public sealed record InstalledVersion(PluginReference Plugin, string? Revision, bool IsBroken);
