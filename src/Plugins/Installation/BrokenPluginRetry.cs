using Microsoft.Extensions.Logging;
using WazoPlugind.Debian.Apt;
using WazoPlugind.Debian.Database;
using WazoPlugind.Plugins.Installed;

namespace WazoPlugind.Plugins.Installation;

/// <summary>Tries the <c>install</c> step of broken plugins again: what it lacked may be there now.</summary>
/// <param name="packageManager">Runs it.</param>
/// <param name="dpkg">Knows what is installed.</param>
/// <param name="broken">Knows the broken plugins.</param>
/// <param name="time">The clock of the limit.</param>
/// <param name="logger">Is told.</param>
public sealed partial class BrokenPluginRetry(
    PackageManager packageManager, DpkgStatus dpkg, BrokenPlugins broken, TimeProvider time, ILogger<BrokenPluginRetry> logger)
{
    /// <summary>Tries each once, while the caller has the turn; those for which no time is left wait for the next time.</summary>
    /// <param name="limit">How long it may take in all. A step that takes longer is ended: dpkg is not, it does not run then.</param>
    /// <exception cref="PackageManagerBusyException">Another package manager is at work.</exception>
    public async Task RunAsync(TimeSpan limit)
    {
        var start = time.GetTimestamp();
        foreach (var plugin in broken.List())
        {
            var package = dpkg.Packages.GetValueOrDefault(plugin.Package);
            // Someone has removed it, or installed another version, without this service.
            if (package is null or { IsGone: true } || (package.IsInstalled && package.Version != plugin.Version))
                broken.Clear(plugin.Package);
            else if (package.IsInstalled && limit - time.GetElapsedTime(start) is var left && left > TimeSpan.Zero)
                await TryAsync(package, left);
        }
    }

    private async Task TryAsync(DpkgPackage package, TimeSpan limit)
    {
        if (dpkg.FindInfo(package, "postinst") is not { } script)
            return;
        var result = await packageManager.RunPostInstAsync(package, script, limit);
        if (result.Succeeded)
        {
            broken.Clear(package.Name);
            LogMended(package.Name, package.Version);
        }
        else
        {
            LogBroken(package.Name, package.Version, result.TimedOut ? "it takes too long" : $"exit code {result.ExitCode}");
        }
    }

    [LoggerMessage(LogLevel.Information, "The install step of {Package} {Version} succeeded: it is no longer broken")]
    private partial void LogMended(string package, string version);

    [LoggerMessage(LogLevel.Warning, "The install step of {Package} {Version} still fails: {Reason}")]
    private partial void LogBroken(string package, string version, string reason);
}
