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
{
    private DateTimeOffset _listsUpdatedAt = DateTimeOffset.MinValue;

    /// <summary>Installs a package (steps updating and installing). One that is installed already, to the byte, is done.</summary>
    /// <param name="command">The package, and what its errors show.</param>
    /// <param name="waitingSince">When the package was ready: lists of what can be installed that are newer will do.</param>
    /// <param name="progress">Is told the steps.</param>
    /// <param name="cancellationToken">Stops before the package manager has begun; not afterwards.</param>
    /// <returns>The package, or the error.</returns>
    /// <exception cref="TransientStepException">Another package manager is at work.</exception>
    public async Task<StepResult<PackageArtifact>> InstallAsync(
        InstallPackage command, DateTimeOffset waitingSince, IStepProgress progress, CancellationToken cancellationToken)
    {
        var package = command.Package;
        if (dpkg.FindInstalled(package.Name)?.Version == package.Version && await kept.HasAsync(package, cancellationToken))
            return package with { Content = null };
        await progress.BeginAsync(Steps.Updating, cancellationToken);
        var missing = dpkg.Unsatisfied(package.Depends);
        if (missing.Count > 0 && waitingSince >= _listsUpdatedAt)
        {
            // A failure is no reason to stop: the lists that are there may do, and if not, the installation says so.
            var update = await packageManager.UpdateListsAsync();
            progress.AddOutput(update.Output);
            if (update.Succeeded)
                _listsUpdatedAt = time.GetUtcNow();
        }

        await progress.BeginAsync(Steps.Installing, cancellationToken);
        string? staged = null;
        try
        {
            staged = await kept.StageAsync(command.Uuid, package, cancellationToken);
            if (staged is null)
                return Failed("the package file is missing or is not the one that was built");
            FaultPoint.Reach(FaultPoint.Staged);
            if (policy.Problem(staged, package) is { } problem)
                return Failed($"the package is refused: {problem}");
            return await InstallAsync(staged);
        }
        catch (IOException e)
        {
            return Failed($"the package cannot be taken: {e.Message}");
        }
        finally
        {
            if (staged is not null)
                File.Delete(staged);
        }

        async Task<StepResult<PackageArtifact>> InstallAsync(string file)
        {
            var previous = dpkg.FindInstalled(package.Name);
            var result = missing.Count > 0 ? await packageManager.InstallWithDependenciesAsync(file) : await packageManager.InstallAsync(file);
            progress.AddOutput(result.Output);
            PackageManager.ThrowIfLocked(result, reason => Failed(reason, result));
            if (result.Succeeded && dpkg.FindInstalled(package.Name)?.Version == package.Version)
            {
                FaultPoint.Reach(FaultPoint.Installed);
                kept.Keep(file, package);
                FaultPoint.Reach(FaultPoint.Kept);
                return package with { Content = null };
            }

            var outcome = await PutBackAsync(package.Name, previous, progress);
            var reason = missing.Count > 0
                ? $"the package and the packages that it needs ({string.Join(", ", missing)}) could not be installed"
                : "the package could not be installed";
            if (Overwritten().Match(result.Output) is { Success: true } overwritten)
                reason += $": {overwritten.Groups["file"]} belongs to {overwritten.Groups["package"]}";
            return Failed($"{reason}; {outcome}", result);
        }

        OperationError Failed(string reason, CommandResult? result = null) =>
            OperationErrors.Step(Steps.Installing, command.Method, command.Options, reason, result);
    }

    // A package that stays half-configured makes every later run of apt fail, whoever starts it.
    private async Task<string> PutBackAsync(string package, DpkgPackage? previous, IStepProgress progress)
    {
        var current = dpkg.Packages.GetValueOrDefault(package);
        if (previous is not null && current is { IsInstalled: true } && current.Version == previous.Version)
            return $"version {previous.Version} is still installed";
        if (previous is not null && kept.Find(package, previous.Version) is { } file)
        {
            var result = await packageManager.InstallAsync(file);
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
