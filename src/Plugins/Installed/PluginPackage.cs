using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Plugins.Installed;

/// <summary>How plugins and Debian packages are named after each other.</summary>
public static class PluginPackage
{
    /// <summary>The package of a plugin.</summary>
    /// <param name="configuration">Says the prefix.</param>
    /// <param name="pluginNamespace">The plugin's namespace.</param>
    /// <param name="name">The plugin's name.</param>
    public static string NameOf(PlugindConfiguration configuration, string pluginNamespace, string name) =>
        $"{configuration.DefaultDebianPackagePrefix}-{name}-{pluginNamespace}";

    /// <summary>The plugin of a package: only the name may hold dashes.</summary>
    /// <param name="configuration">Says the prefix.</param>
    /// <param name="package">The package's name.</param>
    /// <returns>Namespace and name; <c>null</c> when no plugin's package is named so.</returns>
    public static (string Namespace, string Name)? PluginOf(PlugindConfiguration configuration, string package)
    {
        var prefix = configuration.DefaultDebianPackagePrefix + "-";
        var dash = package.LastIndexOf('-');
        return package.StartsWith(prefix, StringComparison.Ordinal) && dash > prefix.Length
            ? (package[(dash + 1)..], package[prefix.Length..dash])
            : null;
    }
}
