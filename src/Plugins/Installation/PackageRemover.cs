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
    /// <summary>Removes a plugin (step removing). What is already removed is no error: the step may run again.</summary>
    /// <param name="command">The plugin.</param>
    /// <param name="progress">Is told the step.</param>
    /// <param name="cancellationToken">Stops before dpkg has begun; not afterwards.</param>
    /// <returns>The names of the packages that were removed, or the error.</returns>
    /// <exception cref="TransientStepException">Another package manager is at work.</exception>
    public async Task<StepResult<IReadOnlyList<string>>> RemoveAsync(
        RemovePackage command, IStepProgress progress, CancellationToken cancellationToken)
    {
        await progress.BeginAsync(StepName.Removing, cancellationToken);
        using var turn = await packageManager.TakeTurnAsync(cancellationToken);
        try
        {
            await repair.PrepareAsync();
            return await RemoveAsync(PluginPackage.NameOf(configuration, command.Namespace, command.Name), progress);
        }
        catch (PackageManagerBusyException e)
        {
            throw new TransientStepException(OperationErrors.Step(StepName.Removing, e.Message), e.Message);
        }
    }

    private async Task<StepResult<IReadOnlyList<string>>> RemoveAsync(string name, IStepProgress progress)
    {
        if (dpkg.Packages.GetValueOrDefault(name) is not { IsGone: false } package)
        {
            Forget(name);
            return new List<string>();
        }

        if (!plugins.MayBePlugin(package))
            return OperationErrors.Step(StepName.Removing, $"{name} is not the package of a plugin");
        var dependants = dpkg.DependantsOf([name]);
        var others = dependants.Where(dependant => !plugins.IsPlugin(dependant)).Select(dependant => dependant.Name).ToList();
        if (others.Count > 0)
            return OperationErrors.Step(StepName.Removing, $"these packages are no plugins and need it: {string.Join(", ", others)}");

        List<string> packages = [.. dependants.Select(dependant => dependant.Name), name];
        var result = await packageManager.RemoveAsync(packages);
        progress.AddOutput(result.Output);
        FaultPoint.Reach(FaultPoint.Removed);
        List<string> remaining = [];
        foreach (var removed in packages)
        {
            if (await EndAsync(removed, progress))
                Forget(removed);
            else
                remaining.Add(removed);
        }

        return remaining.Count == 0
            ? packages
            : OperationErrors.Step(StepName.Removing, $"dpkg could not remove {string.Join(", ", remaining)}", result);
    }

    // A script that fails before the files are gone leaves it installed, one that fails afterwards must not leave it half-removed.
    private async Task<bool> EndAsync(string name, IStepProgress progress)
    {
        if (dpkg.Packages.GetValueOrDefault(name) is not { IsGone: false } left)
            return true;
        if (!left.IsInstalled)
            return await purger.RemoveAsync(name, purge: false, progress.AddOutput);
        await packageManager.SelectAsync(name, "install");
        return false;
    }

    private void Forget(string package)
    {
        kept.Forget(package);
        broken.Clear(package);
    }
}
