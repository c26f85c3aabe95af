using WazoPlugind.Api.Authentication;
using WazoPlugind.Api.Errors;
using WazoPlugind.Debian.Database;
using WazoPlugind.Operations.Records;
using WazoPlugind.Plugins.Installed;

namespace WazoPlugind.Api.Plugins;

/// <summary>Lets requests at installed plugins.</summary>
/// <param name="authenticator">Checks the token.</param>
/// <param name="installed">Knows the plugins.</param>
internal sealed class PluginAccess(Authenticator authenticator, InstalledPlugins installed)
{
    /// <summary>What a token needs to install one.</summary>
    public const string Create = "plugind.plugins.create";

    /// <summary>What a token needs to update all of them.</summary>
    public const string UpdateAll = "plugind.plugins.update";

    /// <summary>To read one.</summary>
    public const string Read = "read";

    /// <summary>To update one.</summary>
    public const string Update = "update";

    /// <summary>To remove one.</summary>
    public const string Delete = "delete";

    /// <summary>Checks the access to a plugin first, and then whether it is installed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="pluginNamespace">The plugin's namespace.</param>
    /// <param name="name">The plugin's name.</param>
    /// <param name="action"><see cref="Read"/> or <see cref="Update"/>.</param>
    /// <returns>The plugin, and who asks.</returns>
    /// <exception cref="ApiErrorException">The token may not, or it is not installed.</exception>
    public async Task<(InstalledPlugin Plugin, OperationRequester Requester)> RequireAsync(
        HttpRequest request, string pluginNamespace, string name, string action)
    {
        var requester = await RequireTokenAsync(request, pluginNamespace, name, action);
        var plugin = installed.Find(pluginNamespace, name) ?? throw new ApiErrorException(ApiError.PluginNotFound(pluginNamespace, name));
        return (plugin, requester);
    }

    /// <summary>Requires that there is a package of a plugin: one without its manifest can be removed too.</summary>
    /// <param name="pluginNamespace">The plugin's namespace.</param>
    /// <param name="name">The plugin's name.</param>
    /// <exception cref="ApiErrorException">There is none.</exception>
    public DpkgPackage RequirePackage(string pluginNamespace, string name) =>
        installed.FindPackage(pluginNamespace, name) ?? throw new ApiErrorException(ApiError.PluginNotFound(pluginNamespace, name));

    /// <summary>Requires that a plugin is installed.</summary>
    /// <param name="pluginNamespace">The plugin's namespace.</param>
    /// <param name="name">The plugin's name.</param>
    /// <exception cref="ApiErrorException">It is not.</exception>
    public InstalledPlugin RequireInstalled(string pluginNamespace, string name) =>
        installed.Find(pluginNamespace, name) ?? throw new ApiErrorException(ApiError.PluginNotFound(pluginNamespace, name));

    /// <summary>Checks the access to a plugin, installed or not.</summary>
    /// <param name="request">The request.</param>
    /// <param name="pluginNamespace">The plugin's namespace.</param>
    /// <param name="name">The plugin's name.</param>
    /// <param name="action"><see cref="Read"/>, <see cref="Update"/> or <see cref="Delete"/>.</param>
    /// <returns>Who asks.</returns>
    /// <exception cref="ApiErrorException">The token may not.</exception>
    public Task<OperationRequester> RequireTokenAsync(HttpRequest request, string pluginNamespace, string name, string action) =>
        authenticator.RequireAsync(request, $"plugind.plugins.{Part(pluginNamespace)}.{Part(name)}.{action}");

    // A dot separates the parts of an access.
    private static string Part(string text) => text.Replace('.', '_');
}
