namespace WazoPlugind.Plugins.Manifest;

/// <summary>The valid content of a <c>plugin.yml</c>, as far as installing it needs.</summary>
/// <param name="Plugin">Namespace, name and version.</param>
/// <param name="FormatVersion">The version of the format, which decides what of <c>rules</c> is called.</param>
/// <param name="Depends">Other plugins that it needs.</param>
/// <param name="DebianDepends">Entries of its package's Depends field, each valid.</param>
public sealed record PluginManifest(
    PluginIdentity Plugin,
    int FormatVersion,
    IReadOnlyList<PluginReference> Depends,
    IReadOnlyList<string> DebianDepends);
