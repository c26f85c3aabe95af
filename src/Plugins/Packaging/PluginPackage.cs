using WazoPlugind.Plugins.Configuration;

namespace WazoPlugind.Plugins.Packaging;

/// <summary>How plugins and Debian packages are named after each other.</summary>
public static class PluginPackage
{
    /// <summary>The package of a plugin.</summary>
    /// <param name="configuration">Says the prefix.</param>
    /// <param name="pluginNamespace">The plugin's namespace.</param>
    /// <param name="name">The plugin's name.</param>
    public static string NameOf(PlugindConfiguration configuration, string pluginNamespace, string name) =>
        $"{configuration.DefaultDebianPackagePrefix}-{name}-{pluginNamespace}";
}
