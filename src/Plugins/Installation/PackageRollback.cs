using WazoPlugind.Debian.Apt;
using WazoPlugind.Debian.Database;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Processes;

namespace WazoPlugind.Plugins.Installation;

/// <summary>
/// Undoes an installation that failed: a package that stays half-configured makes every later run of apt fail, whoever starts it.
/// What was installed before is neither purged nor removed for it.
/// </summary>
/// <param name="configuration">Says how plugins are named.</param>
/// <param name="packageManager">Runs dpkg.</param>
/// <param name="purger">Removes what was not there before.</param>
/// <param name="dpkg">Knows what is installed.</param>
/// <param name="plugins">Says which packages are plugins.</param>
/// <param name="kept">Keeps the packages of installed plugins.</param>
/// <param name="broken">Is told of plugins whose <c>install</c> step fails.</param>
/// <param name="time">The clock of the marks.</param>
public sealed class PackageRollback(
    PlugindConfiguration configuration,
    PackageManager packageManager,
    PackagePurger purger,
    DpkgStatus dpkg,
    PluginPackages plugins,
    RollbackPackages kept,
    BrokenPlugins broken,
    TimeProvider time)
{
    /// <summary>Puts a package back to what it was.</summary>
    /// <param name="package">Its name.</param>
    /// <param name="before">What dpkg knew of it before, or <c>null</c>.</param>
    /// <param name="failure">The command that failed.</param>
    /// <param name="printed">Is given each line of dpkg's output as it comes; <c>null</c> where nobody reads along.</param>
    /// <returns>What became of it, in words.</returns>
    /// <exception cref="PackageManagerBusyException">Another package manager is at work.</exception>
    public Task<string> RunAsync(string package, DpkgPackage? before, CommandResult failure, Action<string>? printed) =>
        before?.LastConfigured is { } version ? PutBackAsync(package, version, failure, printed) : RemoveAsync(package, before, printed);

    private async Task<string> PutBackAsync(string package, string version, CommandResult failure, Action<string>? printed)
    {
        if (dpkg.FindInstalled(package)?.Version == version)
            return $"version {version} is still installed";
        var why = $"version {version} is not kept";
        if (kept.Find(package, version) is { } file)
        {
            failure = await packageManager.InstallAsync([file], printed);
            if (dpkg.FindInstalled(package)?.Version == version)
            {
                broken.Clear(package);
                return $"version {version} was put back";
            }

            why = $"version {version} could not be put back";
        }

        if (dpkg.Packages.GetValueOrDefault(package) is { IsUnpacked: true } unpacked)
        {
            try
            {
                return $"{why}; {await ConfigureWithoutStepAsync(unpacked, failure, printed)}";
            }
            catch (IOException e)
            {
                // A full disk, for example; dpkg can do no more there. The installer's next start tries again.
                return $"{why}; version {unpacked.Version} is unpacked and not configured: {e.Message}";
            }
        }

        if (dpkg.Packages.GetValueOrDefault(package) is null or { IsGone: true })
            return $"{why}; nothing of it is installed";
        // dpkg knows no more of its files than that they are not whole, and nothing is there to take them from.
        return await purger.RemoveAsync(package, purge: false, printed)
            ? $"{why}; what was left of it was removed, its conffiles are still there"
            : $"{why}; what was left of it could not be removed";
    }

    // The mark comes first: whoever finds the package after a kill knows what became of it.
    private async Task<string> ConfigureWithoutStepAsync(DpkgPackage package, CommandResult failure, Action<string>? printed)
    {
        var (pluginNamespace, name) = PluginPackage.PluginOf(configuration, package.Name)!.Value;
        var reason = $"the install step of version {package.Version} fails";
        broken.Mark(new BrokenPlugin
        {
            Package = package.Name,
            Namespace = pluginNamespace,
            Name = name,
            Version = package.Version,
            Reason = reason,
            Output = failure.LastLines(),
            Time = time.GetUtcNow(),
        });
        var script = dpkg.FindInfo(package, "postinst") is { } path ? new MaintainerScript(path) : null;
        script?.PutAside();
        try
        {
            await packageManager.ConfigureAsync(package.Name, printed);
        }
        finally
        {
            script?.PutBack();
        }

        return dpkg.FindInstalled(package.Name) is null
            ? $"{reason}: its files are there, and dpkg could not configure it even without that step; it is marked broken"
            : $"{reason}: it is configured without that step and marked broken";
    }

    private async Task<string> RemoveAsync(string package, DpkgPackage? before, Action<string>? printed)
    {
        var current = dpkg.Packages.GetValueOrDefault(package);
        if (current is null or { IsGone: true })
        {
            await UnselectAsync(current);
            return "nothing of it was installed";
        }

        // What is no plugin for certain is not purged, nor the conffiles of one that was removed before.
        var purge = plugins.IsPlugin(current) && before is not { HasConffilesOnly: true };
        if (!await purger.RemoveAsync(package, purge, printed))
            return "what was installed of it could not be removed";
        kept.Forget(package);
        broken.Clear(package);
        return "what was installed of it was removed";
    }

    /// <summary>Where dpkg has refused a package, it still wants to have it installed: takes that back.</summary>
    /// <param name="package">The package, or <c>null</c>.</param>
    public async Task UnselectAsync(DpkgPackage? package)
    {
        if (package is { IsGone: true, Selection: "install" })
            await packageManager.SelectAsync(package.Name, package.HasConffilesOnly ? "deinstall" : "purge");
    }
}
