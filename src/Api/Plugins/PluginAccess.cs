namespace WazoPlugind.Api.Plugins;

/// <summary>What a token needs for plugins.</summary>
internal static class PluginAccess
{
    /// <summary>To install one.</summary>
    public const string Create = "plugind.plugins.create";

    /// <summary>To read one.</summary>
    public const string Read = "read";

    /// <summary>To uninstall one.</summary>
    public const string Delete = "delete";

    /// <summary>To update one.</summary>
    public const string Update = "update";

    /// <summary>To do something with one plugin. A dot separates the parts of an access, hence is replaced.</summary>
    /// <param name="pluginNamespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="action"><see cref="Read"/>, <see cref="Delete"/> or <see cref="Update"/>.</param>
    public static string To(string pluginNamespace, string name, string action) =>
        $"plugind.plugins.{pluginNamespace.Replace('.', '_')}.{name.Replace('.', '_')}.{action}";
}
