using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Worker.Sagas.Install;

/// <summary>What an update was asked for.</summary>
/// <param name="Plugin">The installed plugin, with the version of the market that is wanted, or <c>null</c> for the newest.</param>
/// <param name="Ref">The git reference that is wanted, or <c>null</c>.</param>
internal sealed record UpdateRequest(PluginReference Plugin, string? Ref)
{
    /// <summary>The url that is wanted, without credentials, or <c>null</c>.</summary>
    public string? Url { get; init; }

    /// <summary>The SHA-256 of the archive that is wanted, or <c>null</c>.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The plugin's root inside the source that is wanted, or <c>null</c>.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>Where it comes from, when that was found out already.</summary>
    public PluginOrigin? Source { get; init; }

    /// <summary>Whether only something newer than what is installed will do.</summary>
    public bool WantsNewer => Plugin.Version is null && Ref is null && Sha256 is null;

    /// <summary>Where the update comes from: from where the plugin came, unless a version of the market is asked for.</summary>
    /// <param name="provenance">Where the plugin came from; <c>null</c> when that is not known.</param>
    public PluginOrigin FindSource(Provenance? provenance) =>
        Source ?? PluginSources.ForUpdate(Plugin, new() { Url = Url, Ref = Ref, Sha256 = Sha256, Subdirectory = Subdirectory }, provenance);
}
