using System.Text.RegularExpressions;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Operations;
using WazoPlugind.Plugins.Packaging;
using WazoPlugind.Plugins.Processes;
using WazoPlugind.Plugins.Registry;

namespace WazoPlugind.Plugins.Installation;

/// <summary>Installs built packages; what fails is put back as it was, so that the machine's packages stay whole.</summary>
/// <param name="packageManager">Runs dpkg and apt-get.</param>
/// <param name="purger">Removes what cannot stay.</param>
/// <param name="dpkg">Knows what is installed.</param>
/// <param name="kept">Keeps the packages of installed plugins.</param>
/// <param name="policy">Judges packages.</param>
/// <param name="time">The clock of the lists' age.</param>
public sealed partial class AptInstaller(
    PackageManager packageManager, PackagePurger purger, DpkgStatus dpkg, KeptPackages kept, PackagePolicy policy, TimeProvider time)
    : IDisposable
{
    /// <summary>Packages in a run of dpkg. A run costs more than a package in it; but none of them has ended before the run has.</summary>
    public const int LargestRun = 20;

    private readonly List<WaitingPackage> _waiting = [];
    private readonly SemaphoreSlim _lists = new(1);
    private DateTimeOffset _listsUpdatedAt = DateTimeOffset.MinValue;

    /// <summary>
    /// Installs a package (steps updating and installing), together with those that wait for dpkg at the same time. One that is
    /// installed already, to the byte, is done.
    /// </summary>
    /// <param name="command">The package, and what its errors show.</param>
    /// <param name="waitingSince">When the package was ready: lists of what can be installed that are newer will do.</param>
    /// <param name="isSuspect">Whether it is installed by itself: it may be what ended an installer before.</param>
    /// <param name="progress">Is told the steps.</param>
    /// <param name="cancellationToken">Stops before the package manager has begun; not afterwards.</param>
    /// <returns>The package, or the error.</returns>
    /// <exception cref="TransientStepException">Another package manager is at work.</exception>
    public async Task<StepResult<PackageArtifact>> InstallAsync(
        InstallPackage command, DateTimeOffset waitingSince, bool isSuspect, IStepProgress progress, CancellationToken cancellationToken)
    {
        var package = command.Package;
        if (dpkg.FindInstalled(package.Name)?.Version == package.Version && await kept.HasAsync(package, cancellationToken))
            return package with { Content = null };
        await progress.BeginAsync(Steps.Updating, cancellationToken);
        if (dpkg.Unsatisfied(package.Depends).Count > 0)
            await UpdateListsAsync(waitingSince, progress, cancellationToken);

        await progress.BeginAsync(Steps.Installing, cancellationToken);
        string? staged = null;
        try
        {
            staged = await kept.StageAsync(command.Uuid, package, cancellationToken);
            if (staged is null)
                return Failed(command, "the package file is missing or is not the one that was built");
            FaultPoint.Reach(FaultPoint.Staged);
            if (policy.Problem(staged, package) is { } problem)
                return Failed(command, $"the package is refused: {problem}");
            return await InstallAsync(new WaitingPackage(command, staged, isSuspect, progress), cancellationToken);
        }
        catch (IOException e)
        {
            return Failed(command, $"the package cannot be taken: {e.Message}");
        }
        finally
        {
            policy.Release(package.Name);
            if (staged is not null)
                File.Delete(staged);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lists.Dispose();

    private static OperationError Failed(InstallPackage command, string reason, CommandResult? result = null) =>
        OperationErrors.Step(Steps.Installing, command.Method, command.Options, reason, result);

    private async Task UpdateListsAsync(DateTimeOffset waitingSince, IStepProgress progress, CancellationToken cancellationToken)
    {
        await _lists.WaitAsync(cancellationToken);
        try
        {
            if (waitingSince < _listsUpdatedAt)
                return;
            // A failure is no reason to stop: the lists that are there may do, and if not, the installation says so.
            var update = await packageManager.UpdateListsAsync();
            progress.AddOutput(update.Output);
            if (update.Succeeded)
                _listsUpdatedAt = time.GetUtcNow();
        }
        finally
        {
            _lists.Release();
        }
    }

    // Whoever gets the turn first installs what has come until then; the others find theirs done.
    private async Task<StepResult<PackageArtifact>> InstallAsync(WaitingPackage own, CancellationToken cancellationToken)
    {
        lock (_waiting)
            _waiting.Add(own);
        try
        {
            using var turn = await packageManager.TakeTurnAsync(cancellationToken);
            while (!own.Result.IsCompleted)
                await InstallAsync(Take(own));
        }
        catch (OperationCanceledException)
        {
            lock (_waiting)
            {
                if (_waiting.Remove(own))
                    throw;
            }
        }

        return await own.Result;
    }

    private List<WaitingPackage> Take(WaitingPackage own)
    {
        lock (_waiting)
        {
            List<WaitingPackage> run = own.IsSuspect
                ? [own]
                : [.. _waiting.Where(package => !package.IsSuspect).DistinctBy(package => package.Package.Name).Take(LargestRun)];
            _waiting.RemoveAll(run.Contains);
            return run;
        }
    }

    private async Task InstallAsync(List<WaitingPackage> run)
    {
        try
        {
            foreach (var package in run)
                package.Previous = dpkg.FindInstalled(package.Package.Name);
            var together = run.Where(package => dpkg.Unsatisfied(package.Package.Depends).Count == 0).ToList();
            if (together.Count > 1)
                await InstallTogetherAsync(together);
            // What is left failed, or it may have: by itself its reason is its own.
            foreach (var package in run.Where(package => !package.Result.IsCompleted))
                await package.CompleteAsync(InstallAloneAsync);
        }
        catch (Exception e)
        {
            // Each waits for an answer of its own.
            foreach (var package in run.Where(package => !package.Result.IsCompleted))
                await package.CompleteAsync(_ => Task.FromException<StepResult<PackageArtifact>>(e));
        }
    }

    private async Task InstallTogetherAsync(List<WaitingPackage> packages)
    {
        var result = await packageManager.InstallAsync([.. packages.Select(package => package.File)]);
        foreach (var package in packages)
        {
            var isInstalled = dpkg.FindInstalled(package.Package.Name)?.Version == package.Package.Version;
            if (!isInstalled || (!result.Succeeded && package.Previous?.Version == package.Package.Version))
                continue;
            package.Progress.AddOutput(DpkgOutput.Of(result.Output, package.Package.Name, package.File));
            await package.CompleteAsync(installed => Task.FromResult<StepResult<PackageArtifact>>(Keep(installed)));
        }
    }

    private PackageArtifact Keep(WaitingPackage installed)
    {
        FaultPoint.Reach(FaultPoint.Installed);
        kept.Keep(installed.File, installed.Package);
        FaultPoint.Reach(FaultPoint.Kept);
        return installed.Package with { Content = null };
    }

    private async Task<StepResult<PackageArtifact>> InstallAloneAsync(WaitingPackage waiting)
    {
        var (package, progress) = (waiting.Package, waiting.Progress);
        var missing = dpkg.Unsatisfied(package.Depends);
        var result = missing.Count > 0
            ? await packageManager.InstallWithDependenciesAsync(waiting.File)
            : await packageManager.InstallAsync([waiting.File]);
        progress.AddOutput(result.Output);
        PackageManager.ThrowIfLocked(result, reason => Failed(waiting.Command, reason, result));
        if (result.Succeeded && dpkg.FindInstalled(package.Name)?.Version == package.Version)
            return Keep(waiting);

        var outcome = await PutBackAsync(package.Name, waiting.Previous, progress);
        var reason = missing.Count > 0
            ? $"the package and the packages that it needs ({string.Join(", ", missing)}) could not be installed"
            : "the package could not be installed";
        if (Overwritten().Match(result.Output) is { Success: true } overwritten)
            reason += $": {overwritten.Groups["file"]} belongs to {overwritten.Groups["package"]}";
        return Failed(waiting.Command, $"{reason}; {outcome}", result);
    }

    // A package that stays half-configured makes every later run of apt fail, whoever starts it.
    private async Task<string> PutBackAsync(string package, DpkgPackage? previous, IStepProgress progress)
    {
        var current = dpkg.Packages.GetValueOrDefault(package);
        if (previous is not null && current is { IsInstalled: true } && current.Version == previous.Version)
            return $"version {previous.Version} is still installed";
        if (previous is not null && kept.Find(package, previous.Version) is { } file)
        {
            var result = await packageManager.InstallAsync([file]);
            progress.AddOutput(result.Output);
            if (dpkg.FindInstalled(package)?.Version == previous.Version)
                return $"version {previous.Version} was put back";
        }

        if (current is null or { IsGone: true })
            return "nothing of it was installed";
        if (!await purger.PurgeAsync(package, progress.AddOutput))
            return "what was installed of it could not be removed";
        kept.Forget(package);
        return previous is null ? "what was installed of it was removed" : $"version {previous.Version} could not be put back and was removed";
    }

    // dpkg's words where two packages have the same file; its messages are not translated, as it runs without a locale.
    [GeneratedRegex(@"trying to overwrite '(?<file>[^']+)', which is also in package (?<package>\S+)")]
    private static partial Regex Overwritten();
}
