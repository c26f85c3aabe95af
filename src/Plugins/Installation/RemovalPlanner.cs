using WazoPlugind.Debian.Database;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Plugins.Installation;

/// <summary>Knows what the removal of a plugin takes with it.</summary>
/// <param name="configuration">Says how packages are named.</param>
/// <param name="dpkg">Knows what is installed.</param>
/// <param name="plugins">Says which packages are plugins.</param>
public sealed class RemovalPlanner(PlugindConfiguration configuration, DpkgStatus dpkg, PluginPackages plugins)
{
    /// <summary>The failure of a removal of what is not there.</summary>
    public static StepFailure NotInstalled => Failed("the plugin is not installed");

    /// <summary>Plans the removal of a plugin.</summary>
    /// <param name="pluginNamespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The packages that go, those that need others first; or why none does.</returns>
    public (IReadOnlyList<DpkgPackage> Packages, StepFailure? Problem) Plan(string pluginNamespace, string name)
    {
        var package = PluginPackage.NameOf(configuration, pluginNamespace, name);
        // One name of a package may stand for more than one plugin; it is that of one.
        return PluginPackage.PluginOf(configuration, package) == (pluginNamespace, name)
            && dpkg.Packages.GetValueOrDefault(package) is { IsGone: false } there
            ? Plan(there)
            : ([], NotInstalled);
    }

    /// <summary>Plans the removal of a package.</summary>
    /// <param name="package">The package, which is there.</param>
    /// <returns>The packages that go, those that need others first; or why none does.</returns>
    public (IReadOnlyList<DpkgPackage> Packages, StepFailure? Problem) Plan(DpkgPackage package)
    {
        if (!plugins.MayBePlugin(package))
            return ([], Failed($"{package.Name} is not the package of a plugin"));
        var dependants = dpkg.DependantsOf([package.Name]);
        var others = dependants.Where(dependant => !plugins.IsPlugin(dependant)).Select(dependant => dependant.Name).ToList();
        return others.Count > 0
            ? ([], Failed($"these packages are no plugins and need it: {string.Join(", ", others)}"))
            : ([.. dependants, package], null);
    }

    private static StepFailure Failed(string reason) => StepFailure.Of(StepName.Removing, reason);
}
