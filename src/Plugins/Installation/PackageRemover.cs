using WazoPlugind.Messages;
using WazoPlugind.Plugins.Configuration;
using WazoPlugind.Plugins.Operations;
using WazoPlugind.Plugins.Packaging;
using WazoPlugind.Plugins.Processes;
using WazoPlugind.Plugins.Registry;

namespace WazoPlugind.Plugins.Installation;

/// <summary>Removes the packages of plugins, and with them the plugins that depend on them.</summary>
/// <param name="configuration">Says how packages are named.</param>
/// <param name="packageManager">Runs dpkg.</param>
/// <param name="dpkg">Knows what is installed.</param>
/// <param name="kept">Keeps the packages of installed plugins.</param>
public sealed class PackageRemover(
    PlugindConfiguration configuration, PackageManager packageManager, DpkgStatus dpkg, KeptPackages kept)
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
        await progress.BeginAsync(Steps.Removing, cancellationToken);
        using var turn = await packageManager.TakeTurnAsync(cancellationToken);
        var name = PluginPackage.NameOf(configuration, command.Namespace, command.Name);
        if (dpkg.Packages.GetValueOrDefault(name) is null or { IsGone: true })
            return new List<string>();

        var dependants = dpkg.DependantsOf([name]);
        var others = dependants.Where(package => package.Section != configuration.DebianPackageSection).Select(package => package.Name).ToList();
        if (others.Count > 0)
            return OperationErrors.Step(Steps.Removing, $"these packages are no plugins and need it: {string.Join(", ", others)}");

        List<string> packages = [.. dependants.Select(package => package.Name), name];
        var result = await packageManager.RemoveAsync(packages);
        progress.AddOutput(result.Output);
        PackageManager.ThrowIfLocked(result, reason => OperationErrors.Step(Steps.Removing, reason, result));
        FaultPoint.Reach(FaultPoint.Removed);
        var remaining = packages.Where(package => dpkg.Packages.GetValueOrDefault(package) is { IsGone: false }).ToList();
        foreach (var removed in packages.Except(remaining))
            kept.Forget(removed);
        return remaining.Count == 0
            ? packages
            : OperationErrors.Step(Steps.Removing, $"dpkg could not remove {string.Join(", ", remaining)}", result);
    }
}
