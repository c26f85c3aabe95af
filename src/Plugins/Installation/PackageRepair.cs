using Microsoft.Extensions.Logging;
using WazoPlugind.Plugins.Configuration;
using WazoPlugind.Plugins.Registry;

namespace WazoPlugind.Plugins.Installation;

/// <summary>
/// Makes the packages of plugins whole again that a crash left half-installed or half-configured: until then every run of apt on
/// the machine fails. Other packages are not touched.
/// </summary>
/// <param name="configuration">Says which packages are plugins.</param>
/// <param name="packageManager">Runs dpkg.</param>
/// <param name="purger">Removes what cannot be mended.</param>
/// <param name="dpkg">Knows the packages.</param>
/// <param name="kept">Keeps the packages of installed plugins.</param>
/// <param name="logger">Is told.</param>
public sealed partial class PackageRepair(
    PlugindConfiguration configuration,
    PackageManager packageManager,
    PackagePurger purger,
    DpkgStatus dpkg,
    KeptPackages kept,
    ILogger<PackageRepair> logger)
{
    /// <summary>Mends every broken package of a plugin: configures it, else installs the one that is kept, else removes it.</summary>
    public async Task RunAsync()
    {
        kept.DeleteStaged();
        foreach (var package in dpkg.Packages.Values.Where(IsBrokenPlugin).ToList())
        {
            // Whoever is at work on the packages may be about to end what looks broken.
            if (PackageManager.WasLocked(await packageManager.ConfigureAsync(package.Name)))
            {
                LogLocked(package.Name, package.Status);
                return;
            }

            if (dpkg.FindInstalled(package.Name) is null && kept.Find(package.Name) is { } file)
                await packageManager.InstallAsync([file]);
            if (dpkg.FindInstalled(package.Name) is { } mended)
                LogMended(package.Name, package.Status, mended.Version);
            else if (await purger.PurgeAsync(package.Name, addOutput: _ => { }))
                LogRemoved(package.Name, package.Status);
            else
                LogBroken(package.Name, package.Status);
        }
    }

    private bool IsBrokenPlugin(DpkgPackage package) =>
        package is { IsInstalled: false, IsGone: false }
        && (package.Section == configuration.DebianPackageSection
            || package.Name.StartsWith(configuration.DefaultDebianPackagePrefix + "-", StringComparison.Ordinal));

    [LoggerMessage(LogLevel.Warning, "{Package} is '{Status}', and another package manager is at work: left alone")]
    private partial void LogLocked(string package, string status);

    [LoggerMessage(LogLevel.Warning, "{Package} was left '{Status}'; version {Version} is installed now")]
    private partial void LogMended(string package, string status, string version);

    [LoggerMessage(LogLevel.Warning, "{Package} was left '{Status}' and is removed")]
    private partial void LogRemoved(string package, string status);

    [LoggerMessage(LogLevel.Error, "{Package} was left '{Status}' and cannot be mended nor removed")]
    private partial void LogBroken(string package, string status);
}
