using System.Runtime.CompilerServices;
using WazoPlugind.Debian.Database;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Plugins.Installed;

/// <summary>
/// Says which packages are plugins, for everything that lists, replaces or removes them: those of the plugins' section that install
/// a plugin's manifest or provenance where their name says. The platform has other packages that are named alike.
/// </summary>
/// <param name="configuration">Says the section, the names and the places.</param>
/// <param name="dpkg">Knows the packages' files.</param>
public sealed class PluginPackages(PlugindConfiguration configuration, DpkgStatus dpkg)
{
    // A package that dpkg has read again is another object.
    private readonly ConditionalWeakTable<DpkgPackage, StrongBox<bool>> _installed = [];

    /// <summary>Whether a package is a plugin's, for certain.</summary>
    /// <param name="package">The package.</param>
    public bool IsPlugin(DpkgPackage package)
    {
        if (!IsNamedSo(package))
            return false;
        // What is not installed changes without a trace in dpkg's status.
        return package.IsInstalled
            ? _installed.GetValue(package, installed => new StrongBox<bool>(HoldsPlugin(installed))).Value
            : HoldsPlugin(package);
    }

    /// <summary>
    /// Whether a package is a plugin's, or was being unpacked for the first time as one: dpkg does not know its files yet. It may be
    /// configured, replaced and removed, but not purged.
    /// </summary>
    /// <param name="package">The package.</param>
    public bool MayBePlugin(DpkgPackage package) => IsPlugin(package) || (IsNamedSo(package) && dpkg.FindInfo(package, "list") is null);

    private bool IsNamedSo(DpkgPackage package) =>
        package.Section == configuration.DebianPackageSection && PluginPackage.PluginOf(configuration, package.Name) is not null;

    private bool HoldsPlugin(DpkgPackage package)
    {
        var (pluginNamespace, name) = PluginPackage.PluginOf(configuration, package.Name)!.Value;
        var directory = configuration.InstallDirectory(pluginNamespace, name);
        string[] files = [Path.Join(directory, configuration.DefaultMetadataFilename), Path.Join(directory, Provenance.FileName)];
        try
        {
            return dpkg.FindInfo(package, "list") is { } list && File.ReadLines(list).Any(files.Contains);
        }
        catch (FileNotFoundException)
        {
            // dpkg removes it at this moment.
            return false;
        }
    }
}
