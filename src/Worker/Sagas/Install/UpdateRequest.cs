using WazoPlugind.Messages;
using WazoPlugind.Plugins.Installed;

namespace WazoPlugind.Worker.Sagas.Install;

/// <summary>What an update was asked for.</summary>
/// <param name="Plugin">The installed plugin, with the version of the market that is wanted, or <c>null</c> for the newest.</param>
/// <param name="Ref">The git reference that is wanted, or <c>null</c>.</param>
internal sealed record UpdateRequest(PluginReference Plugin, string? Ref)
{
    /// <summary>The git repository that is wanted, without credentials, or <c>null</c>.</summary>
    public string? Url { get; init; }

    /// <summary>The plugin's root inside the repository that is wanted, or <c>null</c>.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>Whether the url came with credentials, which are not remembered.</summary>
    public bool HadCredentials { get; init; }

    /// <summary>Whether only something newer than what is installed will do.</summary>
    public bool WantsNewer => Plugin.Version is null && Ref is null;

    /// <summary>Where the update comes from: from where the plugin came, unless a version of the market is asked for.</summary>
    /// <param name="provenance">Where the plugin came from; <c>null</c> when that is not known.</param>
    public (string Method, InstallOptions Options) SourceFrom(Provenance? provenance) =>
        Ref is not null || Url is not null || Subdirectory is not null || (Plugin.Version is null && provenance?.Method == InstallMethods.Git)
            ? (InstallMethods.Git, new InstallOptions
            {
                Url = Url ?? provenance?.Url,
                Ref = Ref ?? provenance?.Ref,
                Subdirectory = Subdirectory ?? provenance?.Subdirectory,
            })
            : (InstallMethods.Market, new InstallOptions { Namespace = Plugin.Namespace, Name = Plugin.Name, Version = Plugin.Version });
}
