using WazoPlugind.Debian.Apt;
using WazoPlugind.Debian.Database;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Manifest;

namespace WazoPlugind.Plugins.Installation;

/// <summary>Removes packages of plugins completely, also those whose own scripts stand in the way.</summary>
/// <param name="configuration">Says where what the scripts use is.</param>
/// <param name="packageManager">Runs dpkg.</param>
/// <param name="dpkg">Knows what is left.</param>
public sealed class PackagePurger(PlugindConfiguration configuration, PackageManager packageManager, DpkgStatus dpkg)
{
    private readonly ControlFiles _controlFiles = new(configuration);

    /// <summary>Removes a package.</summary>
    /// <param name="package">Its name.</param>
    /// <param name="purge">Whether its conffiles go too.</param>
    /// <param name="printed">Is given each line of dpkg's output as it comes; <c>null</c> where nobody reads along.</param>
    /// <returns>Whether it is gone.</returns>
    /// <exception cref="PackageManagerBusyException">Another package manager is at work.</exception>
    public async Task<bool> RemoveAsync(string package, bool purge, Action<string>? printed)
    {
        // One that fails, and then the other; what does not fail has its say.
        List<string> replaced = [];
        while (!await TryAsync(package, purge, printed))
        {
            if (FailedScript(package) is not { } script || replaced.Contains(script))
                return false;
            new MaintainerScript(script).PutAside();
            replaced.Add(script);
        }

        foreach (var script in replaced)
            new MaintainerScript(script).PutBack();
        // The postrm deletes it, unless it failed.
        if (PluginPackage.PluginOf(configuration, package) is { } plugin && Directory.Exists(configuration.BackupRulesDir))
            File.Delete(_controlFiles.BackupRules(new PluginIdentity(plugin.Namespace, plugin.Name, Version: "")));
        return true;
    }

    private async Task<bool> TryAsync(string package, bool purge, Action<string>? printed)
    {
        await packageManager.ForceRemoveAsync(package, purge, printed);
        return IsGone(package, purge);
    }

    private bool IsGone(string package, bool purge) =>
        dpkg.Packages.GetValueOrDefault(package) is not { } left || (left.IsGone && !(purge && left.HasConffilesOnly));

    // The files go between the two scripts.
    private string? FailedScript(string package) => dpkg.Packages.GetValueOrDefault(package) is { } left
        ? dpkg.FindInfo(left, left.IsInstalled || left.IsUnpacked ? "prerm" : "postrm")
        : null;
}
