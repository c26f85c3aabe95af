namespace WazoPlugind.Plugins.Manifest;

/// <summary>A plugin that another one needs.</summary>
/// <param name="Namespace">The plugin's namespace.</param>
/// <param name="Name">The plugin's name.</param>
/// <param name="Version">The version asked for, or <c>null</c> for any.</param>
public sealed record PluginReference(string Namespace, string Name, string? Version = null)
{
    /// <summary>The plugin as people write it: <c>namespace/name</c>.</summary>
    public override string ToString() => $"{Namespace}/{Name}";
}
