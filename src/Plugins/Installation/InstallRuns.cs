using System.Text.RegularExpressions;
using WazoPlugind.Debian.Apt;
using WazoPlugind.Debian.Database;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes;

namespace WazoPlugind.Plugins.Installation;

/// <summary>
/// Installs packages, those that wait for dpkg at the same time in one run. What dpkg knows of a package afterwards decides, not
/// how dpkg or apt-get ends: that is also due to other packages.
/// </summary>
/// <param name="configuration">Says how long an <c>install</c> step that failed is left alone.</param>
/// <param name="packageManager">Runs dpkg and apt-get.</param>
/// <param name="repair">Prepares the machine's packages.</param>
/// <param name="rollback">Undoes what fails.</param>
/// <param name="dpkg">Knows what is installed.</param>
/// <param name="plugins">Says which packages are plugins.</param>
/// <param name="kept">Keeps the packages of installed plugins.</param>
/// <param name="broken">Remembers the broken plugins.</param>
/// <param name="coming">Knows whether there will be more.</param>
/// <param name="time">The clock of the second tries.</param>
public sealed partial class InstallRuns(
    PlugindConfiguration configuration,
    PackageManager packageManager,
    PackageRepair repair,
    PackageRollback rollback,
    DpkgStatus dpkg,
    PluginPackages plugins,
    RollbackPackages kept,
    BrokenPlugins broken,
    ComingPackages coming,
    TimeProvider time)
{
    /// <summary>Packages in a run of dpkg. A run costs more than a package in it; but none of them has ended before the run has.</summary>
    public const int LargestRun = 20;

    // A run costs as much as two packages in it, and the processor that it takes is one that makes packages.
    private static readonly TimeSpan LongestGathering = TimeSpan.FromMilliseconds(250);

    private readonly SharedRuns<WaitingPackage, StepResult<PackageArtifact>?> _runs = new();

    /// <summary>A failure of the step installing.</summary>
    /// <param name="reason">Why, in a sentence.</param>
    /// <param name="result">The command that failed, if one did.</param>
    internal static StepFailure Failed(string reason, CommandResult? result = null) => StepFailure.Of(StepName.Installing, reason, result);

    /// <summary>Installs a package.</summary>
    /// <param name="own">The package. Its progress stops before the package manager has begun; not afterwards.</param>
    /// <returns>The package, or what went wrong.</returns>
    /// <exception cref="PackageManagerBusyException">Another package manager is at work.</exception>
    internal async Task<StepResult<PackageArtifact>> InstallAsync(WaitingPackage own) =>
        await _runs.DoAsync(own, OthersAsync(own), packageManager, RunAsync) ?? await TryAgainAsync(own);

    private Task OthersAsync(WaitingPackage own) => own.IsSuspect
        ? Task.CompletedTask
        : Task.WhenAny(coming.WhenNoneAsync(), Task.Delay(LongestGathering, time, own.Progress.Cancellation));

    private async Task RunAsync(IReadOnlyList<WaitingPackage> run)
    {
        await repair.PrepareAsync();
        foreach (var package in run.Where(package => !package.Progress.TryClaim()))
            await package.CompleteAsync(() => Ended(StepFailure.Cancelled(StepName.Installing)));
        foreach (var package in run)
            (package.Before, package.UnpackedBefore) = (dpkg.Packages.GetValueOrDefault(package.Package.Name), dpkg.UnpackedAt(package.Package.Name));
        foreach (var package in run.Where(package => !package.Result.IsCompleted && package.Before is { IsGone: false } before && !plugins.MayBePlugin(before)))
            await package.CompleteAsync(() => Ended(Failed($"the package is refused: {package.Name} is installed, and is no plugin")));
        var together = run.Where(package => !package.Result.IsCompleted && dpkg.Unsatisfied(package.Package.Depends).Count == 0).ToList();
        if (together.Count > 1)
            await InstallTogetherAsync(together);
        // What is left could not be unpacked: by itself its reason is its own.
        foreach (var package in run.Where(package => !package.Result.IsCompleted))
            await package.CompleteAsync(() => InstallAloneAsync(package));
    }

    private async Task InstallTogetherAsync(List<WaitingPackage> packages)
    {
        var lines = packages.ConvertAll(package => (package.Progress, Lines: new DpkgLines(package.Package.Name, package.File)));
        await packageManager.InstallAsync(
            packages.Select(package => package.File), line => lines.ForEach(own => own.Lines.Print(line, own.Progress.Print)));
        foreach (var package in packages.Where(package => IsInstalled(package) || IsUnpacked(package)))
            await package.CompleteAsync(() => IsInstalled(package) ? Ended(Keep(package)) : NotYet());
    }

    private async Task<StepResult<PackageArtifact>?> InstallAloneAsync(WaitingPackage waiting)
    {
        var missing = dpkg.Unsatisfied(waiting.Package.Depends);
        var result = missing.Count > 0
            ? await packageManager.InstallWithDependenciesAsync(waiting.File, waiting.Progress.Print)
            : await packageManager.InstallAsync([waiting.File], waiting.Progress.Print);
        if (IsInstalled(waiting))
            return Keep(waiting);
        return IsUnpacked(waiting) ? await NotYet() : await FailAsync(waiting, result, missing);
    }

    // What an install step restarts may just have been restarted: by the time its turn comes again it may be done.
    private async Task<StepResult<PackageArtifact>> TryAgainAsync(WaitingPackage waiting)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(configuration.Worker.InstallRetryDelay), time, waiting.Progress.Cancellation);
        }
        catch (OperationCanceledException)
        {
            // The worker stops, or no time is left; the package must not stay as it is.
        }

        using var turn = await packageManager.TakeTurnAsync(CancellationToken.None);
        var result = await packageManager.ConfigureAsync(waiting.Package.Name, waiting.Progress.Print);
        return IsInstalled(waiting) ? Keep(waiting) : await FailAsync(waiting, result, dpkg.Unsatisfied(waiting.Package.Depends));
    }

    private async Task<StepResult<PackageArtifact>> FailAsync(WaitingPackage waiting, CommandResult result, IReadOnlyList<string> missing)
    {
        var stepFailed = Find(waiting) is { IsHalfConfigured: true };
        var outcome = await rollback.RunAsync(waiting.Package.Name, waiting.Before, result, waiting.Progress.Print);
        if (stepFailed)
            return StepFailed(outcome, result);
        var reason = missing.Count > 0
            ? $"the package and the packages that it needs ({string.Join(", ", missing)}) could not be installed"
            : "the package could not be installed";
        if (Overwritten().Match(result.Output) is { Success: true } overwritten)
            reason += $": {overwritten.Groups["file"]} belongs to {overwritten.Groups["package"]}";
        return Failed($"{reason}; {outcome}", result);
    }

    // Its exit code says more than dpkg's own.
    private static StepFailure StepFailed(string outcome, CommandResult result)
    {
        var exitCode = DpkgOutput.PostInstExitCode(result.Output);
        return Failed($"the plugin's own install step failed{(exitCode is null ? "" : $" with exit code {exitCode}")}; {outcome}", result) with
        {
            ExitCode = exitCode ?? result.ExitCode,
        };
    }

    private PackageArtifact Keep(WaitingPackage installed)
    {
        FaultPoint.Reach(FaultPoint.Installed);
        kept.Keep(installed.File, installed.Package);
        broken.Clear(installed.Package.Name);
        FaultPoint.Reach(FaultPoint.Kept);
        return installed.Package with { Content = null };
    }

    // The same version may have been there before: then it was unpacked again.
    private bool IsInstalled(WaitingPackage waiting) =>
        dpkg.FindInstalled(waiting.Package.Name)?.Version == waiting.Package.Version
        && dpkg.UnpackedAt(waiting.Package.Name) != waiting.UnpackedBefore
        && dpkg.Unsatisfied(waiting.Package.Depends).Count == 0;

    private bool IsUnpacked(WaitingPackage waiting) => Find(waiting) is { IsUnpacked: true };

    private DpkgPackage? Find(WaitingPackage waiting) =>
        dpkg.Packages.GetValueOrDefault(waiting.Package.Name) is { } package && package.Version == waiting.Package.Version ? package : null;

    private static Task<StepResult<PackageArtifact>?> Ended(StepResult<PackageArtifact> result) => Task.FromResult<StepResult<PackageArtifact>?>(result);

    private static Task<StepResult<PackageArtifact>?> NotYet() => Task.FromResult<StepResult<PackageArtifact>?>(null);

    // dpkg's words where two packages have the same file; its messages are not translated, as it runs without a locale.
    [GeneratedRegex(@"trying to overwrite '(?<file>[^']+)', which is also in package (?<package>\S+)")]
    private static partial Regex Overwritten();
}
