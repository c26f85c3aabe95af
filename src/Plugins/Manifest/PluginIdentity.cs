namespace WazoPlugind.Plugins.Manifest;

/// <summary>A plugin in one version.</summary>
/// <param name="Namespace">The plugin's namespace.</param>
/// <param name="Name">The plugin's name.</param>
/// <param name="Version">The plugin's version, which is its package's (Debian policy 5.6.12).</param>
public sealed record PluginIdentity(string Namespace, string Name, string Version)
{
    /// <summary>The plugin as people write it: <c>namespace/name</c>.</summary>
    public override string ToString() => $"{Namespace}/{Name}";
}
