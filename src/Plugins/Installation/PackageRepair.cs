using Microsoft.Extensions.Logging;
using WazoPlugind.Debian.Apt;
using WazoPlugind.Debian.Database;
using WazoPlugind.Plugins.Installed;

namespace WazoPlugind.Plugins.Installation;

/// <summary>
/// Makes the packages of plugins whole again that a crash left half-installed or half-configured: until then every run of apt on
/// the machine fails. Other packages are not touched.
/// </summary>
/// <param name="packageManager">Runs dpkg.</param>
/// <param name="rollback">Puts back what cannot be configured.</param>
/// <param name="retry">Tries what was broken before.</param>
/// <param name="dpkg">Knows the packages.</param>
/// <param name="plugins">Says which of them are plugins.</param>
/// <param name="kept">Keeps the packages of installed plugins.</param>
/// <param name="broken">Knows the plugins that are broken.</param>
/// <param name="logger">Is told.</param>
public sealed partial class PackageRepair(
    PackageManager packageManager,
    PackageRollback rollback,
    BrokenPluginRetry retry,
    DpkgStatus dpkg,
    PluginPackages plugins,
    RollbackPackages kept,
    BrokenPlugins broken,
    ILogger<PackageRepair> logger)
{
    private static readonly TimeSpan WaitAtStart = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetriesAtStart = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RetriesInOperation = TimeSpan.FromSeconds(20);

    private bool _isDone;

    /// <summary>
    /// Mends every broken package of a plugin: configures it, else puts back what was installed, else removes it. While another
    /// package manager is at work nothing is done: the first operation does it then.
    /// </summary>
    public async Task RunAsync()
    {
        using var turn = await packageManager.TakeTurnAsync(CancellationToken.None);
        try
        {
            await packageManager.WaitUntilFreeAsync(WaitAtStart);
            await MendAsync();
            await retry.RunAsync(RetriesAtStart);
        }
        catch (PackageManagerBusyException)
        {
            LogBusy();
        }
    }

    /// <summary>What comes before an operation's own work, while it has the turn.</summary>
    /// <exception cref="PackageManagerBusyException">Another package manager is at work.</exception>
    public async Task PrepareAsync()
    {
        await packageManager.WaitUntilFreeAsync(TimeSpan.Zero);
        if (!_isDone)
            await MendAsync();
        await retry.RunAsync(RetriesInOperation);
    }

    private async Task MendAsync()
    {
        kept.DeleteStaged();
        await packageManager.MergeJournalAsync();
        MaintainerScript.PutAllBack(Path.Join(dpkg.Directory, "info"));
        foreach (var package in dpkg.Packages.Values.Where(package => !package.IsInstalled && plugins.MayBePlugin(package)).ToList())
        {
            if (package.IsGone)
                await rollback.UnselectAsync(package);
            else
                await MendAsync(package);
        }

        _isDone = true;
    }

    private async Task MendAsync(DpkgPackage package)
    {
        var result = await packageManager.ConfigureAsync(package.Name);
        if (dpkg.FindInstalled(package.Name) is { } configured)
        {
            broken.Clear(package.Name);
            LogMended(package.Name, package.Status, configured.Version);
            return;
        }

        // A package is kept of what was installed only.
        var before = package.LastConfigured is null && kept.FindVersion(package.Name) is { } version ? package with { ConfigVersion = version } : package;
        LogPutBack(package.Name, package.Status, await rollback.RunAsync(package.Name, before, result, printed: null));
    }

    [LoggerMessage(LogLevel.Warning, "Another package manager is at work: what is broken is mended with the first operation")]
    private partial void LogBusy();

    [LoggerMessage(LogLevel.Warning, "{Package} was left '{Status}'; version {Version} is installed now")]
    private partial void LogMended(string package, string status, string version);

    [LoggerMessage(LogLevel.Warning, "{Package} was left '{Status}': {Outcome}")]
    private partial void LogPutBack(string package, string status, string outcome);
}
