using WazoPlugind.Debian.Apt;
using WazoPlugind.Debian.Database;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes;

namespace WazoPlugind.Plugins.Installation;

/// <summary>Installs built packages; what fails is put back as it was, so that the machine's packages stay whole.</summary>
/// <param name="packageManager">Updates the lists of what can be installed.</param>
/// <param name="runs">Installs the packages.</param>
/// <param name="dpkg">Knows what is installed.</param>
/// <param name="kept">Keeps the packages of installed plugins.</param>
/// <param name="broken">Remembers the broken plugins.</param>
/// <param name="policy">Judges packages.</param>
/// <param name="time">The clock of the lists' age.</param>
public sealed class AptInstaller(
    PackageManager packageManager,
    InstallRuns runs,
    DpkgStatus dpkg,
    RollbackPackages kept,
    BrokenPlugins broken,
    PackagePolicy policy,
    TimeProvider time)
    : IDisposable
{
    private readonly SemaphoreSlim _lists = new(1);
    private DateTimeOffset _listsUpdatedAt = DateTimeOffset.MinValue;

    /// <summary>
    /// Installs a package (steps updating and installing), together with those that wait for dpkg at the same time. One that is
    /// installed already, to the byte, is done.
    /// </summary>
    /// <param name="operation">The operation.</param>
    /// <param name="package">The package.</param>
    /// <param name="waitingSince">When the package was ready: lists of what can be installed that are newer will do.</param>
    /// <param name="isSuspect">Whether it is installed by itself: it may be what ended an installer before.</param>
    /// <param name="progress">Is told the steps; stops before the package manager has begun, not afterwards.</param>
    /// <returns>The package, or what went wrong: in a way that another try may mend where another package manager is at work.</returns>
    public async Task<StepResult<PackageArtifact>> InstallAsync(
        Guid operation, PackageArtifact package, DateTimeOffset waitingSince, bool isSuspect, IStepProgress progress)
    {
        if (dpkg.FindInstalled(package.Name)?.Version == package.Version && broken.Find(package.Name) is null
            && await kept.HasAsync(package, progress.Cancellation))
            return package with { Content = null };
        progress.Begin(StepName.Updating);
        if (dpkg.Unsatisfied(package.Depends).Count > 0)
            await UpdateListsAsync(waitingSince, progress);

        progress.Begin(StepName.Installing);
        string? staged = null;
        try
        {
            staged = await kept.StageAsync(operation, package, progress.Cancellation);
            if (staged is null)
                return InstallRuns.Failed("the package file is missing or is not the one that was built");
            FaultPoint.Reach(FaultPoint.Staged);
            if (policy.Problem(staged, package) is { } problem)
                return InstallRuns.Failed($"the package is refused: {problem}");
            return await runs.InstallAsync(new WaitingPackage(package, staged, isSuspect, progress));
        }
        catch (PackageManagerBusyException e)
        {
            return InstallRuns.Failed(e.Message) with { Transience = new Transience() };
        }
        catch (IOException e)
        {
            return InstallRuns.Failed($"the package cannot be taken: {e.Message}");
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

    private async Task UpdateListsAsync(DateTimeOffset waitingSince, IStepProgress progress)
    {
        await _lists.WaitAsync(progress.Cancellation);
        try
        {
            if (waitingSince < _listsUpdatedAt)
                return;
            // A failure is no reason to stop: the lists that are there may do, and if not, the installation says so.
            var update = await packageManager.UpdateListsAsync(progress.Print);
            if (update.Succeeded)
                _listsUpdatedAt = time.GetUtcNow();
        }
        finally
        {
            _lists.Release();
        }
    }
}
