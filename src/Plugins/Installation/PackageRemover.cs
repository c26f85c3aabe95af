using WazoPlugind.Debian.Apt;
using WazoPlugind.Debian.Database;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes;

namespace WazoPlugind.Plugins.Installation;

/// <summary>Removes the packages of plugins, and with them the plugins that depend on them.</summary>
/// <param name="configuration">Says how packages are named.</param>
/// <param name="packageManager">Runs dpkg.</param>
/// <param name="repair">Prepares the machine's packages.</param>
/// <param name="purger">Ends removals that a script has ended half-way.</param>
/// <param name="dpkg">Knows what is installed.</param>
/// <param name="plugins">Says which packages are plugins.</param>
/// <param name="kept">Keeps the packages of installed plugins.</param>
/// <param name="broken">Remembers the broken plugins.</param>
public sealed class PackageRemover(
    PlugindConfiguration configuration,
    PackageManager packageManager,
    PackageRepair repair,
    PackagePurger purger,
    DpkgStatus dpkg,
    PluginPackages plugins,
    RollbackPackages kept,
    BrokenPlugins broken)
{
    private readonly SharedRuns<WaitingRemoval, StepResult<IReadOnlyList<string>>> _runs = new();

    private readonly RemovalPlanner _planner = new(configuration, dpkg, plugins);

    /// <summary>Removes a plugin (step removing), together with those that wait for dpkg at the same time.</summary>
    /// <param name="pluginNamespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="wasInterrupted">Whether a try before may have removed it: then it is no error that it is gone.</param>
    /// <param name="progress">Is told the step; stops before dpkg has begun, not afterwards.</param>
    /// <returns>
    /// The names of the packages that were removed, or what went wrong: in a way that another try may mend where another package
    /// manager is at work.
    /// </returns>
    public async Task<StepResult<IReadOnlyList<string>>> RemoveAsync(
        string pluginNamespace, string name, bool wasInterrupted, IStepProgress progress)
    {
        progress.Begin(StepName.Removing);
        var package = PluginPackage.NameOf(configuration, pluginNamespace, name);
        // One name of a package may stand for more than one plugin; it is that of one.
        if (PluginPackage.PluginOf(configuration, package) != (pluginNamespace, name))
            return RemovalPlanner.NotInstalled;
        try
        {
            return await _runs.DoAsync(new WaitingRemoval(package, wasInterrupted, progress), Task.CompletedTask, packageManager, RunAsync);
        }
        catch (PackageManagerBusyException e)
        {
            return Failed(e.Message) with { Transience = new Transience() };
        }
    }

    private async Task RunAsync(IReadOnlyList<WaitingRemoval> run)
    {
        await repair.PrepareAsync();
        foreach (var removal in run)
        {
            if (!removal.Progress.TryClaim())
                await removal.CompleteAsync(() => Task.FromResult<StepResult<IReadOnlyList<string>>>(StepFailure.Cancelled(StepName.Removing)));
            else if (Prepare(removal) is { } outcome)
                await removal.CompleteAsync(() => Task.FromResult(outcome));
        }

        var together = run.Where(removal => !removal.Result.IsCompleted).ToList();
        if (together.Count == 0)
            return;
        var lines = together.SelectMany(removal => removal.Packages.Select(package => (removal.Progress, Lines: new DpkgLines(package)))).ToList();
        var result = await packageManager.RemoveAsync(
            together.SelectMany(removal => removal.Packages).Distinct(),
            together is [var only] ? only.Progress.Print : line => lines.ForEach(own => own.Lines.Print(line, own.Progress.Print)));
        FaultPoint.Reach(FaultPoint.Removed);
        foreach (var removal in together)
        {
            var own = together.Count == 1
                ? result
                : result with { Output = string.Concat(removal.Packages.Select(package => DpkgOutput.Of(result.Output, package))) };
            await removal.CompleteAsync(() => EndAsync(removal, own));
        }
    }

    // What becomes of it without dpkg, or null.
    private StepResult<IReadOnlyList<string>>? Prepare(WaitingRemoval removal)
    {
        if (dpkg.Packages.GetValueOrDefault(removal.Name) is not { IsGone: false } package)
        {
            // It is a suspect when it was interrupted.
            if (!removal.IsSuspect)
                return RemovalPlanner.NotInstalled;
            Forget(removal.Name);
            return new List<string>();
        }

        var (packages, problem) = _planner.Plan(package);
        if (problem is not null)
            return problem;
        removal.Packages = [.. packages.Select(removed => removed.Name)];
        return null;
    }

    private async Task<StepResult<IReadOnlyList<string>>> EndAsync(WaitingRemoval removal, CommandResult result)
    {
        List<string> remaining = [];
        foreach (var package in removal.Packages)
        {
            if (await EndAsync(package, removal.Progress))
                Forget(package);
            else
                remaining.Add(package);
        }

        return remaining.Count == 0
            ? removal.Packages
            : Failed($"dpkg could not remove {string.Join(", ", remaining)}", result);
    }

    private static StepFailure Failed(string reason, CommandResult? result = null) => StepFailure.Of(StepName.Removing, reason, result);

    // A script that fails before the files are gone leaves it installed, one that fails afterwards must not leave it half-removed.
    private async Task<bool> EndAsync(string name, IStepProgress progress)
    {
        if (dpkg.Packages.GetValueOrDefault(name) is not { IsGone: false } left)
            return true;
        if (!left.IsInstalled)
            return await purger.RemoveAsync(name, purge: false, progress.Print);
        await packageManager.SelectAsync(name, "install");
        return false;
    }

    private void Forget(string package)
    {
        kept.Forget(package);
        broken.Clear(package);
    }
}
