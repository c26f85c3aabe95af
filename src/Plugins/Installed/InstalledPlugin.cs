namespace WazoPlugind.Plugins.Installed;

/// <summary>A plugin that is installed.</summary>
/// <param name="Namespace">The plugin's namespace.</param>
/// <param name="Name">The plugin's name.</param>
/// <param name="Version">Its package's version.</param>
/// <param name="Package">Its package's name.</param>
/// <param name="Manifest">Its <c>plugin.yml</c> as UTF-8 JSON.</param>
public sealed record InstalledPlugin(string Namespace, string Name, string Version, string Package, ReadOnlyMemory<byte> Manifest);
