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
    private static StepFailure NotInstalled => Failed("the plugin is not installed");

    /// <summary>Removes a plugin (step removing).</summary>
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
        using var turn = await packageManager.TakeTurnAsync(progress.Cancellation);
        try
        {
            await repair.PrepareAsync();
            var package = PluginPackage.NameOf(configuration, pluginNamespace, name);
            // One name of a package may stand for more than one plugin; it is that of one.
            return PluginPackage.PluginOf(configuration, package) == (pluginNamespace, name)
                ? await RemoveAsync(package, wasInterrupted, progress)
                : NotInstalled;
        }
        catch (PackageManagerBusyException e)
        {
            return Failed(e.Message) with { Transience = new Transience() };
        }
    }

    private async Task<StepResult<IReadOnlyList<string>>> RemoveAsync(string name, bool wasInterrupted, IStepProgress progress)
    {
        if (dpkg.Packages.GetValueOrDefault(name) is not { IsGone: false } package)
        {
            if (!wasInterrupted)
                return NotInstalled;
            Forget(name);
            return new List<string>();
        }

        if (!plugins.MayBePlugin(package))
            return Failed($"{name} is not the package of a plugin");
        var dependants = dpkg.DependantsOf([name]);
        var others = dependants.Where(dependant => !plugins.IsPlugin(dependant)).Select(dependant => dependant.Name).ToList();
        if (others.Count > 0)
            return Failed($"these packages are no plugins and need it: {string.Join(", ", others)}");

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
            : Failed($"dpkg could not remove {string.Join(", ", remaining)}", result);
    }

    private static StepFailure Failed(string reason, CommandResult? result = null) => StepFailure.Of(StepName.Removing, reason, result);

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
